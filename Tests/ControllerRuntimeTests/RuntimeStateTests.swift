import ControllerRuntime
import ELBModel
import JSON
import KubernetesModel
import Planning
import Testing

/// Creates one pod for every Service that has none: enough to see what a stale cache would do.
private struct OnePodPerService: Controller {
    let name = "one-pod"
    let watchedKinds: [ResourceKind] = [.service, .pod]

    func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        change.object.map { [$0.key] } ?? []
    }

    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        guard world.objects.object(.service, key) != nil, world.objects.object(.pod, key) == nil else { return Plan() }
        return Plan(effects: [
            .kubernetes(
                .create(.pod, ["metadata": ["name": .string(key.name), "namespace": .string(key.namespace)]]))
        ])
    }
}

/// Tells of every Service that comes or goes.
private struct Herald: Controller {
    let name = "herald"
    let watchedKinds: [ResourceKind] = [.service]

    func keys(for change: ObjectChange, in world: World) -> [ObjectKey] { change.object.map { [$0.key] } ?? [] }
    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan { Plan() }
    func news(of change: ObjectChange) -> [EventRecord] {
        guard let object = change.object, change.before == nil || change.after == nil else { return [] }
        return [
            EventRecord(
                kind: .service, key: object.key, uid: object.uid, severity: .normal,
                reason: change.after == nil ? "Gone" : "Come", message: "")
        ]
    }
}

/// Decides since when it has waited for AWS.
private struct Waiter: Controller {
    let name = "waiter"
    let watchedKinds: [ResourceKind] = [.service]

    func keys(for change: ObjectChange, in world: World) -> [ObjectKey] { change.object.map { [$0.key] } ?? [] }
    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan { Plan(wakeAt: world.readsAwaitedSince) }
}

@Suite("Runtime state") struct RuntimeStateTests {
    let start = Timestamp(seconds: 1_000)
    let key = WorkKey(controller: 0, object: ObjectKey(namespace: "d", name: "a"))

    private func object(_ version: Int) -> KubernetesObject {
        KubernetesObject([
            "metadata": ["name": "a", "namespace": "d", "uid": "u", "resourceVersion": .string(String(version))]
        ])
    }

    private func synced() -> RuntimeState {
        var state = RuntimeState(controllers: [OnePodPerService()], settings: RuntimeSettings())
        state.replace(.service, with: ObjectList(items: [object(1)], resourceVersion: "1"), now: start)
        state.replace(.pod, with: ObjectList(items: [], resourceVersion: "1"), now: start)
        return state
    }

    @Test("nothing is planned before every kind has been listed") func waitsForSync() {
        var state = RuntimeState(controllers: [OnePodPerService()], settings: RuntimeSettings())
        state.replace(.service, with: ObjectList(items: [object(1)], resourceVersion: "1"), now: start)
        let seen1 = state.takeReady(now: start)
        #expect(seen1.isEmpty)
        state.replace(.pod, with: ObjectList(items: [], resourceVersion: "1"), now: start)
        let seen2 = state.takeReady(now: start)
        #expect(seen2 == [key])
    }

    @Test("a key that created something is not planned again until the watch has shown it") func noDoubleCreation() {
        var state = synced()
        let seen3 = state.takeReady(now: start)
        #expect(seen3 == [key])
        let plan = state.plan(key, now: start)
        #expect(plan.effects.count == 1)
        guard case .kubernetes(let write) = plan.effects.first else { return }
        state.wrote(write, answered: object(2), by: key, now: start)
        state.succeeded(key, plan: plan, isWaiting: false, now: start)
        let seen4 = state.takeReady(now: start)
        #expect(seen4 == [key])
        let seen5 = state.isCaughtUp(key, now: start)
        #expect(!seen5)
        state.postponed(key, now: start)
        state.apply(WatchEvent(.added, object(2)), .pod, now: start)
        let later = start.advanced(by: .seconds(1))
        let seen6 = state.takeReady(now: later)
        #expect(seen6 == [key])
        let seen7 = state.isCaughtUp(key, now: later)
        #expect(seen7)
        let next = state.plan(key, now: later)
        #expect(next.effects.isEmpty)
    }

    private func reasons(_ plan: Plan) -> [String] {
        plan.effects.compactMap { effect in
            if case .event(let record) = effect { record.reason } else { nil }
        }
    }

    @Test("Events about a change go with the next plan, once, unless they are old") func news() {
        var state = RuntimeState(controllers: [Herald()], settings: RuntimeSettings())
        state.replace(.service, with: ObjectList(items: [object(1)], resourceVersion: "1"), now: start)
        let first = reasons(state.plan(key, now: start))
        #expect(first == ["Come"])
        let second = reasons(state.plan(key, now: start))
        #expect(second.isEmpty)
        state.apply(WatchEvent(.deleted, object(2)), .service, now: start)
        state.apply(WatchEvent(.added, object(3)), .service, now: start.advanced(by: .seconds(40)))
        let late = reasons(state.plan(key, now: start.advanced(by: .seconds(61))))
        #expect(late == ["Come"])
        state.apply(WatchEvent(.deleted, object(4)), .service, now: start)
        let tooLate = reasons(state.plan(key, now: start.advanced(by: .seconds(61))))
        #expect(tooLate.isEmpty)
    }

    @Test("a fact read before a change to AWS is not believed after it") func staleFacts() {
        var state = synced()
        let subject = ObservationSubject.loadBalancer(dnsName: "x")
        let plan = Plan(observations: [ObservationRequest(subject: subject, maxAge: .seconds(5))])
        let fact = Observation(startedAt: start, result: .success(.loadBalancer(nil)))
        state.observed(subject, fact)
        let isWantedBefore = state.want(plan, by: key, now: start)
        #expect(!isWantedBefore)
        state.mutatedAWS(plan, now: start.advanced(by: .seconds(1)))
        let isWantedAfter = state.want(plan, by: key, now: start.advanced(by: .seconds(1)))
        #expect(isWantedAfter)
        state.observed(subject, fact)
        #expect(state.world.observations[subject] == nil)
    }

    @Test("what was read of a load balancer is not believed once a call changes its rules, whoever sends it")
    func reroutedLoadBalancer() {
        let rule = RuleARN(
            rawValue: "arn:aws:elasticloadbalancing:us-west-2:123456789012:listener-rule/app/shop/50dc6c/f2f7dc/9683b2")
        let names = ["shop-77.us-west-2.elb.amazonaws.com", "internal-shop-77.us-west-2.elb.amazonaws.com"]
        let others = ["shop-2-77.us-west-2.elb.amazonaws.com", "shop.example.com"]
        var state = synced()
        let fact = Observation(startedAt: start, result: .success(.loadBalancer(nil)))
        for name in names + others { state.observed(.loadBalancer(dnsName: name), fact) }
        let plan = Plan(observations: [ObservationRequest(subject: .loadBalancer(dnsName: names[0]), maxAge: .zero)])
        _ = state.want(plan, by: key, now: start.advanced(by: .seconds(1)))
        _ = state.takeRead(now: start.advanced(by: .seconds(1)))
        state.sends(.modifyRule(.init(arn: rule)), now: start.advanced(by: .seconds(2)))
        for name in names { #expect(state.world.observations[.loadBalancer(dnsName: name)] == nil) }
        for name in others { #expect(state.world.observations[.loadBalancer(dnsName: name)] == fact) }
        // The read that was under way began before the call.
        let overtaken = Observation(startedAt: start.advanced(by: .seconds(1)), result: .success(.loadBalancer(nil)))
        state.observed(.loadBalancer(dnsName: names[0]), overtaken)
        #expect(state.world.observations[.loadBalancer(dnsName: names[0])] == nil)
        let fresh = Observation(startedAt: start.advanced(by: .seconds(3)), result: .success(.loadBalancer(nil)))
        state.observed(.loadBalancer(dnsName: names[0]), fresh)
        #expect(state.world.observations[.loadBalancer(dnsName: names[0])] == fresh)
    }

    @Test("a subject is not read twice within the least interval, whatever age is asked for") func readInterval() {
        var state = synced()
        let subject = ObservationSubject.loadBalancer(dnsName: "x")
        let plan = Plan(observations: [ObservationRequest(subject: subject, maxAge: .zero)])
        state.observed(subject, Observation(startedAt: start, result: .success(.loadBalancer(nil))))
        let isWantedSoon = state.want(plan, by: key, now: start.advanced(by: .milliseconds(100)))
        let isWantedLater = state.want(plan, by: key, now: start.advanced(by: .milliseconds(500)))
        #expect(!isWantedSoon)
        #expect(isWantedLater)
    }

    @Test("a look between two tries of a refused call does not start its wait anew") func failuresInARow() {
        var state = synced()
        let look = Plan(observations: [ObservationRequest(subject: .loadBalancer(dnsName: "x"), maxAge: .seconds(5))])
        let first = state.countFailure(key)
        state.succeeded(key, plan: look, isWaiting: true, now: start)
        let second = state.countFailure(key)
        state.succeeded(key, plan: Plan(), isWaiting: false, now: start)
        let afterRest = state.countFailure(key)
        #expect(first == 1)
        #expect(second == 2)
        #expect(afterRest == 1)
    }

    @Test("keys that want the same fact get one read, and are planned when it is there") func sharedRead() throws {
        var state = synced()
        let keys = ["a", "b", "c"].map { WorkKey(controller: 0, object: ObjectKey(namespace: "d", name: $0)) }
        let subject = ObservationSubject.loadBalancer(dnsName: "x")
        let plan = Plan(observations: [ObservationRequest(subject: subject, maxAge: .seconds(1))])
        _ = state.takeReady(now: start)
        state.succeeded(key, plan: Plan(), isWaiting: false, now: start)
        for key in keys {
            let isWaiting = state.want(plan, by: key, now: start)
            #expect(isWaiting)
        }
        let taken = state.takeRead(now: start)
        let order = try #require(taken)
        let another = state.takeRead(now: start)
        #expect(order.subject == subject)
        #expect(another == nil)
        let end = start.advanced(by: .milliseconds(40))
        state.observed(subject, Observation(startedAt: start, result: .success(.loadBalancer(nil))), now: end)
        let planned = state.takeReady(now: end)
        #expect(Set(planned) == Set(keys))
    }

    @Test("a plan is told since when its key waits for AWS, whatever else it asks for, until it is answered")
    func awaitedSince() {
        var state = RuntimeState(controllers: [Waiter()], settings: RuntimeSettings())
        let subjects = ["x", "y"].map { ObservationSubject.loadBalancer(dnsName: $0) }
        let plans = subjects.map { Plan(observations: [ObservationRequest(subject: $0, maxAge: .seconds(1))]) }
        let later = start.advanced(by: .seconds(40))
        let before = state.plan(key, now: start).wakeAt
        _ = state.want(plans[0], by: key, now: start)
        let first = state.plan(key, now: later).wakeAt
        _ = state.want(plans[1], by: key, now: later)
        let second = state.plan(key, now: later).wakeAt
        let other = WorkKey(controller: 0, object: ObjectKey(namespace: "d", name: "b"))
        let others = state.plan(other, now: later).wakeAt
        state.observed(subjects[1], Observation(startedAt: later, result: .success(.loadBalancer(nil))), now: later)
        let after = state.plan(key, now: later).wakeAt
        #expect(before == nil)
        #expect(first == start)
        #expect(second == start)
        #expect(others == nil)
        #expect(after == nil)
    }

    @Test("a key is planned again when it has all that it wants, not before") func allOfIt() {
        var state = synced()
        let group = TargetGroupARN("arn:aws:elasticloadbalancing:r:1:targetgroup/a/1")
        let subjects = [ObservationSubject.loadBalancer(dnsName: "x"), .targetHealth(group)]
        let plan = Plan(observations: subjects.map { ObservationRequest(subject: $0, maxAge: .seconds(1)) })
        _ = state.takeReady(now: start)
        state.succeeded(key, plan: Plan(), isWaiting: false, now: start)
        _ = state.want(plan, by: key, now: start)
        let orders = [state.takeRead(now: start), state.takeRead(now: start)].compactMap { $0?.subject }
        #expect(orders == subjects)
        state.observed(subjects[0], Observation(startedAt: start, result: .success(.loadBalancer(nil))), now: start)
        let early = state.takeReady(now: start)
        #expect(early.isEmpty)
        state.observed(subjects[1], Observation(startedAt: start, result: .success(.targetHealth([]))), now: start)
        let ready = state.takeReady(now: start)
        #expect(ready == [key])
    }

    @Test("a fact that must be younger than a write is read anew, however young it is") func afterWrite() {
        var state = synced()
        let subject = ObservationSubject.loadBalancer(dnsName: "x")
        state.observed(subject, Observation(startedAt: start, result: .success(.loadBalancer(nil))))
        var plan = Plan()
        plan.observe(subject, maxAge: .seconds(5), after: start)
        let now = start.advanced(by: .milliseconds(10))
        let isWaiting = state.want(plan, by: key, now: now)
        #expect(isWaiting)
        let order = state.takeRead(now: now)
        #expect(order?.subject == subject)
    }

    @Test("what a rollback wants to know is read before what others have asked for earlier") func rollbackFirst() throws
    {
        var state = synced()
        for index in 0..<20 {
            let subject = ObservationSubject.loadBalancer(dnsName: "\(index)")
            let other = WorkKey(controller: 0, object: ObjectKey(namespace: "d", name: "\(index)"))
            let plan = Plan(observations: [ObservationRequest(subject: subject, maxAge: .seconds(1))])
            _ = state.want(plan, by: other, now: start)
        }
        let urgent = ObservationSubject.loadBalancer(dnsName: "urgent")
        var rollback = Plan(observations: [ObservationRequest(subject: urgent, maxAge: .seconds(1))])
        rollback.isRollback = true
        _ = state.want(rollback, by: key, now: start)
        let taken = state.takeRead(now: start)
        let order = try #require(taken)
        #expect(order.subject == urgent)
        #expect(order.lane == .rollback)
    }
}
