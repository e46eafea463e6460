@testable import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Tables")
struct TableTests {
    private var cluster = TestCluster()

    private mutating func table(_ kind: ResourceKind, wide: Bool = false) -> (columns: [String], rows: [[String]]) {
        var options = RequestOptions()
        options.representation = .table(.metadata)
        let document = cluster.list(kind, options: options).document
        #expect(document["kind"] == "Table")
        let columns = document["columnDefinitions"]?.arrayValue ?? []
        let shown = columns.indices.filter { wide || columns[$0]["priority"] == 0 }
        let rows = (document["rows"]?.arrayValue ?? []).map { row in
            shown.map { index in row["cells"]?[index].map { $0.stringValue ?? $0.text } ?? "" }
        }
        return (shown.map { columns[$0]["name"]?.stringValue ?? "" }, rows)
    }

    @Test mutating func `pods`() {
        var pod = Sample.pod()
        pod.set("node-1", at: "spec", "nodeName")
        cluster.create(.pod, pod)
        let status: JSONValue = [
            "status": [
                "phase": "Running", "podIP": "10.244.0.3", "podIPs": [["ip": "10.244.0.3"]],
                "containerStatuses": [
                    ["name": "web", "ready": true, "restartCount": 2, "state": ["running": [:]]]
                ],
            ]
        ]
        cluster.patch(.pod, "web", .merge, status, subresource: "status")
        cluster.now = cluster.now.advanced(by: .seconds(125))
        let table = table(.pod, wide: true)
        #expect(
            table.columns == [
                "Name", "Ready", "Status", "Restarts", "Age", "IP", "Node", "Nominated Node", "Readiness Gates",
            ])
        #expect(
            table.rows == [["web", "1/1", "Running", "2", "2m5s", "10.244.0.3", "node-1", "<none>", "<none>"]])
    }

    @Test mutating func `workloads`() {
        cluster.create(.deployment, Sample.workload("Deployment"))
        cluster.create(.replicaSet, Sample.workload("ReplicaSet"))
        #expect(table(.deployment).columns == ["Name", "Ready", "Up-to-date", "Available", "Age"])
        #expect(table(.deployment).rows == [["web", "0/2", "0", "0", "0s"]])
        #expect(table(.replicaSet).columns == ["Name", "Desired", "Current", "Ready", "Age"])
        #expect(
            table(.replicaSet, wide: true).rows == [["web", "2", "0", "0", "0s", "web", "web:1", "app=web"]])
    }

    @Test mutating func `services and ingresses`() {
        var service = Sample.service()
        service.set("10.96.0.9", at: "spec", "clusterIP")
        cluster.create(.service, service)
        #expect(table(.service).columns == ["Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age"])
        #expect(table(.service).rows == [["web", "ClusterIP", "10.96.0.9", "<none>", "80/TCP", "0s"]])
        let path: JSONValue = [
            "path": "/", "pathType": "Prefix", "backend": ["service": ["name": "web", "port": ["number": 80]]],
        ]
        let ingress: JSONValue = [
            "metadata": ["name": "web"],
            "spec": ["ingressClassName": "alb", "rules": [["host": "shop.example.com", "http": ["paths": [path]]]]],
        ]
        cluster.create(.ingress, ingress)
        #expect(table(.ingress).columns == ["Name", "Class", "Hosts", "Address", "Ports", "Age"])
        #expect(table(.ingress).rows == [["web", "alb", "shop.example.com", "", "80", "0s"]])
    }

    @Test mutating func `rollouts have the columns their definition declares`() {
        cluster.create(.rollout, Sample.rollout())
        cluster.patch(
            .rollout, "web", .merge, ["status": ["replicas": 3, "updatedReplicas": 1]], subresource: "status")
        #expect(table(.rollout).columns == ["Name", "Desired", "Current", "Up-to-date", "Available", "Age"])
        #expect(table(.rollout).rows == [["web", "3", "3", "1", "null", "0s"]])
    }

    @Test mutating func `a row carries metadata, the object or nothing, as asked`() {
        cluster.create(.configMap, Sample.configMap())
        func row(_ include: RequestOptions.IncludeObject) -> JSONValue? {
            var options = RequestOptions()
            options.representation = .table(include)
            var cluster = cluster
            return cluster.list(.configMap, options: options).document["rows"]?[0]?["object"]
        }
        #expect(row(.none) == .some(.null))
        #expect(row(.metadata)?["kind"] == "PartialObjectMetadata")
        #expect(row(.object)?["data"] == ["a": "1"])
        #expect(row(.object)?["kind"] == "ConfigMap")
    }

    @Test(arguments: [
        (0, "0s"), (119, "119s"), (120, "2m"), (125, "2m5s"), (599, "9m59s"), (600, "10m"), (10_799, "179m"),
        (10_800, "3h"), (11_040, "3h4m"), (28_799, "7h59m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"),
        (183_600, "2d3h"), (691_200, "8d"), (63_072_000, "2y"), (64_800_000, "2y20d"), (252_288_000, "8y"),
    ])
    func `an age gets coarser as it grows`(seconds: Int, text: String) {
        #expect(HumanDuration.text(.seconds(seconds)) == text)
    }

    @Test(arguments: [
        (".spec.replicas", "[3]"), (".status.conditions[?(@.type==\"Ready\")].status", "[\"True\"]"),
        (".status.conditions[0].type", "[\"Ready\"]"), (".status.conditions[*].type", "[\"Ready\",\"Paused\"]"),
        (".metadata.labels.example\\.com/app", "[\"web\"]"), (".metadata.labels['example.com/app']", "[\"web\"]"),
        (".status.conditions[-1:]", "nil"), (".nothing.here", "[]"),
    ])
    func `printer columns read simple paths`(path: String, expected: String) {
        let document: JSONValue = [
            "metadata": ["labels": ["example.com/app": "web"]], "spec": ["replicas": 3],
            "status": ["conditions": [["type": "Ready", "status": "True"], ["type": "Paused", "status": "False"]]],
        ]
        let found = SimplePath(path).map { JSONValue.array($0.values(in: document)).text } ?? "nil"
        #expect(found == expected)
    }

    private static let states: [(JSONValue, String)] = [
        (["phase": "Pending"], "Pending"),
        (
            ["phase": "Pending", "containerStatuses": [["state": ["waiting": ["reason": "ContainerCreating"]]]]],
            "ContainerCreating"
        ),
        (
            ["phase": "Running", "containerStatuses": [["state": ["waiting": ["reason": "CrashLoopBackOff"]]]]],
            "CrashLoopBackOff"
        ),
        (
            [
                "phase": "Succeeded",
                "containerStatuses": [["state": ["terminated": ["reason": "Completed", "exitCode": 0]]]],
            ], "Completed"
        ),
        (["phase": "Failed", "containerStatuses": [["state": ["terminated": ["exitCode": 3]]]]], "ExitCode:3"),
        (["phase": "Failed", "reason": "Evicted"], "Evicted"),
    ]

    @Test(arguments: states)
    func `a pod's state is one word`(status: JSONValue, word: String) {
        #expect(PodPhase.text(["spec": [:], "status": status]) == word)
    }

    @Test func `a pod that is going away is Terminating`() {
        let pod: JSONValue = [
            "metadata": ["deletionTimestamp": "2026-01-01T00:00:00Z"], "status": ["phase": "Running"],
        ]
        #expect(PodPhase.text(pod) == "Terminating")
    }
}

@Suite("Discovery")
struct DiscoveryTests {
    private let cluster = TestCluster()

    @Test func `groups name their versions, built-in ones first`() {
        let groups = cluster.state.discovery(path: "/apis")?["groups"]?.arrayValue ?? []
        let names = groups.compactMap { $0["name"]?.stringValue }
        #expect(
            names == [
                "admissionregistration.k8s.io", "apiextensions.k8s.io", "apps", "authorization.k8s.io", "autoscaling",
                "batch", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io", "networking.k8s.io", "policy",
                "rbac.authorization.k8s.io", "argoproj.io", "elbv2.k8s.aws",
            ])
    }

    @Test func `a version lists its resources with verbs, short names and subresources`() {
        let list = cluster.state.discovery(path: "/apis/argoproj.io/v1alpha1")
        let resources = list?["resources"]?.arrayValue ?? []
        let names = resources.compactMap { $0["name"]?.stringValue }
        #expect(names.contains("rollouts") && names.contains("rollouts/status") && names.contains("rollouts/scale"))
        let rollout = resources.first { $0["name"] == "rollouts" }
        #expect(rollout?["shortNames"] == ["ro"])
        #expect(rollout?["singularName"] == "rollout")
        #expect(rollout?["verbs"]?.arrayValue?.contains("watch") == true)
    }

    @Test func `aggregated discovery has everything in two documents`() {
        let core = cluster.state.discovery(path: "/api", aggregated: true)
        #expect(core?["kind"] == "APIGroupDiscoveryList")
        let resources = core?["items"]?[0]?["versions"]?[0]?["resources"]?.arrayValue ?? []
        let pods = resources.first { $0["resource"] == "pods" }
        #expect(pods?.at("responseKind", "kind") == "Pod")
        #expect(pods?["scope"] == "Namespaced")
    }

    @Test(arguments: ["/api/v2", "/apis/nothing.io", "/apis/apps/v9", "/nothing"])
    func `nothing is served at other paths`(path: String) {
        #expect(cluster.state.discovery(path: path) == nil)
    }

    @Test func `the version says who this is`() {
        #expect(cluster.state.discovery(path: "/version")?["gitVersion"] == "v1.30.0+weir")
    }
}
