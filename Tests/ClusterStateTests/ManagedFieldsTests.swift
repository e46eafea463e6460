import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Who set which fields")
struct ManagedFieldsTests {
    private var cluster = TestCluster()

    private func options(_ manager: String) -> RequestOptions {
        var options = RequestOptions()
        options.fieldManager = manager
        return options
    }

    private mutating func patch(
        _ data: JSONValue, as manager: String, _ format: APIRequest.PatchFormat = .merge
    ) -> JSONValue {
        cluster.patch(.configMap, "settings", format, ["data": data], options: options(manager)).document
    }

    private func entries(_ document: JSONValue) -> [JSONValue] {
        document.at("metadata", "managedFields")?.arrayValue ?? []
    }

    private func fields(_ document: JSONValue, of manager: String) -> JSONValue? {
        entries(document).first { $0["manager"]?.stringValue == manager }?["fieldsV1"]
    }

    @Test mutating func `a new object is recorded with its maps and lists`() {
        let made = cluster.create(
            .configMap, Sample.configMap(labels: ["app": "web"]), options: options("maker")
        ).document
        #expect(entries(made).count == 1)
        #expect(entries(made)[0]["operation"] == "Update")
        #expect(
            fields(made, of: "maker") == [
                "f:data": [".": [:], "f:a": [:]], "f:metadata": ["f:labels": [".": [:], "f:app": [:]]],
            ])
    }

    @Test mutating func `defaults belong to whoever made the object`() {
        let made = cluster.create(.deployment, Sample.workload("Deployment"), options: options("maker")).document
        let spec = fields(made, of: "maker")?["f:spec"]
        #expect(spec?["f:replicas"] == [:])
        #expect(
            spec?["f:strategy"] == [
                "f:rollingUpdate": [".": [:], "f:maxSurge": [:], "f:maxUnavailable": [:]], "f:type": [:],
            ])
        #expect(spec?["f:selector"] == [:])
        #expect(spec?["."] == nil)
    }

    @Test mutating func `an update takes what it changes and leaves the rest`() {
        cluster.create(.configMap, Sample.configMap(), options: options("maker"))
        let changed = patch(["a": "2", "b": "1"], as: "editor")
        #expect(fields(changed, of: "maker") == ["f:data": [:]])
        #expect(fields(changed, of: "editor") == ["f:data": ["f:a": [:], "f:b": [:]]])
        let removed = patch(["b": nil], as: "remover")
        #expect(fields(removed, of: "editor") == ["f:data": ["f:a": [:]]])
        #expect(fields(removed, of: "remover") == nil)
    }

    @Test mutating func `a write that changes nothing is not recorded`() {
        let made = cluster.create(.configMap, Sample.configMap(), options: options("maker")).document
        cluster.now = cluster.now.advanced(by: .seconds(60))
        #expect(patch(["a": "1"], as: "editor") == made)
    }

    @Test mutating func `what is written to the status is recorded apart`() {
        cluster.create(.replicaSet, Sample.workload("ReplicaSet"), options: options("maker"))
        let status: JSONValue = ["status": ["replicas": 2, "readyReplicas": 1], "spec": ["replicas": 9]]
        let document = cluster.patch(
            .replicaSet, "web", .merge, status, subresource: "status", options: options("controller")
        ).document
        let entry = entries(document).first { $0["manager"] == "controller" }
        #expect(entry?["subresource"] == "status")
        #expect(entry?["fieldsV1"] == ["f:status": ["f:readyReplicas": [:], "f:replicas": [:]]])
    }

    @Test mutating func `an empty entry ends the record, and an apply begins it again`() {
        cluster.create(.configMap, Sample.configMap(), options: options("maker"))
        let ended = cluster.patch(
            .configMap, "settings", .merge, ["metadata": ["managedFields": [[:]]]], options: options("maker"))
        #expect(entries(ended.document).isEmpty)
        #expect(entries(patch(["a": "2"], as: "editor")).isEmpty)
        let body: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "settings"], "data": ["b": "1"],
        ]
        let applied = cluster.patch(.configMap, "settings", .apply, body, options: options("applier")).document
        #expect(fields(applied, of: "before-first-apply") == ["f:data": [".": [:], "f:a": [:]]])
        #expect(fields(applied, of: "applier") == ["f:data": ["f:b": [:]]])
    }

    @Test mutating func `the oldest of more than ten updates are put together`() {
        cluster.create(.configMap, Sample.configMap(), options: options("m00"))
        var document: JSONValue = [:]
        for number in 1...12 {
            cluster.now = cluster.now.advanced(by: .seconds(1))
            document = patch(["k\(number)": "v"], as: number < 10 ? "m0\(number)" : "m\(number)")
        }
        #expect(entries(document).count == 10)
        #expect(
            fields(document, of: "ancient-changes")
                == ["f:data": [".": [:], "f:a": [:], "f:k1": [:], "f:k2": [:], "f:k3": [:]]])
    }

    @Test(
        "an applied object has to fit its type",
        arguments: [
            (["metadata": ["name": "web"], "spec": ["unknown": 1]], ".spec.unknown: field not declared in schema"),
            (
                ["metadata": ["name": "web"], "spec": ["replicas": "x"]],
                ".spec.replicas: expected numeric (int or float), got *value.valueUnstructured"
            ),
            (
                [
                    "metadata": ["name": "web"],
                    "spec": ["template": ["spec": ["containers": [["name": "a"], ["name": "a"]]]]],
                ], ".spec.template.spec.containers: duplicate entries for key [name=\"a\"]"
            ),
        ] as [(JSONValue, String)])
    func unfit(_ body: JSONValue, _ problem: String) {
        var cluster = TestCluster()
        var body = body
        body["apiVersion"] = "apps/v1"
        body["kind"] = "Deployment"
        let response = cluster.patch(.deployment, "web", .apply, body, options: options("applier"))
        #expect(response.code == 500)
        #expect(response.document["message"] == .string("failed to create typed patch object: \(problem)"))
    }
}
