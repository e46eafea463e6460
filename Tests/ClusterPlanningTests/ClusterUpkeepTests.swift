import ClusterPlanning
import JSON
import KubernetesModel
import Planning
import Testing

private func owned(_ kind: String, _ name: String, _ references: String, _ metadata: String = "") throws
    -> KubernetesObject
{
    try object(
        """
        {"kind":"\(kind)","metadata":{"name":"\(name)","namespace":"shop","uid":"uid-\(name)","resourceVersion":"1",
         "creationTimestamp":"2026-01-01T00:00:00Z","ownerReferences":[\(references)]\(metadata)}}
        """)
}

private func reference(_ name: String, uid: String? = nil, blocking: Bool = true) -> String {
    """
    {"apiVersion":"apps/v1","kind":"ReplicaSet","name":"\(name)","uid":"\(uid ?? "uid-\(name)")","controller":true,
     "blockOwnerDeletion":\(blocking)}
    """
}

@Suite("Garbage collector") struct GarbageCollectorTests {
    private let collector = GarbageCollector()

    private func plan(
        _ kind: ResourceKind, _ name: String, _ objects: [(ResourceKind, KubernetesObject)], at seconds: Double = 60
    ) -> [String] {
        let key = KindKey(kind: kind, key: ObjectKey(namespace: "shop", name: name)).queueKey
        return lines(collector.plan(key, in: world(objects), now: after(seconds)))
    }

    @Test(arguments: [
        ("the owner is there", reference("web"), []),
        ("the owner is gone", reference("lost"), ["delete Pod shop/p"]),
        ("another object has the owner's name", reference("web", uid: "other"), ["delete Pod shop/p"]),
        (
            "the owner's kind is not known",
            "{\"apiVersion\":\"x.io/v1\",\"kind\":\"Thing\",\"name\":\"lost\",\"uid\":\"u\"}", []
        ),
    ])
    func `an object is deleted when no owner is left`(_ case: String, _ references: String, _ expected: [String]) throws
    {
        let objects: [(ResourceKind, KubernetesObject)] = [
            (.replicaSet, replicaSet(replicas: 1)), (.pod, try owned("Pod", "p", references)),
        ]
        #expect(plan(.pod, "p", objects) == expected)
    }

    @Test func `an object of the cluster is not judged by an owner in some namespace`() throws {
        var node = try owned("Node", "n", reference("lost"))
        node.document.set(Optional.none, at: "metadata", "namespace")
        let key = KindKey(kind: .node, key: ObjectKey(name: "n")).queueKey
        #expect(collector.plan(key, in: world([(.node, node)]), now: after(60)) == Plan())
    }

    @Test func `an owner in another namespace is named when its supposed dependent goes`() throws {
        var elsewhere = replicaSet("lost", replicas: 1)
        elsewhere.document.set("away", at: "metadata", "namespace")
        let written = plan(.pod, "p", [(.replicaSet, elsewhere), (.pod, try owned("Pod", "p", reference("lost")))])
        #expect(written.count == 2)
        #expect(
            written.first?.contains("OwnerRefInvalidNamespace: ownerRef [apps/v1/ReplicaSet, namespace: shop") ?? false)
        #expect(written.last == "delete Pod shop/p")
    }

    @Test func `a dangling reference goes while another owner stays`() throws {
        let pod = try owned("Pod", "p", "\(reference("lost")),\(reference("web"))")
        let written = plan(.pod, "p", [(.replicaSet, replicaSet(replicas: 1)), (.pod, pod)])
        #expect(written.count == 1)
        #expect(written.first?.hasPrefix("patch Pod shop/p") ?? false)
        #expect(!(written.first?.contains("lost") ?? true))
    }

    @Test func `a young object waits for its owner to appear`() throws {
        let pod = try owned("Pod", "p", reference("lost"))
        let key = KindKey(kind: .pod, key: pod.key).queueKey
        let plan = collector.plan(key, in: world([(.pod, pod)]), now: after(1))
        #expect(plan.effects.isEmpty)
        #expect(plan.wakeAt == start.advanced(by: GarbageCollector.settleTime))
    }

    private func dying(_ finalizer: String) throws -> KubernetesObject {
        try owned(
            "ReplicaSet", "web", "", ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\",\"finalizers\":[\"\(finalizer)\"]"
        )
    }

    @Test func `foreground deletion takes the dependents first and then the finalizer`() throws {
        let owner = try dying("foregroundDeletion")
        let pod = try owned("Pod", "p", reference("web"))
        #expect(plan(.pod, "p", [(.replicaSet, owner), (.pod, pod)]) == ["delete Pod shop/p"])
        #expect(plan(.replicaSet, "web", [(.replicaSet, owner), (.pod, pod)]) == [])
        let free = plan(.replicaSet, "web", [(.replicaSet, owner)])
        #expect(free == ["patch ReplicaSet shop/web {\"metadata\":{\"finalizers\":null}}"])
    }

    @Test func `foreground deletion does not wait for dependents that do not block`() throws {
        let pod = try owned("Pod", "p", reference("web", blocking: false))
        let written = plan(.replicaSet, "web", [(.replicaSet, try dying("foregroundDeletion")), (.pod, pod)])
        #expect(written == ["patch ReplicaSet shop/web {\"metadata\":{\"finalizers\":null}}"])
    }

    @Test func `orphaning frees the dependents before it lets the owner go`() throws {
        let pod = try owned("Pod", "p", reference("web"))
        let written = plan(.replicaSet, "web", [(.replicaSet, try dying("orphan")), (.pod, pod)])
        let expected = [
            "patch Pod shop/p {\"metadata\":{\"ownerReferences\":null}}",
            "patch ReplicaSet shop/web {\"metadata\":{\"finalizers\":null}}",
        ]
        #expect(written == expected)
    }

    @Test func `the end of an owner wakes its dependents, the end of a dependent its dying owner`() throws {
        let pod = try owned("Pod", "p", reference("web"))
        let gone = ObjectChange(kind: .replicaSet, before: replicaSet(replicas: 1), after: nil)
        #expect(collector.keys(for: gone, in: world([(.pod, pod)])).map(\.description) == ["shop/pods/p"])
        let deleted = ObjectChange(kind: .pod, before: pod, after: nil)
        let keys = collector.keys(for: deleted, in: world([(.replicaSet, try dying("foregroundDeletion"))]))
        #expect(keys.map(\.description) == ["shop/replicasets.apps/web"])
    }
}

@Suite("Namespace controller") struct NamespaceControllerTests {
    private let key = ObjectKey(name: "shop")

    private func namespace(isDeleting: Bool) throws -> KubernetesObject {
        let deletion = isDeleting ? ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"" : ""
        return try object(
            """
            {"kind":"Namespace","metadata":{"name":"shop"\(deletion)},"spec":{"finalizers":["kubernetes"]}}
            """)
    }

    @Test func `a dying namespace is emptied, then finalized`() throws {
        let controller = NamespaceController()
        let space = try namespace(isDeleting: true)
        let full = world([
            (.namespace, space), (.pod, PodFixture(name: "a").object),
            (.pod, PodFixture(name: "b", isDeleting: true).object), (.replicaSet, replicaSet(replicas: 1)),
        ])
        let written = lines(controller.plan(key, in: full, now: start))
        #expect(written == ["delete Pod shop/a", "delete ReplicaSet shop/web"])
        let empty = controller.plan(key, in: world([(.namespace, space)]), now: start)
        #expect(lines(empty).count == 2)
        #expect(lines(empty).first?.contains("All content successfully removed") ?? false)
        #expect(lines(empty).last == "update Namespace shop/finalize")
        guard case .kubernetes(.update(_, _, _, let document)) = empty.effects.last else { return }
        #expect(document.at("spec", "finalizers") == nil)
    }

    @Test func `what holds a namespace stands in its conditions`() throws {
        var held = PodFixture(name: "b", isDeleting: true).object
        held.document.set(["a.io/x", "a.io/y"], at: "metadata", "finalizers")
        let objects: [(ResourceKind, KubernetesObject)] = [
            (.namespace, try namespace(isDeleting: true)), (.pod, held),
            (.pod, PodFixture(name: "a", isDeleting: true).object),
        ]
        let plan = NamespaceController().plan(key, in: world(objects), now: start)
        let written = lines(plan).joined()
        #expect(written.contains("Some resources are remaining: pods. has 2 resource instances"))
        #expect(written.contains("remaining: a.io/x in 1 resource instances, a.io/y in 1 resource instances"))
        #expect(plan.effects.count == 1)
    }

    @Test func `a living namespace is left alone`() throws {
        let objects: [(ResourceKind, KubernetesObject)] = [
            (.namespace, try namespace(isDeleting: false)), (.pod, PodFixture().object),
        ]
        let controller = NamespaceController()
        #expect(controller.plan(key, in: world(objects), now: start) == Plan())
        let change = ObjectChange(kind: .pod, before: PodFixture().object, after: nil)
        #expect(controller.keys(for: change, in: world(objects)) == [])
    }
}

@Suite("Namespace furnisher") struct NamespaceFurnisherTests {
    private let key = ObjectKey(name: "shop")

    private func plan(_ objects: [(ResourceKind, String)], deleting: Bool = false) throws -> [String] {
        let deletion = deleting ? ",\"deletionTimestamp\":\"2026-01-01T00:00:00Z\"" : ""
        let space = try object("{\"kind\":\"Namespace\",\"metadata\":{\"name\":\"shop\"\(deletion)}}")
        let others = try objects.map { ($0.0, try object($0.1)) }
        return lines(NamespaceFurnisher().plan(key, in: world([(.namespace, space)] + others), now: start))
    }

    @Test func `a namespace gets its account and its certificates, once`() throws {
        #expect(try plan([]) == ["create ServiceAccount shop/default", "create ConfigMap shop/kube-root-ca.crt"])
        let account = "{\"metadata\":{\"name\":\"default\",\"namespace\":\"shop\"}}"
        let bundle = "{\"metadata\":{\"name\":\"kube-root-ca.crt\",\"namespace\":\"shop\"},\"data\":{\"ca.crt\":\"\"}}"
        #expect(try plan([(.serviceAccount, account), (.configMap, bundle)]) == [])
        let changed = bundle.replacing("{\"ca.crt\":\"\"}", with: "{\"ca.crt\":\"mine\",\"more\":\"x\"}")
        let repair = try plan([(.serviceAccount, account), (.configMap, changed)])
        #expect(repair == ["patch ConfigMap shop/kube-root-ca.crt {\"data\":{\"ca.crt\":\"\",\"more\":null}}"])
    }

    @Test func `a namespace that goes gets nothing`() throws {
        #expect(try plan([], deleting: true) == [])
    }
}

@Suite("Scheduler") struct SchedulerTests {
    private func node(_ name: String, ready: String = "True", pods: Int = 110, spec: String = "{}") throws
        -> KubernetesObject
    {
        try object(
            """
            {"kind":"Node","metadata":{"name":"\(name)","labels":{"disk":"\(name)"}},"spec":\(spec),
             "status":{"allocatable":{"pods":"\(pods)"},"conditions":[{"type":"Ready","status":"\(ready)"}]}}
            """)
    }

    private func bindings(
        _ objects: [(ResourceKind, KubernetesObject)], _ style: Scheduler.Binding = .post
    ) -> [String] {
        let plan = Scheduler(binding: style).plan(Scheduler.queueKey, in: world(objects), now: start)
        return plan.effects.map { effect in
            switch effect {
            case .kubernetes(.patch(let patch)):
                "\(patch.key.name) \(patch.body.at("spec", "nodeName")?.stringValue ?? "refused")"
            case .kubernetes(.create(_, let document)):
                "\(KubernetesObject(document).name) \(document.at("target", "name")?.stringValue ?? "")"
            default: "event"
            }
        }
    }

    @Test func `a burst of pods is spread evenly, starting with the emptiest node`() throws {
        let waiting = (1...4).map { (ResourceKind.pod, PodFixture(name: "w\($0)", node: "", phase: "Pending").object) }
        let objects = [
            (ResourceKind.node, try node("n1")), (.node, try node("n2")),
            (.pod, PodFixture(name: "a", node: "n1").object), (.pod, PodFixture(name: "b", node: "n1").object),
        ]
        let expected = ["w1 n2", "w2 n2", "w3 n1", "w4 n2"]
        #expect(bindings(objects + waiting) == expected)
        #expect(bindings(objects + waiting, .patch) == expected)
    }

    @Test func `nodes that are full, cordoned or not ready take nothing`() throws {
        let objects: [(ResourceKind, KubernetesObject)] = [
            (.node, try node("n1", pods: 1)), (.node, try node("n2", ready: "False")),
            (.node, try node("n3", spec: "{\"unschedulable\":true}")), (.pod, PodFixture(name: "a", node: "n1").object),
            (.pod, PodFixture(name: "w", node: "", phase: "Pending").object),
        ]
        #expect(bindings(objects) == ["w refused", "event"])
    }

    @Test func `a node selector is honoured`() throws {
        var pod = PodFixture(name: "w", node: "", phase: "Pending").object
        pod.document.set(["disk": "n2"], at: "spec", "nodeSelector")
        #expect(bindings([(.node, try node("n1")), (.node, try node("n2")), (.pod, pod)]) == ["w n2"])
    }
}
