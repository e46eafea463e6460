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
        state.succeeded(key, plan: plan, hasNewFacts: false, now: start)
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
        #expect(state.plan(key, now: later).effects.isEmpty)
    }

    @Test("a fact read before a change to AWS is not believed after it") func staleFacts() {
        var state = synced()
        let subject = ObservationSubject.loadBalancer(dnsName: "x")
        let plan = Plan(observations: [ObservationRequest(subject: subject, maxAge: .seconds(5))])
        let fact = Observation(startedAt: start, result: .success(.loadBalancer(nil)))
        state.observed(subject, fact)
        #expect(state.readsNeeded(by: plan, now: start).isEmpty)
        state.mutatedAWS(plan, now: start.advanced(by: .seconds(1)))
        #expect(state.readsNeeded(by: plan, now: start.advanced(by: .seconds(1))) == [subject])
        state.observed(subject, fact)
        #expect(state.world.observations[subject] == nil)
    }

    @Test("a subject is not read twice within the least interval, whatever age is asked for") func readInterval() {
        var state = synced()
        let subject = ObservationSubject.loadBalancer(dnsName: "x")
        let plan = Plan(observations: [ObservationRequest(subject: subject, maxAge: .zero)])
        state.observed(subject, Observation(startedAt: start, result: .success(.loadBalancer(nil))))
        #expect(state.readsNeeded(by: plan, now: start.advanced(by: .milliseconds(100))).isEmpty)
        #expect(state.readsNeeded(by: plan, now: start.advanced(by: .milliseconds(500))) == [subject])
    }

    @Test("a look between two tries of a refused call does not start its wait anew") func failuresInARow() {
        var state = synced()
        let look = Plan(observations: [ObservationRequest(subject: .loadBalancer(dnsName: "x"), maxAge: .seconds(5))])
        let first = state.countFailure(key)
        state.succeeded(key, plan: look, hasNewFacts: true, now: start)
        let second = state.countFailure(key)
        state.succeeded(key, plan: Plan(), hasNewFacts: false, now: start)
        let afterRest = state.countFailure(key)
        #expect(first == 1)
        #expect(second == 2)
        #expect(afterRest == 1)
    }
}
