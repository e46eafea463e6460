import KubernetesModel
import Planning
import Testing

@Suite("Plan") struct PlanTests {
    let early = Timestamp(seconds: 10)
    let late = Timestamp(seconds: 20)

    @Test("wakes at the earliest of the times asked for") func wake() {
        var plan = Plan()
        plan.wake(at: late)
        plan.wake(at: early)
        plan.wake(at: late)
        #expect(plan.wakeAt == early)
    }

    @Test("asks once for each fact, with the strictest age") func observe() {
        var plan = Plan()
        plan.observe(.loadBalancer(dnsName: "a"), maxAge: .seconds(5))
        plan.observe(.loadBalancer(dnsName: "a"), maxAge: .seconds(1))
        plan.observe(.loadBalancer(dnsName: "a"), maxAge: .seconds(9))
        #expect(plan.observations == [ObservationRequest(subject: .loadBalancer(dnsName: "a"), maxAge: .seconds(1))])
    }

    @Test("an Event alone does not change the world") func events() {
        let record = EventRecord(kind: .rollout, key: ObjectKey(name: "a"), uid: "", reason: "R", message: "m")
        #expect(!Plan(effects: [.event(record)]).changesTheWorld)
        #expect(Plan(effects: [.event(record), .kubernetes(.evict(ObjectKey(name: "p")))]).changesTheWorld)
    }

    @Test("a fact satisfies a request only while it is young enough") func age() {
        var observations = Observations()
        let subject = ObservationSubject.loadBalancer(dnsName: "a")
        observations[subject] = Observation(startedAt: early, result: .success(.loadBalancer(nil)))
        let request = ObservationRequest(subject: subject, maxAge: .seconds(5))
        #expect(observations.satisfies(request, now: early.advanced(by: .seconds(5))))
        #expect(!observations.satisfies(request, now: early.advanced(by: .seconds(6))))
    }
}
