import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Validation")
struct ValidationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: ResourceKind
        var body: JSONValue
        var field: String
        var text: String
        var testDescription: String { "\(kind): \(field)" }

        init(_ kind: ResourceKind, _ body: JSONValue, _ field: String, _ text: String) {
            self.kind = kind
            self.body = body
            self.field = field
            self.text = text
        }
    }

    private static func changed(_ body: JSONValue, _ path: [String], _ value: JSONValue?) -> JSONValue {
        var body = body
        body.set(value, path: path[...])
        return body
    }

    private static func ingress(_ path: JSONValue) -> JSONValue {
        ["metadata": ["name": "i"], "spec": ["rules": [["http": ["paths": [path]]]]]]
    }

    private static func endpoints(_ ip: String) -> JSONValue {
        ["metadata": ["name": "web"], "subsets": [["addresses": [["ip": .string(ip)]]]]]
    }

    private static func slice(_ ip: String) -> JSONValue {
        ["metadata": ["name": "web"], "addressType": "IPv4", "endpoints": [["addresses": [.string(ip)]]]]
    }

    private static let backend: JSONValue = ["service": ["name": "web", "port": ["number": 80]]]

    static let cases: [Case] = [
        Case(.configMap, ["metadata": [:]], "metadata.name", "Required value: name or generateName is required"),
        Case(.configMap, ["metadata": ["name": "Bad"]], "metadata.name", "a lowercase RFC 1123 subdomain must"),
        Case(.service, changed(Sample.service(), ["metadata", "name"], "1web"), "metadata.name", "a DNS-1035 label"),
        Case(.namespace, ["metadata": ["name": "a.b"]], "metadata.name", "a lowercase RFC 1123 label must"),
        Case(
            .configMap, ["metadata": ["name": "a", "labels": ["bad key": "x"]]], "metadata.labels", "name part must"),
        Case(
            .configMap, ["metadata": ["name": "a", "labels": ["k": "bad value"]]], "metadata.labels",
            "a valid label must"),
        Case(.configMap, ["metadata": ["name": "a"], "data": ["b/c": "x"]], "data[b/c]", "a valid config key"),
        Case(.pod, changed(Sample.pod(), ["spec", "containers"], []), "spec.containers", "Required value"),
        Case(
            .pod, changed(Sample.pod(), ["spec", "containers"], [["name": "a"]]), "spec.containers[0].image",
            "Required value"),
        Case(
            .pod,
            changed(
                Sample.pod(), ["spec", "containers"],
                [["name": "a", "image": "i", "ports": [["containerPort": 70_000]]]]),
            "spec.containers[0].ports[0].containerPort", "must be between 1 and 65535, inclusive"),
        Case(
            .pod,
            changed(
                Sample.pod(), ["spec", "containers"], [["name": "a", "image": "i"], ["name": "a", "image": "j"]]),
            "spec.containers[1].name", "Duplicate value: \"a\""),
        Case(
            .pod, changed(Sample.pod(), ["spec", "restartPolicy"], "Sometimes"), "spec.restartPolicy",
            "Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", \"Never\""),
        Case(
            .deployment, changed(Sample.workload("Deployment"), ["spec", "replicas"], -1), "spec.replicas",
            "Invalid value: -1: must be greater than or equal to 0"),
        Case(
            .deployment, changed(Sample.workload("Deployment"), ["spec", "selector"], nil), "spec.selector",
            "Required value"),
        Case(
            .replicaSet,
            changed(Sample.workload("ReplicaSet"), ["spec", "template", "metadata", "labels"], ["app": "db"]),
            "spec.template.metadata.labels",
            "Invalid value: map[string]string{\"app\":\"db\"}: `selector` does not match template `labels`"),
        Case(.service, changed(Sample.service(), ["spec", "ports"], nil), "spec.ports", "Required value"),
        Case(
            .service, changed(Sample.service(), ["spec", "ports"], [["port": 0]]), "spec.ports[0].port",
            "must be between 1 and 65535, inclusive"),
        Case(
            .service, changed(Sample.service(), ["spec", "ports"], [["port": 1], ["port": 2, "name": "b"]]),
            "spec.ports[0].name", "Required value"),
        Case(
            .service, changed(Sample.service(), ["spec", "type"], "Magic"), "spec.type", "Unsupported value: \"Magic\""),
        Case(.ingress, ["metadata": ["name": "i"]], "spec", "either `defaultBackend` or `rules` must be specified"),
        Case(
            .ingress, ingress(["path": "/", "backend": backend]), "spec.rules[0].http.paths[0].pathType",
            "Required value: pathType must be specified"),
        Case(
            .ingress, ingress(["path": "x", "pathType": "Prefix", "backend": backend]),
            "spec.rules[0].http.paths[0].path",
            "must be an absolute path"),
        Case(
            .ingress, ingress(["path": "/", "pathType": "Prefix", "backend": ["service": ["name": "web"]]]),
            "spec.rules[0].http.paths[0].backend", "port name or number is required"),
        Case(.endpoints, endpoints("127.0.0.1"), "subsets[0].addresses[0].ip", "may not be in the loopback range"),
        Case(.endpoints, endpoints("169.254.1.1"), "subsets[0].addresses[0].ip", "may not be in the link-local range"),
        Case(.endpoints, endpoints("300.1.1.1"), "subsets[0].addresses[0].ip", "must be a valid IP address"),
        Case(.endpointSlice, slice("127.244.1.2"), "endpoints[0].addresses[0]", "may not be in the loopback range"),
        Case(
            .endpointSlice, ["metadata": ["name": "web"], "endpoints": []], "addressType", "Required value"),
        Case(
            .lease, ["metadata": ["name": "l"], "spec": ["leaseDurationSeconds": 0]], "spec.leaseDurationSeconds",
            "must be greater than 0"),
        Case(
            .event,
            ["metadata": ["name": "e"], "involvedObject": ["kind": "Pod", "name": "x", "namespace": "other"]],
            "involvedObject.namespace", "does not match event.namespace"),
        Case(
            .podDisruptionBudget, ["metadata": ["name": "p"], "spec": ["minAvailable": 1, "maxUnavailable": 1]], "spec",
            "minAvailable and maxUnavailable cannot be both set"),
    ]

    @Test(arguments: cases)
    func `a mistake is refused at its field`(mistake: Case) throws {
        var cluster = TestCluster()
        let response = cluster.create(mistake.kind, mistake.body)
        #expect(response.code == 422)
        #expect(response.document["reason"] == "Invalid")
        let causes = response.document.at("details", "causes")?.arrayValue ?? []
        let cause = causes.first { $0["field"]?.stringValue == mistake.field }
        let text = try #require(cause?["message"]?.stringValue, "\(response.document.text)")
        #expect(text.contains(mistake.text))
    }

    @Test func `the message names kind, object and field`() {
        var cluster = TestCluster()
        let body = Self.changed(Sample.workload("Deployment"), ["spec", "replicas"], -1)
        let response = cluster.create(.deployment, body)
        #expect(
            response.document["message"]
                == "Deployment.apps \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0"
        )
        #expect(response.document.at("details", "group") == "apps")
        #expect(response.document.at("details", "kind") == "Deployment")
    }

    @Test func `a selector, a cluster IP and most of a pod cannot be changed`() {
        var cluster = TestCluster()
        cluster.create(.replicaSet, Sample.workload("ReplicaSet"))
        cluster.create(.service, Sample.service())
        cluster.create(.pod, Sample.pod())
        let selector: JSONValue = [
            "spec": [
                "selector": ["matchLabels": ["app": "db"]], "template": ["metadata": ["labels": ["app": "db"]]],
            ]
        ]
        #expect(cluster.patch(.replicaSet, "web", .merge, selector).code == 422)
        #expect(cluster.patch(.service, "web", .merge, ["spec": ["clusterIP": "10.96.9.9"]]).code == 422)
        #expect(cluster.patch(.pod, "web", .merge, ["spec": ["nodeName": "n", "hostname": "h"]]).code == 422)
        let image: JSONValue = [["op": "replace", "path": "/spec/containers/0/image", "value": "web:2"]]
        #expect(cluster.patch(.pod, "web", .json, image).code == 200)
    }

    @Test func `endpoints with pod addresses are accepted`() {
        var cluster = TestCluster()
        #expect(cluster.create(.endpoints, Self.endpoints("10.244.1.2")).code == 201)
        #expect(cluster.create(.endpointSlice, Self.slice("10.244.1.2")).code == 201)
    }

    @Test(arguments: ["Deployment", "nonsense"])
    func `an object of another kind is a bad request`(kind: String) {
        var cluster = TestCluster()
        var body = Sample.configMap()
        body["kind"] = .string(kind)
        #expect(cluster.create(.configMap, body).code == 400)
    }

    @Test func `another API version than the URL's is a bad request`() {
        var cluster = TestCluster()
        var body = Sample.configMap()
        body["apiVersion"] = "apps/v1"
        let response = cluster.create(.configMap, body)
        #expect(response.code == 400)
        let message = response.document["message"]?.stringValue ?? ""
        #expect(message.contains("no kind \"ConfigMap\" is registered for version \"apps/v1\""))
    }
}
