import ControllerRuntime
import HeapModule
import KubernetesModel
import Testing

/// Several participants, one server that compares versions, and a network and clocks that are drawn from a seed: late
/// requests, lost requests and answers, stopped processes, clocks that run up to three percent apart.
private struct ElectionSimulation {
    struct Event: Comparable {
        var time: Int64
        var order: Int
        var what: What

        static func < (left: Event, right: Event) -> Bool { (left.time, left.order) < (right.time, right.order) }
        static func == (left: Event, right: Event) -> Bool { left.order == right.order }
    }

    enum What {
        case wake(Int)
        case arrival(Int, Int, LeaderElection.Request)
        case answer(Int, Int, LeaderElection.Answer)
    }

    struct Participant {
        var election: LeaderElection
        /// Its seconds per second of the world.
        var rate: Double
        var stoppedUntil: Int64 = 0
        var call = 0
        var pending: (call: Int, request: LeaderElection.Request, sentAt: SteadyTime)?
    }

    static let settings = ElectionSettings(
        lease: ObjectKey(namespace: "d", name: "l"), identity: "", leaseDuration: .seconds(15))
    var participants: [Participant]
    var random: SeededGenerator
    var queue = Heap<Event>()
    var order = 0
    var now: Int64 = 0
    var server = LeaseServer()
    var leaders: [Int] = []

    init(seed: UInt64, count: Int) {
        random = SeededGenerator(seed: seed)
        participants = (0..<count).map { index in
            var settings = Self.settings
            settings.identity = "p\(index)"
            return Participant(election: LeaderElection(settings: settings), rate: 1)
        }
        for index in participants.indices {
            participants[index].rate = 0.97 + Double(Int.random(in: 0...60, using: &random)) / 1_000
            push(.wake(index), after: Int64.random(in: 0...1_000_000, using: &random))
        }
    }

    func local(_ index: Int) -> SteadyTime {
        SteadyTime(
            nanoseconds: Int64(Double(now) * 1_000 * participants[index].rate) + Int64(index) * 1_000_000_000_000)
    }

    mutating func push(_ what: What, after microseconds: Int64) {
        order += 1
        queue.insert(Event(time: now + max(microseconds, 1), order: order, what: what))
    }

    /// Runs for `seconds` of the world; `true` while never two could write.
    mutating func run(seconds: Int64) -> Bool {
        while let event = queue.popMin(), event.time <= seconds * 1_000_000 {
            now = event.time
            handle(event.what)
            let able = participants.indices.filter { index in
                participants[index].election.tenure.map { local(index) < $0.endsAt } ?? false
            }
            if able.count > 1 { return false }
            if let leader = able.first, leaders.last != leader { leaders.append(leader) }
        }
        return true
    }

    private mutating func handle(_ what: What) {
        switch what {
        case .arrival(let index, let call, let request):
            let answer = server.serve(request)
            if Int.random(in: 0..<20, using: &random) > 0 { push(.answer(index, call, answer), after: delay()) }
        case .wake(let index), .answer(let index, _, _):
            if participants[index].stoppedUntil > now {
                push(what, after: participants[index].stoppedUntil - now)
                return
            }
            if case .answer(_, let call, let answer) = what {
                guard participants[index].pending?.call == call else { return }
                receive(answer, index)
            }
            act(index)
        }
    }

    private mutating func receive(_ answer: LeaderElection.Answer, _ index: Int) {
        guard let pending = participants[index].pending else { return }
        participants[index].pending = nil
        let time = local(index)
        participants[index].election.received(
            answer, to: pending.request, sentAt: pending.sentAt, now: time, using: &random)
    }

    private mutating func act(_ index: Int) {
        guard participants[index].pending == nil else { return }
        if Int.random(in: 0..<40, using: &random) == 0 {
            participants[index].stoppedUntil = now + Int64.random(in: 0...30_000_000, using: &random)
        }
        let time = local(index)
        switch participants[index].election.step(now: time, wall: Timestamp(microseconds: now)) {
        case .wait(let until):
            let wait = Double(until.nanoseconds - time.nanoseconds) / 1_000 / participants[index].rate
            push(.wake(index), after: Int64(wait) + 1)
        case .send(let request):
            participants[index].call += 1
            let call = participants[index].call
            participants[index].pending = (call, request, time)
            // A stop between reading the clock and sending: the request leaves late.
            let held = max(0, participants[index].stoppedUntil - now)
            if Int.random(in: 0..<20, using: &random) > 0 {
                push(.arrival(index, call, request), after: held + delay())
            }
            push(.answer(index, call, .failed), after: 5_000_000)
        case .finished: break
        }
    }

    private mutating func delay() -> Int64 {
        Int.random(in: 0..<10, using: &random) == 0
            ? Int64.random(in: 0...8_000_000, using: &random) : Int64.random(in: 0...50_000, using: &random)
    }

}

@Suite("Election, simulated") struct ElectionSimulationTests {
    @Test("never two may write, whatever is late, lost or stopped", arguments: [2, 3])
    func exclusive(count: Int) {
        var handovers = 0
        for seed in UInt64(1)...10 {
            var simulation = ElectionSimulation(seed: seed, count: count)
            let isExclusive = simulation.run(seconds: 900)
            #expect(isExclusive, "seed \(seed): two tenures at \(simulation.now) µs")
            #expect(!simulation.leaders.isEmpty, "seed \(seed): nobody ever led")
            handovers += simulation.leaders.count - 1
        }
        // Faults must have moved the Lease, or nothing was tested.
        #expect(handovers > 20, "\(handovers) handovers")
    }
}
