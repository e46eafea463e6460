import ClusterPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("ReplicaSet controller") struct ReplicaSetControllerTests {
    private let key = ObjectKey(namespace: "shop", name: "web")
    private let controller = ReplicaSetController()

    private func plan(_ replicaSet: KubernetesObject, _ pods: [PodFixture], at seconds: Double = 100) -> Plan {
        let objects = [(ResourceKind.replicaSet, replicaSet)] + pods.map { (ResourceKind.pod, $0.object) }
        return controller.plan(key, in: world(objects), now: after(seconds))
    }

    @Test func `missing pods are created from the template and owned`() throws {
        let plan = plan(replicaSet(replicas: 3), [PodFixture(owner: webOwner)])
        let created = plan.effects.compactMap { effect -> JSONValue? in
            if case .kubernetes(.create(.pod, let document)) = effect { return document }
            return nil
        }
        #expect(created.count == 2)
        let pod = try #require(created.first)
        #expect(pod.at("metadata", "generateName")?.stringValue == "web-")
        #expect(pod.at("metadata", "labels", "app")?.stringValue == "web")
        #expect(pod.at("metadata", "annotations", "note")?.stringValue == "x")
        #expect(KubernetesObject(pod).controllerReference == webOwner)
        #expect(pod.at("spec", "containers")?.arrayValue?.count == 1)
    }

    @Test func `creations in one plan are bounded`() {
        let plan = plan(replicaSet(replicas: 2_000), [])
        #expect(plan.effects.count { "\($0)".hasPrefix("create") } == ReplicaSetController.writesPerPlanMax)
    }

    @Test func `ended and terminating pods are replaced and not counted`() {
        let pods = [
            PodFixture(name: "a", phase: "Succeeded", owner: webOwner),
            PodFixture(name: "b", owner: webOwner, isDeleting: true), PodFixture(name: "c", owner: webOwner),
        ]
        let plan = plan(replicaSet(replicas: 2), pods)
        #expect(lines(plan).first == "create Pod shop/web-*")
        #expect(plan.effects.count { "\($0)".hasPrefix("create") } == 1)
        #expect(lines(plan).contains { $0.contains("\"replicas\":1") })
    }

    @Test func `surplus pods go in deletion order`() {
        let pods = [
            PodFixture(name: "a", readyAt: 1, owner: webOwner), PodFixture(name: "b", readyAt: 2, owner: webOwner),
            PodFixture(name: "c", owner: webOwner),
        ]
        let plan = plan(replicaSet(replicas: 1), pods)
        #expect(lines(plan).prefix(2) == ["delete Pod shop/c", "delete Pod shop/b"])
    }

    @Test func `a pod doubled up with a sibling ReplicaSet's pod goes first`() {
        let parent = OwnerReference(apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", name: "web", uid: "rollout")
        let sibling = replicaSet("other", replicas: 1, owner: parent)
        let siblingOwner = OwnerReference(apiVersion: "apps/v1", kind: "ReplicaSet", name: "other", uid: "uid-other")
        let objects: [(ResourceKind, KubernetesObject)] = [
            (.replicaSet, replicaSet(replicas: 1, owner: parent)), (.replicaSet, sibling),
            (.pod, PodFixture(name: "a", node: "n1", readyAt: 1, owner: webOwner).object),
            (.pod, PodFixture(name: "b", node: "n2", readyAt: 9, owner: webOwner).object),
            (.pod, PodFixture(name: "s", node: "n1", readyAt: 1, owner: siblingOwner).object),
        ]
        let plan = controller.plan(key, in: world(objects), now: after(20))
        #expect(lines(plan).first == "delete Pod shop/a")
    }

    @Test func `a matching orphan is adopted and counts`() {
        let plan = plan(replicaSet(replicas: 1), [PodFixture(name: "orphan")])
        let adoption = lines(plan).dropFirst().first ?? ""
        #expect(adoption.hasPrefix("patch Pod shop/orphan"))
        #expect(adoption.contains("\"uid\":\"uid-web\""))
        #expect(!lines(plan).contains { $0.hasPrefix("create") })
    }

    @Test func `before the first adoption the server is asked whether the owner is still the same`() {
        let owner = replicaSet(replicas: 2)
        let plan = plan(owner, [PodFixture(name: "a"), PodFixture(name: "b")])
        let question = Effect.kubernetes(.patch(.unchanged(.replicaSet, owner)))
        #expect(plan.effects.first == question)
        #expect(plan.effects.filter { $0 == question }.count == 1)
        #expect(lines(plan).filter { $0.hasPrefix("patch Pod") }.count == 2)
    }

    @Test func `an owned pod that no longer matches is released and replaced`() {
        let plan = plan(replicaSet(replicas: 1), [PodFixture(name: "x", owner: webOwner, labels: ["app": "other"])])
        let release =
            "{\"metadata\":{\"ownerReferences\":[{\"$patch\":\"delete\",\"uid\":\"uid-web\"}],\"uid\":\"uid-x\"}}"
        #expect(lines(plan).first == "patch Pod shop/x \(release)")
        #expect(lines(plan).contains("create Pod shop/web-*"))
    }

    @Test func `a ReplicaSet that is being deleted neither creates nor adopts`() {
        var dying = replicaSet(replicas: 3)
        dying.document.set(.string(start.rfc3339), at: "metadata", "deletionTimestamp")
        let plan = plan(dying, [PodFixture(name: "orphan")])
        #expect(!lines(plan).contains { $0.hasPrefix("create") || $0.hasPrefix("patch Pod") })
    }

    @Test func `a ready pod is available only after minReadySeconds, and the plan wakes then`() {
        let pods = [PodFixture(readyAt: 95, owner: webOwner)]
        let early = plan(replicaSet(replicas: 1, minReadySeconds: 10), pods, at: 100)
        #expect(early.wakeAt == after(105))
        #expect(lines(early).contains { $0.contains("\"readyReplicas\":1") && !$0.contains("availableReplicas") })
        let late = plan(replicaSet(replicas: 1, minReadySeconds: 10), pods, at: 105)
        #expect(late.wakeAt == nil)
        #expect(lines(late).contains { $0.contains("\"availableReplicas\":1") })
    }

    @Test func `a status that is already right is not written`() throws {
        var settled = replicaSet(replicas: 1)
        let status = "{\"replicas\":1,\"fullyLabeledReplicas\":1,\"readyReplicas\":1,\"availableReplicas\":1,"
        settled.document["status"] = try JSONValue(parsing: status + "\"observedGeneration\":3}")
        #expect(plan(settled, [PodFixture(readyAt: 1, owner: webOwner)]).effects == [])
    }

    @Test func `a pod wakes its owner, an orphan every ReplicaSet that selects it`() {
        let world = world([(.replicaSet, replicaSet(replicas: 1)), (.replicaSet, replicaSet("twin", replicas: 1))])
        let owned = ObjectChange(kind: .pod, before: nil, after: PodFixture(owner: webOwner).object)
        #expect(controller.keys(for: owned, in: world) == [key])
        let orphan = ObjectChange(kind: .pod, before: nil, after: PodFixture().object)
        #expect(controller.keys(for: orphan, in: world) == [ObjectKey(namespace: "shop", name: "twin"), key])
    }

    @Test func `a refused creation becomes an Event and a condition, which the next status takes away`() throws {
        let refusal = KubernetesFailure(code: 403, reason: "Forbidden", message: "pods \"web-\" is forbidden: why")
        let objects = world([(.replicaSet, replicaSet(replicas: 1))])
        let write = try #require(
            controller.plan(key, in: objects, now: start).effects.compactMap { effect in
                if case .kubernetes(let write) = effect { write } else { nil }
            }.first)
        let effects = controller.followUp(.refused(refusal), of: write, for: key, in: objects, now: start)
        #expect(effects.count == 2)
        #expect("\(effects[0])".contains("Warning FailedCreate: Error creating: pods \"web-\" is forbidden: why"))
        guard case .kubernetes(.patch(let patch)) = effects[1] else { return #expect(Bool(false), "no patch") }
        var failed = replicaSet(replicas: 0)
        failed.document["status"] = patch.body["status"]
        let condition = failed.document.at("status", "conditions")?.arrayValue?.first
        #expect(condition?["type"]?.stringValue == "ReplicaFailure")
        #expect(condition?["reason"]?.stringValue == "FailedCreate")
        #expect(lines(plan(failed, [])).contains { $0.contains("\"conditions\":null") })
    }

    @Test func `a pod that was made is named in an Event, one of a terminating namespace is not spoken of`() {
        let objects = world([(.replicaSet, replicaSet(replicas: 1))])
        let write = KubernetesWrite.create(.pod, [:])
        let made = controller.followUp(
            .done(PodFixture(name: "web-x").object), of: write, for: key, in: objects, now: start)
        #expect(lines(Plan(effects: made)) == ["event ReplicaSet shop/web Normal SuccessfulCreate: Created pod: web-x"])
        let refusal = KubernetesFailure(
            code: 403, reason: "Forbidden", message: "no", details: ["causes": [["reason": "NamespaceTerminating"]]])
        #expect(controller.followUp(.refused(refusal), of: write, for: key, in: objects, now: start) == [])
    }
}
