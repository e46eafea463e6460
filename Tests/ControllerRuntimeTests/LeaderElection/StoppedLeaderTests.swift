import ControllerRuntime
import KubernetesModel
import Testing

/// Two processes with the product's election and gate, one server, and one clock for all of it. One process is stopped,
/// as by SIGSTOP, and goes on after the other has taken the Lease.
private struct StoppedLeaderScenario {
    /// What keeps a process from writing after its tenure; all but `.whole` is broken on purpose.
    enum Protection: CaseIterable {
        case whole
        /// Who once led believes so until it hears otherwise: no look at the clock before a write.
        case withoutCheck
        /// Nobody ends a process that was stopped between the check and its write.
        case withoutFence
    }

    enum Ending: Equatable { case followed, killed }

    private struct Process {
        var election: LeaderElection
        var gate = WriteGate()
        var isStopped = false
        var isKilled = false
        /// What the kernel was told.
        var fence: SteadyTime?
        /// When the write that was checked and begun leaves the process.
        var leavesAt: SteadyTime?
    }

    private static let tick = Duration.milliseconds(10)
    private static let writing = Duration.milliseconds(30)

    private let protection: Protection
    private var processes: [Process]
    private var generator = SeededGenerator(seed: 7)
    private var now = SteadyTime(nanoseconds: 0)
    private var server = LeaseServer()
    /// The writes that the server has carried out, in their order: who wrote.
    private(set) var writers: [Int] = []

    init(_ protection: Protection) {
        self.protection = protection
        processes = (0..<2).map { index in
            Process(
                election: LeaderElection(
                    settings: ElectionSettings(
                        lease: ObjectKey(namespace: "d", name: "l"), identity: "p\(index)", leaseDuration: .seconds(3),
                        renewDeadline: .seconds(2), retryPeriod: .milliseconds(400))))
        }
    }

    /// Stops the leader after `lead` of its writing, and lets it go on when the other has written for a while.
    ///
    /// - Returns: whether a write of the stopped one came after the other's first, and what became of it.
    mutating func run(lead: Duration) -> (isViolated: Bool, ending: Ending)? {
        advance(by: .seconds(1) + lead)
        guard let old = writers.last else { return nil }
        processes[old].isStopped = true
        let before = writers.count
        advance(by: .seconds(6))
        guard writers.count > before, writers.dropFirst(before).allSatisfy({ $0 != old }) else { return nil }
        processes[old].isStopped = false
        advance(by: .seconds(2))
        let isViolated = writers.dropFirst(before).contains(old)
        return (isViolated, processes[old].isKilled ? .killed : .followed)
    }

    private mutating func advance(by duration: Duration) {
        let end = now.advanced(by: duration)
        while now < end {
            for index in processes.indices { step(index) }
            now = now.advanced(by: Self.tick)
        }
    }

    private mutating func step(_ index: Int) {
        if let fence = processes[index].fence, fence <= now { processes[index].isKilled = true }
        guard !processes[index].isKilled, !processes[index].isStopped else { return }
        write(index)
        elect(index)
    }

    /// One write after another.
    private mutating func write(_ index: Int) {
        if let time = processes[index].leavesAt {
            guard time <= now else { return }
            writers.append(index)
            processes[index].leavesAt = nil
            if protection != .withoutCheck { obey(processes[index].gate.close(), index) }
        } else if protection == .withoutCheck {
            guard processes[index].gate.tenure != nil else { return }
            processes[index].leavesAt = now.advanced(by: Self.writing)
        } else if let order = processes[index].gate.open(now: now) {
            obey(order, index)
            processes[index].leavesAt = now.advanced(by: Self.writing)
        }
    }

    private mutating func obey(_ order: WriteGate.FenceOrder, _ index: Int) {
        guard protection != .withoutFence else { return }
        switch order {
        case .keep: break
        case .arm(let time): processes[index].fence = time
        case .disarm: processes[index].fence = nil
        }
    }

    private mutating func elect(_ index: Int) {
        let wall = Timestamp(microseconds: now.nanoseconds / 1_000)
        guard case .send(let request) = processes[index].election.step(now: now, wall: wall) else { return }
        let answer = server.serve(request)
        processes[index].election.received(answer, to: request, sentAt: now, now: now, using: &generator)
        let tenure = processes[index].election.tenure
        if tenure != processes[index].gate.tenure { obey(processes[index].gate.renew(tenure), index) }
    }
}

@Suite("A leader that is stopped past its lease") struct StoppedLeaderTests {
    /// The same stops for every protection: between two renewals, within and between writes.
    private static let leads = (0..<40).map { Duration.milliseconds(10 * $0) }

    private func outcomes(
        _ protection: StoppedLeaderScenario.Protection
    ) throws -> [(isViolated: Bool, ending: StoppedLeaderScenario.Ending)] {
        try Self.leads.map { lead in
            var scenario = StoppedLeaderScenario(protection)
            let outcome = scenario.run(lead: lead)
            return try #require(outcome, "nobody took over, \(protection), stopped after \(lead)")
        }
    }

    @Test func `never writes after its successor has begun, and is ended only with a write in hand`() throws {
        let outcomes = try outcomes(.whole)
        #expect(outcomes.allSatisfy { !$0.isViolated })
        #expect(outcomes.contains { $0.ending == .killed })
        #expect(outcomes.contains { $0.ending == .followed })
    }

    @Test func `writes after its successor when nothing looks at the clock before a write`() throws {
        #expect(try outcomes(.withoutCheck).contains { $0.isViolated })
    }

    @Test func `writes after its successor when no fence ends it between the check and the write`() throws {
        let outcomes = try outcomes(.withoutFence)
        #expect(outcomes.contains { $0.isViolated })
        #expect(outcomes.allSatisfy { $0.ending == .followed })
    }
}
