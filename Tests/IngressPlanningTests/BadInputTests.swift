import ELBModel
import IngressPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("Mistakes and failures") struct BadInputTests {
    private func warnings(_ plan: Plan) -> [EventRecord] {
        plan.effects.compactMap { if case .event(let record) = $0, record.severity == .warning { record } else { nil } }
    }

    @Test func `a malformed action is reported with its place, and the last good rules stay`() {
        var world = ConvergenceTests.canary(weight: 20)
        world.settle()
        let before = world.aws.facts
        world.annotate("actions.root", #"{"Type":"forward","ForwardConfig":{"TargetGroups":[{]}}"#)
        #expect(world.settle() == [])
        #expect(world.aws.facts == before)
        let events = warnings(world.plan())
        #expect(events.map(\.reason) == ["FailedBuildModel"])
        #expect(events[0].message.contains("annotation \(prefix)/actions.root of Ingress shop/web"))
        #expect(events[0].message.contains("character 53"))
        #expect(events[0].message.hasSuffix("Correct the JSON or remove the annotation."))
    }

    @Test func `a missing backend is told with each change of the stack, not with each plan`() {
        var world = MiniWorld([ingress(paths: [PathFixture(service: "gone")])])
        world.settle()
        func told() -> Int { world.trace.filter { $0.contains("Warning BackendNotFound") }.count }
        #expect(told() == 1)
        #expect(world.trace.contains { $0.contains("Service shop/gone does not exist") })
        world.wait()
        world.settle()
        #expect(told() == 1)
        world.insert(service("gone"))
        world.wait()
        world.settle()
        #expect(told() == 1)
        world.remove(.service, "gone")
        world.wait()
        world.settle()
        // The group that nothing leads to any more goes later.
        world.wait()
        world.settle()
        let before = told()
        #expect(before > 1)
        world.wait()
        world.settle()
        #expect(told() == before)
    }

    @Test func `other Ingresses go on`() {
        var world = ConvergenceTests.canary()
        world.insert(ingress("broken", annotations: ["listen-ports": "80"], paths: [PathFixture(service: "stable")]))
        #expect(warnings(world.step("broken")).count == 1)
        #expect(!world.settle().isEmpty)
        #expect(world.aws.loadBalancers.count == 1)
    }

    @Test func `a broken Ingress that never worked gets no finalizer and is not polled`() {
        let world = MiniWorld([ingress(annotations: ["group.name": "g"], paths: [PathFixture(service: "a")])])
        let plan = world.plan()
        #expect(plan.wakeAt == nil)
        #expect(!plan.changesTheWorld)
        #expect(warnings(plan)[0].message.contains("group.name"))
    }

    @Test func `an answer that AWS refuses changes nothing and is asked for again`() {
        var world = ConvergenceTests.canary()
        world.settle()
        world.annotate("actions.root", weights(canary: 50))
        let subject = ObservationSubject.stack(StackID(cluster: "test", name: "shop/web"))
        world.world.observations[subject] = Observation(
            startedAt: world.now, result: .failure(ELBFailure(.throttling, "Rate exceeded")))
        let plan = world.plan()
        #expect(!plan.changesTheWorld)
        #expect(warnings(plan).map(\.reason) == ["FailedDeployModel"])
        #expect(plan.wakeAt == world.now.advanced(by: .milliseconds(5_001)))
        #expect(plan.observations == [ObservationRequest(subject: subject, maxAge: .seconds(5))])
    }

    @Test func `a deleted Ingress waits for AWS to answer before it is released`() {
        var world = ConvergenceTests.canary()
        world.settle()
        world.edit { $0.set(.string(start.rfc3339), at: "metadata", "deletionTimestamp") }
        let subject = ObservationSubject.stack(StackID(cluster: "test", name: "shop/web"))
        world.world.observations[subject] = Observation(
            startedAt: world.now, result: .failure(ELBFailure(.unreachable, "connection refused")))
        #expect(!world.plan().changesTheWorld)
        world.world.observations[subject] = nil
        #expect(!world.plan().changesTheWorld)
        world.settle()
        #expect(world.ingress() == nil)
    }

    @Test func `a class that disappears takes nothing down`() {
        var world = ConvergenceTests.canary()
        world.edit {
            $0.set(Optional<JSONValue>.none, at: "metadata", "annotations", "kubernetes.io/ingress.class")
            $0.set("mine", at: "spec", "ingressClassName")
        }
        let mine = KubernetesObject([
            "kind": "IngressClass", "metadata": ["name": "mine"], "spec": ["controller": "ingress.k8s.aws/alb"],
        ])
        world.insert(mine)
        world.settle()
        world.world.objects.remove(.ingressClass, ObjectKey(name: "mine"))
        #expect(world.settle() == [])
        #expect(world.aws.loadBalancers.count == 1)
        #expect(warnings(world.plan())[0].message.contains("IngressClass 'mine' does not exist"))
    }

    @Test func `Ingresses of others are not touched, not even by an event`() {
        let foreign = MiniWorld([ingress(paths: [PathFixture(service: "a")], classAnnotation: "nginx")])
        #expect(foreign.plan() == Plan())
        let gone = MiniWorld([])
        #expect(gone.plan() == Plan())
    }

    @Test func `success is told once, with the change`() {
        var world = ConvergenceTests.canary()
        world.settle()
        world.annotate("actions.root", weights(canary: 0, extra: #","TargetGroupStickinessConfig":{"Enabled":false}"#))
        #expect(world.plan().effects == [])
        world.aws.finishHealthChecks()
        world.annotate("actions.root", weights(canary: 10))
        world.wait()
        world.settle()
        #expect(world.trace.filter { $0.contains("SuccessfullyReconciled") }.count == 2)
    }
}

@Suite("Which Ingresses a change concerns") struct KeyTests {
    private func keys(_ change: ObjectChange, _ world: MiniWorld) -> [String] {
        world.controller.keys(for: change, in: world.world).map(\.description)
    }

    private func appeared(_ kind: ResourceKind, _ object: KubernetesObject) -> ObjectChange {
        ObjectChange(kind: kind, before: nil, after: object)
    }

    @Test func `services and endpoints concern the Ingresses that name them, in actions too`() {
        let world = ConvergenceTests.canary()
        #expect(keys(appeared(.service, service("canary")), world) == ["shop/web"])
        #expect(keys(appeared(.service, service("root")), world) == ["shop/web"])
        #expect(keys(appeared(.service, service("other")), world) == [])
        #expect(keys(appeared(.endpointSlice, slice("stable", ready: [])), world) == ["shop/web"])
        let endpoints = KubernetesObject(["kind": "Endpoints", "metadata": ["name": "stable", "namespace": "shop"]])
        #expect(keys(appeared(.endpoints, endpoints), world) == ["shop/web"])
    }

    @Test func `a status written by the controller itself concerns nobody`() throws {
        let before = try #require(ConvergenceTests.canary().ingress())
        var after = before
        after.document.set("x", at: "status", "loadBalancer", "ingress")
        let world = ConvergenceTests.canary()
        #expect(keys(ObjectChange(kind: .ingress, before: before, after: after), world) == [])
        after.document.set("x", at: "metadata", "annotations", "a")
        #expect(keys(ObjectChange(kind: .ingress, before: before, after: after), world) == ["shop/web"])
        #expect(keys(ObjectChange(kind: .ingress, before: before, after: nil), world) == ["shop/web"])
    }

    @Test func `a pod concerns the Ingresses of its namespace only when it ends`() {
        var world = ConvergenceTests.canary()
        world.settle()
        let running = pod("10.0.0.1", labels: ["app": "x"])
        let ending = pod("10.0.0.1", labels: ["app": "x"], isDeleting: true)
        #expect(keys(appeared(.pod, running), world) == [])
        #expect(keys(ObjectChange(kind: .pod, before: running, after: ending), world) == ["shop/web"])
        #expect(keys(ObjectChange(kind: .pod, before: ending, after: ending), world) == [])
        #expect(keys(ObjectChange(kind: .pod, before: ending, after: nil), world) == ["shop/web"])
    }
}
