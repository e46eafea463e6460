import ControllerRuntime
import ELBModel
import KubernetesModel
import Planning
import Testing

/// Calls that a budget lets go, in virtual time.
private struct Waiting {
    var budget = CallBudget()
    var now = Timestamp(seconds: 1_000)
    /// What waits, in the order of entry.
    var tickets: [(name: String, ticket: CallBudget.Ticket)] = []
    /// What went, and when, in seconds after the start.
    var gone: [(name: String, at: Double)] = []
    private let start = Timestamp(seconds: 1_000)

    mutating func enter(_ name: String, _ request: ELBRequest, _ lane: CallLane? = nil) {
        tickets.append((name, budget.enter(request, lane: lane ?? CallLane(request), now: now)))
    }

    /// Lets time pass in steps of 10 ms; everybody asks in each.
    mutating func run(for duration: Duration) {
        let end = now.advanced(by: duration)
        while true {
            for entry in tickets where budget.poll(entry.ticket, now: now) == .go {
                gone.append((entry.name, start.duration(to: now).inSeconds))
                tickets.removeAll { $0.ticket == entry.ticket }
            }
            guard now < end else { return }
            now = now.advanced(by: .milliseconds(10))
        }
    }

    func count(_ name: String) -> Int { gone.count { $0.name == name } }
}

private let arn = TargetGroupARN("arn:aws:elasticloadbalancing:r:1:targetgroup/a/1")
private let read = ELBRequest.describeTargetHealth(.init(targetGroupARN: arn))
private let modify = ELBRequest.modifyTargetGroup(.init(arn: arn))

@Suite("The budget of AWS calls") struct CallBudgetTests {
    @Test func `reads go on at the published rate once the burst is used up`() {
        var world = Waiting()
        for _ in 0..<200 { world.enter("read", read) }
        world.run(for: .zero)
        // A fifth of forty tokens is kept for what is more urgent.
        #expect(world.count("read") == 32)
        world.run(for: .seconds(10))
        #expect((131...133).contains(world.count("read")))
    }

    @Test func `a rollback goes at once though reads have used up what is theirs`() {
        var world = Waiting()
        for _ in 0..<100 { world.enter("read", read) }
        world.run(for: .seconds(1))
        world.enter("rollback", read, .rollback)
        world.run(for: .zero)
        #expect(world.count("rollback") == 1)
    }

    @Test func `an urgent call passes by all that wait for the same tokens`() {
        var world = Waiting()
        for _ in 0..<60 { world.enter("tidy", modify, .housekeeping) }
        world.run(for: .seconds(2))
        let before = world.count("tidy")
        #expect(before < 60)
        for _ in 0..<6 { world.enter("rollback", modify, .rollback) }
        world.run(for: .zero)
        #expect(world.count("rollback") == 6)
        #expect(world.count("tidy") == before)
    }

    @Test func `lanes go in their order, and each in the order of entry`() {
        var world = Waiting(budget: CallBudget(limits: [.mutating: CallLimit(burst: 1, perSecond: 1)]))
        world.run(for: .zero)
        for lane in CallLane.allCases.reversed() {
            world.enter("\(lane) 1", modify, lane)
            world.enter("\(lane) 2", modify, lane)
        }
        world.run(for: .seconds(60))
        // Of one token nothing can be kept: whoever leaves a part of it would never go.
        let order = world.gone.map(\.name)
        #expect(order.prefix(2) == ["rollback 1", "rollback 2"])
    }

    @Test func `housekeeping ends although verification never pauses`() {
        var world = Waiting()
        for _ in 0..<40 { world.enter("read", read) }
        world.run(for: .seconds(1))
        world.enter("drift", read, .housekeeping)
        for _ in 0..<400 {
            for _ in 0..<2 { world.enter("read", read) }
            world.run(for: .milliseconds(100))
            if world.count("drift") == 1 { break }
        }
        #expect(world.count("drift") == 1)
    }

    @Test func `a throttled answer empties the bucket, makes it smaller and pauses the lanes by urgency`() {
        var budget = CallBudget()
        let now = Timestamp(seconds: 1_000)
        budget.throttled(modify, now: now)
        #expect(budget.tokens(in: .mutating, now: now) == 0)
        #expect(budget.share(of: .mutating, now: now) < 0.75)
        let urgent = budget.enter(modify, lane: .rollback, now: now)
        let idle = budget.enter(modify, lane: .housekeeping, now: now)
        let soon = now.advanced(by: .milliseconds(600))
        #expect(budget.poll(urgent, now: soon) == .go)
        #expect(budget.poll(idle, now: soon) != .go)
        // The limit comes back when AWS is content.
        #expect(budget.share(of: .mutating, now: now.advanced(by: .seconds(60))) == 1)
        #expect(budget.share(of: .reading, now: now) == 1)
    }

    @Test func `throttling in a row shrinks to a fifth and no further`() {
        var budget = CallBudget()
        let now = Timestamp(seconds: 1_000)
        for _ in 0..<20 { budget.throttled(read, now: now) }
        #expect(budget.share(of: .reading, now: now) == 0.2)
    }

    @Test func `who leaves makes room`() {
        var budget = CallBudget(limits: [.mutating: CallLimit(burst: 2, perSecond: 1)])
        let now = Timestamp(seconds: 1_000)
        let tickets = (0..<3).map { _ in budget.enter(modify, lane: .rollback, now: now) }
        #expect(budget.poll(tickets[2], now: now) != .go)
        budget.leave(tickets[0])
        #expect(budget.poll(tickets[2], now: now) == .go)
        #expect(budget.poll(tickets[1], now: now) == .go)
        #expect(budget.waitingCount == 0)
    }

    @Test func `the lane of a plan's calls is that of its most urgent one`() {
        let plan = Plan(effects: [.elb(modify), .elb(.registerTargets(.init(targetGroupARN: arn, targets: [])))])
        #expect(CallLane(effectsOf: plan) == .register)
        var rollback = plan
        rollback.isRollback = true
        #expect(CallLane(effectsOf: rollback) == .rollback)
    }
}
