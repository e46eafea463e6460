import ELBModel
import KubernetesModel
import RequestRouting
import Synchronization
import Testing

@testable import LoadBalancerState

@Suite("Keeping load balancers across restarts")
struct KeepingTests {
    /// A service with everything that can be kept: two target groups, rules, tags, attributes and targets in every
    /// state; `10` is healthy, `11` unhealthy, `12` draining, `13` registering.
    private func furnished() throws -> (service: Service, balancer: LoadBalancerARN, group: TargetGroupARN) {
        var service = Service()
        let balancer = try service.makeLoadBalancer()
        let group = try service.makeGroup("a")
        let other = try service.makeGroup("b")
        let listener = try service.makeListener(on: balancer, forward([(group, 90), (other, 10)]))
        let rule = try service.makeRule(listener, 5, "/x*", forward(group))
        _ = try service.makeRule(listener, 2, "/y")
        try service.call(
            .addTags(.init(resourceARNs: [balancer.rawValue, rule.rawValue], tags: [Tag(key: "k", value: "v ü")])))
        let delay = Attribute(key: "deregistration_delay.timeout_seconds", value: "60")
        try service.call(.modifyTargetGroupAttributes(.init(arn: group, attributes: [delay])))
        let idle = Attribute(key: "idle_timeout.timeout_seconds", value: "77")
        try service.call(.modifyLoadBalancerAttributes(.init(arn: balancer, attributes: [idle])))
        try service.register("10.0.0.10", "10.0.0.11", "10.0.0.12", in: group)
        for _ in 0..<3 {
            service.wait(.seconds(10))
            for probe in service.state.healthChecksDue(now: service.now) {
                let status: HealthCheckResult = .status(probe.address.host == "10.0.0.11" ? 500 : 200)
                service.state.record(status, for: probe, now: service.now)
            }
        }
        try service.deregister("10.0.0.12", in: group)
        try service.register("10.0.0.13", in: group)
        return (service, balancer, group)
    }

    private func restored(_ service: Service) throws -> Service {
        var result = service
        result.state = try LoadBalancerState(
            configuration: service.state.configuration, kept: service.state.keptResources.reversed())
        return result
    }

    /// All that the API shows.
    private func answers(_ service: inout Service, _ group: TargetGroupARN) throws -> [ELBResponse] {
        var answers = [
            try service.call(.describeLoadBalancers(.init())), try service.call(.describeTargetGroups(.init())),
            try service.call(.describeTargetHealth(.init(targetGroupARN: group))),
            try service.call(.describeTargetGroupAttributes(.init(arn: group))),
        ]
        for balancer in answers[0].loadBalancerList {
            answers.append(try service.call(.describeLoadBalancerAttributes(.init(arn: balancer.arn))))
            answers.append(try service.call(.describeTags(.init(resourceARNs: [balancer.arn.rawValue]))))
            answers.append(try service.call(.describeListeners(.init(loadBalancerARN: balancer.arn))))
            for listener in try #require(answers.last).listenerList {
                let rules = try service.call(.describeRules(.init(listenerARN: listener.arn)))
                answers.append(rules)
                answers.append(try service.call(.describeTags(.init(resourceARNs: rules.ruleList.map(\.arn.rawValue)))))
            }
        }
        return answers
    }

    @Test func `the API answers as before`() throws {
        var (service, _, group) = try furnished()
        var later = try restored(service)
        let before = try answers(&service, group)
        #expect(before.count == 9)
        #expect(try answers(&later, group) == before)
    }

    @Test func `the nodes route at once to what was healthy`() throws {
        let (service, balancer, group) = try furnished()
        var later = try restored(service)
        later.wait(.zero)
        #expect(later.hosts(balancer, group, .healthy) == ["10.0.0.10"])
        #expect(later.hosts(balancer, group, .unhealthy) == ["10.0.0.11"])
        #expect(later.hosts(balancer, group, .draining) == ["10.0.0.12"])
        #expect(later.state.slot(of: balancer) == service.state.slot(of: balancer))
    }

    @Test func `targets are checked at once, and what was to end by itself ends in time`() throws {
        let (service, balancer, group) = try furnished()
        var later = try restored(service)
        later.wait(.milliseconds(1))
        #expect(later.check() == ["10.0.0.10", "10.0.0.11"])
        later.wait(.seconds(1))
        #expect(later.check() == ["10.0.0.13"])
        later.wait(.seconds(58))
        #expect(later.hosts(balancer, group, .draining) == ["10.0.0.12"])
        later.wait(.seconds(1))
        #expect(later.hosts(balancer, group, .draining).isEmpty)
    }

    @Test func `new ids differ from all that were given before`() throws {
        let (service, balancer, group) = try furnished()
        var before = service
        var later = try restored(service)
        let expected = try before.makeGroup("next")
        #expect(try later.makeGroup("next") == expected)
        #expect(expected != group)
        let second = try later.makeLoadBalancer("second")
        #expect(later.state.slot(of: second) == 1)
        try later.call(.deleteLoadBalancer(.init(arn: balancer)))
        let third = try later.makeLoadBalancer("third")
        #expect(later.state.slot(of: third) == 0)
    }

    @Test func `a resource that was damaged is named`() throws {
        let (service, _, _) = try furnished()
        var kept = service.state.keptResources
        let index = try #require(kept.firstIndex { $0.identity.kind == .listener })
        kept[index].content?.removeAll { $0.name == "sequence" }
        let problem = #expect(throws: KeptResourceProblem.self) {
            _ = try LoadBalancerState(configuration: service.state.configuration, kept: kept)
        }
        #expect(problem?.description.contains("listener \(kept[index].identity.name)") == true)
        #expect(problem?.description.contains("sequence") == true)
    }
}

/// Holds changes back until the test says that they are safe.
private final class HeldJournal: LoadBalancerJournal {
    private let held = Mutex<[LoadBalancerChange]>([])

    var changes: [LoadBalancerChange] { held.withLock { $0 } }

    func append(_ change: LoadBalancerChange) {
        held.withLock { $0.append(change) }
    }
}

@Suite("A store with a journal")
struct KeepingStoreTests {
    private func makeStore(_ journal: HeldJournal) -> LoadBalancerStore {
        LoadBalancerStore(state: Service().state, now: { start }, journal: journal)
    }

    private func create(_ name: String, in store: LoadBalancerStore) throws -> LoadBalancerARN {
        try store.call(.createLoadBalancer(.init(name: name, subnets: subnets))).loadBalancerList[0].arn
    }

    @Test func `an answer waits until its change is safe, and reads wait for what they may have seen`() async throws {
        let journal = HeldJournal()
        let store = makeStore(journal)
        #expect(await store.waitUntilSafe() == nil)
        _ = try create("a", in: store)
        _ = try store.call(.describeLoadBalancers(.init()))
        #expect(journal.changes.map(\.number) == [1])
        async let failure = store.waitUntilSafe()
        while store.guarded.withLock({ $0.keeping?.waiters.isEmpty ?? false }) { await Task.yield() }
        store.commit(through: 1)
        #expect(await failure == nil)
        #expect(store.guarded.withLock { $0.keeping?.waiters.isEmpty } == true)
    }

    @Test func `changes hold what is different and nothing else`() throws {
        let journal = HeldJournal()
        let store = makeStore(journal)
        let arn = try create("a", in: store)
        _ = try create("b", in: store)
        _ = try create("a", in: store)
        let tag = Tag(key: "k", value: "v")
        _ = try store.call(.addTags(.init(resourceARNs: [arn.rawValue], tags: [tag])))
        _ = try store.call(.deleteLoadBalancer(.init(arn: arn)))
        let kinds = journal.changes.map { $0.resources.map(\.identity.kind) }
        #expect(
            kinds == [
                [.loadBalancer, .tags, .counters], [.loadBalancer, .tags, .counters], [.tags, .counters],
                [.loadBalancer, .tags, .counters],
            ])
        #expect(journal.changes[3].resources.prefix(2).allSatisfy { $0.content == nil })
    }

    @Test func `what the journal was given makes the state that the store has`() throws {
        let journal = HeldJournal()
        let store = makeStore(journal)
        for name in ["a", "b", "c"] { _ = try create(name, in: store) }
        let arn = try create("b", in: store)
        _ = try store.call(.deleteLoadBalancer(.init(arn: arn)))
        var kept: [KeptResource.Identity: KeptResource] = [:]
        for resource in journal.changes.flatMap(\.resources) { kept[resource.identity] = resource }
        let made = try LoadBalancerState(configuration: Service().state.configuration, kept: Array(kept.values))
        func comparable(_ resources: [KeptResource]) -> [String: [WireField]] {
            let pairs = resources.filter { $0.identity.kind != .counters }.map {
                ("\($0.identity.kind) \($0.identity.name)", $0.content ?? [])
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
        let stored = store.read { state, _ in state.keptResources }
        #expect(comparable(made.keptResources) == comparable(stored))
        #expect(made.allLoadBalancers.map(\.name) == ["a", "c"])
    }

    @Test func `a health check that changes nothing is not written`() throws {
        let journal = HeldJournal()
        let store = makeStore(journal)
        let group = try store.update { state, now in
            var service = Service()
            (service.state, service.now) = (state, now)
            defer { state = service.state }
            return Result {
                let balancer = try service.makeLoadBalancer()
                let group = try service.makeGroup()
                _ = try service.makeListener(on: balancer, forward(group))
                try service.register("10.0.0.1", in: group)
                service.state.advance(to: now.advanced(by: .seconds(1)))
                return group
            }
        }.get()
        #expect(journal.changes.count == 1)
        let probe = try #require(store.takeHealthChecks().first)
        #expect(probe.targetGroup == group)
        store.record(.status(200), for: probe)
        #expect(journal.changes.count == 2)
        store.record(.status(500), for: probe)
        #expect(journal.changes.count == 2)
        store.record(.status(500), for: probe)
        #expect(journal.changes.last?.resources.map(\.identity.kind) == [.targetGroup, .counters])
        #expect(journal.changes.count == 3)
    }

    @Test func `a failing journal ends every wait with its reason`() async throws {
        let store = makeStore(HeldJournal())
        #expect(await store.waitUntilSafe() == nil)
        _ = try create("a", in: store)
        store.fail("the disk is full")
        #expect(await store.waitUntilSafe() == "the disk is full")
    }
}
