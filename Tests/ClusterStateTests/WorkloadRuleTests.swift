import ClusterState
import JSON
import KubernetesModel
import Testing

/// What the API server itself knows of workloads, as Kubernetes 1.20.2 was observed to answer.
@Suite("Rules about workloads") struct WorkloadRuleTests {
    private var cluster = TestCluster()
    private let eviction: JSONValue = [
        "apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": "web", "namespace": "default"],
    ]

    private mutating func run(ready: Bool) {
        var pod = Sample.pod()
        pod.set("node-1", at: "spec", "nodeName")
        cluster.create(.pod, pod)
        let condition: JSONValue = ["type": "Ready", "status": ready ? "True" : "False"]
        cluster.patch(
            .pod, "web", .merge, ["status": ["phase": "Running", "conditions": [condition]]], subresource: "status")
    }

    private mutating func guardPods(_ name: String, _ spec: JSONValue = [:], healthy: Int, desired: Int) {
        let fields: JSONValue = ["minAvailable": 1, "selector": ["matchLabels": ["app": "web"]]]
        cluster.create(
            .podDisruptionBudget, ["metadata": ["name": .string(name)], "spec": fields.applyingMergePatch(spec)])
        let status: JSONValue = [
            "observedGeneration": 1,
            "currentHealthy": .number(JSONNumber(healthy)), "desiredHealthy": .number(JSONNumber(desired)),
            "disruptionsAllowed": .number(JSONNumber(max(0, healthy - desired))), "observedGeneration": 1,
        ]
        cluster.patch(.podDisruptionBudget, name, .merge, ["status": status], subresource: "status")
    }

    private mutating func evict() -> APIResponse {
        cluster.send(cluster.request(.create, .pod, "web", subresource: "eviction", body: eviction))
    }

    @Test(arguments: [(ready: true, healthy: 1, code: 429), (false, 1, 201), (false, 0, 429), (true, 2, 201)])
    mutating func `a pod that is not ready costs a budget nothing that is met`(ready: Bool, healthy: Int, code: Int) {
        run(ready: ready)
        guardPods("one", healthy: healthy, desired: 1)
        #expect(evict().code == code)
    }

    @Test mutating func `a budget may let go whatever is not ready`() {
        run(ready: false)
        guardPods("one", ["unhealthyPodEvictionPolicy": "AlwaysAllow"], healthy: 0, desired: 1)
        #expect(evict().code == 201)
    }

    @Test mutating func `a pod with two budgets cannot be evicted`() {
        run(ready: true)
        guardPods("one", healthy: 2, desired: 1)
        guardPods("two", healthy: 2, desired: 1)
        let refused = evict()
        #expect(refused.code == 500)
        #expect(refused.document["message"]?.stringValue?.hasPrefix("This pod has more than one") ?? false)
    }

    @Test(arguments: [
        ("system-node-critical", 201, 2_000_001_000), ("system-cluster-critical", 201, 2_000_000_000),
        ("missing", 403, 0),
    ])
    mutating func `a pod's priority is its class's`(name: String, code: Int, priority: Int) {
        var pod = Sample.pod()
        pod.set(.string(name), at: "spec", "priorityClassName")
        let response = cluster.create(.pod, pod)
        #expect(response.code == code)
        if code == 201 {
            #expect(response.document.at("spec", "priority")?.intValue == priority)
        } else {
            #expect(
                response.document["message"]
                    == "pods \"web\" is forbidden: no PriorityClass with name missing was found")
        }
    }

    @Test(arguments: [("", ["orphan"]), ("Background", []), ("Foreground", ["foregroundDeletion"])])
    mutating func `a Job keeps its pods when nothing is said`(propagation: String, finalizers: [String]) {
        let template: JSONValue = [
            "spec": ["restartPolicy": "Never", "containers": [["name": "work", "image": "work:1"]]]
        ]
        let made = cluster.create(.job, ["metadata": ["name": "work"], "spec": ["template": template]])
        #expect(made.code == 201, "\(made.document.text)")
        cluster.delete(.job, "work") { $0.propagationPolicy = propagation }
        #expect(KubernetesObject(cluster.get(.job, "work")).finalizers == finalizers)
    }
}
