import ClusterPlanning
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("Disruption budget controller") struct DisruptionBudgetTests {
    private let key = ObjectKey(namespace: "shop", name: "guard")
    private let controller = DisruptionBudgetController()

    private func budget(_ spec: String, status: String = "{}") throws -> KubernetesObject {
        try object(
            """
            {"metadata":{"name":"guard","namespace":"shop","uid":"b","generation":2,"resourceVersion":"9"},
             "spec":{"selector":{"matchLabels":{"app":"web"}},\(spec)},"status":\(status)}
            """)
    }

    /// `expected desired healthy allowed` of the status that is written.
    private func counts(_ plan: Plan) -> String {
        for case .kubernetes(.patch(let patch)) in plan.effects {
            let status = patch.body["status"] ?? [:]
            let names = ["expectedPods", "desiredHealthy", "currentHealthy", "disruptionsAllowed"]
            return names.map { "\(status[$0]?.intValue ?? -1)" }.joined(separator: " ")
        }
        return "nothing"
    }

    private func plan(_ budget: KubernetesObject, ready: Int, unready: Int, replicas: Int = 5) -> Plan {
        let pods =
            (0..<ready).map { PodFixture(name: "r\($0)", readyAt: 1, owner: webOwner) }
            + (0..<unready).map { PodFixture(name: "u\($0)", owner: webOwner) }
        let objects = [(ResourceKind.podDisruptionBudget, budget), (.replicaSet, replicaSet(replicas: replicas))]
        return controller.plan(key, in: world(objects + pods.map { (ResourceKind.pod, $0.object) }), now: after(60))
    }

    @Test(arguments: [
        ("\"minAvailable\":2", 3, 0, "3 2 3 1"), ("\"minAvailable\":2", 2, 1, "3 2 2 0"),
        ("\"minAvailable\":\"50%\"", 4, 1, "5 3 4 1"), ("\"maxUnavailable\":1", 5, 0, "5 4 5 1"),
        ("\"maxUnavailable\":\"30%\"", 5, 0, "5 3 5 2"), ("\"minAvailable\":1", 0, 0, "0 1 0 0"),
    ])
    func `pods are counted against what must be healthy`(
        spec: String, ready: Int, unready: Int, expected: String
    ) throws {
        #expect(counts(plan(try budget(spec), ready: ready, unready: unready)) == expected)
    }

    @Test func `what a Deployment wants is the expected number of its pods`() throws {
        let parent = OwnerReference(apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "d")
        let deployment = try object(
            "{\"metadata\":{\"name\":\"web\",\"namespace\":\"shop\",\"uid\":\"d\"},\"spec\":{\"replicas\":8}}")
        let objects: [(ResourceKind, KubernetesObject)] = [
            (.podDisruptionBudget, try budget("\"maxUnavailable\":\"25%\"")), (.deployment, deployment),
            (.replicaSet, replicaSet(replicas: 1, owner: parent)),
            (.pod, PodFixture(readyAt: 1, owner: webOwner).object),
        ]
        #expect(counts(controller.plan(key, in: world(objects), now: start)) == "8 6 1 0")
    }

    @Test func `a share of pods that nobody controls allows nothing and says why`() throws {
        let objects: [(ResourceKind, KubernetesObject)] = [
            (.podDisruptionBudget, try budget("\"maxUnavailable\":1", status: "{\"disruptionsAllowed\":1}")),
            (.pod, PodFixture(name: "a", readyAt: 1).object),
        ]
        let written = lines(controller.plan(key, in: world(objects), now: start))
        #expect(written.count == 3)
        #expect(written.first?.hasSuffix("NoControllerRef: found no controller ref for pod \"a\"") ?? false)
        #expect(written.last == "patch PodDisruptionBudget shop/guard/status {\"status\":{\"disruptionsAllowed\":0}}")
    }

    @Test func `a pod whose eviction was granted is not healthy, for two minutes`() throws {
        let status = "{\"disruptedPods\":{\"r0\":\"2026-01-01T00:00:30Z\",\"gone\":\"2026-01-01T00:00:30Z\"}}"
        let granted = plan(try budget("\"minAvailable\":1", status: status), ready: 2, unready: 0)
        #expect(counts(granted) == "2 1 1 0")
        #expect(granted.wakeAt == after(150))
        let old = "{\"disruptedPods\":{\"r0\":\"2025-12-31T00:00:00Z\"}}"
        #expect(counts(plan(try budget("\"minAvailable\":1", status: old), ready: 2, unready: 0)) == "2 1 2 1")
    }

    @Test func `a status that is right is not written again, and one that is written keeps a grant apart`() throws {
        let fresh = try budget("\"minAvailable\":1")
        let first = plan(fresh, ready: 2, unready: 0)
        guard case .kubernetes(.patch(let patch)) = first.effects.first else { return #expect(Bool(false), "no patch") }
        #expect(patch.resourceVersion == "9")
        var settled = fresh
        settled.document["status"] = patch.body["status"]
        #expect(plan(settled, ready: 2, unready: 0) == Plan())
    }
}
