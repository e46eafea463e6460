import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Custom resources")
struct CustomResourceTests {
    private var cluster = TestCluster()

    private let widget = ResourceKind(group: "example.com", version: "v1", kind: "Widget", plural: "widgets")

    private func definition(_ schema: JSONValue, versions: [JSONValue]? = nil) -> JSONValue {
        let only: JSONValue = [
            "name": "v1", "served": true, "storage": true, "schema": ["openAPIV3Schema": schema],
            "subresources": ["status": [:]],
        ]
        return [
            "metadata": ["name": "widgets.example.com"],
            "spec": [
                "group": "example.com", "scope": "Namespaced", "names": ["plural": "widgets", "kind": "Widget"],
                "versions": .array(versions ?? [only]),
            ],
        ]
    }

    private let schema: JSONValue = [
        "type": "object",
        "properties": [
            "spec": [
                "type": "object", "required": ["size"],
                "properties": [
                    "size": ["type": "integer", "minimum": 1, "maximum": 10],
                    "color": ["type": "string", "enum": ["red", "blue"], "default": "red"],
                    "name": ["type": "string", "pattern": "^[a-z]+$"],
                    "tags": ["type": "array", "items": ["type": "string"], "x-kubernetes-list-type": "set"],
                ],
            ],
            "status": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
        ],
    ]

    private func object(_ spec: JSONValue) -> JSONValue {
        ["apiVersion": "example.com/v1", "kind": "Widget", "metadata": ["name": "w"], "spec": spec]
    }

    @Test mutating func `the definitions of the controllers' kinds are there from the beginning`() {
        let names = cluster.list(.customResourceDefinition).document["items"]?.arrayValue?.map {
            KubernetesObject($0).name
        }
        #expect(
            names == [
                "analysisruns.argoproj.io", "analysistemplates.argoproj.io", "clusteranalysistemplates.argoproj.io",
                "experiments.argoproj.io", "ingressclassparams.elbv2.k8s.aws", "rollouts.argoproj.io",
                "targetgroupbindings.elbv2.k8s.aws",
            ])
    }

    @Test mutating func `a definition is established and served at once`() {
        #expect(cluster.create(widget, object(["size": 1])).code == 404)
        cluster.create(.customResourceDefinition, definition(schema))
        let created = cluster.get(.customResourceDefinition, "widgets.example.com")
        let conditions = created.at("status", "conditions")?.arrayValue ?? []
        #expect(conditions.map { $0["type"] } == ["NamesAccepted", "Established"])
        #expect(conditions.allSatisfy { $0["status"] == "True" })
        #expect(created.at("status", "storedVersions") == ["v1"])
        #expect(created.at("spec", "names", "singular") == "widget")
        let response = cluster.create(widget, object(["size": 1]))
        #expect(response.code == 201)
    }

    @Test mutating func `defaults are set and unknown fields pruned`() {
        cluster.create(.customResourceDefinition, definition(schema))
        let response = cluster.create(widget, object(["size": 3, "nonsense": true]))
        #expect(response.document["spec"] == ["size": 3, "color": "red"])
        #expect(response.warnings == ["unknown field \"spec.nonsense\""])
    }

    private static let misfits: [(JSONValue, String, String)] = [
        (
            ["size": "big"], "spec.size",
            "Invalid value: \"string\": spec.size in body must be of type integer: \"string\""
        ),
        (["size": 0], "spec.size", "Invalid value: 0: spec.size in body should be greater than or equal to 1"),
        (["size": 11], "spec.size", "Invalid value: 11: spec.size in body should be less than or equal to 10"),
        ([:], "spec.size", "Required value"),
        (
            ["size": 1, "color": "green"], "spec.color",
            "Unsupported value: \"green\": supported values: \"red\", \"blue\""
        ),
        (["size": 1, "name": "Big"], "spec.name", "Invalid value: \"Big\": spec.name in body should match '^[a-z]+$'"),
        (["size": 1, "tags": ["a", "a"]], "spec.tags[1]", "Duplicate value: \"a\""),
    ]

    @Test(arguments: misfits)
    mutating func `what does not fit the schema is refused`(spec: JSONValue, field: String, message: String) {
        cluster.create(.customResourceDefinition, definition(schema))
        let response = cluster.create(widget, object(spec))
        #expect(response.code == 422)
        let cause = response.document.at("details", "causes")?[0]
        #expect(cause?["field"]?.stringValue == field)
        #expect(cause?["message"]?.stringValue == message)
    }

    @Test mutating func `every served version reads the same object`() {
        let open: JSONValue = ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]]
        cluster.create(
            .customResourceDefinition,
            definition(
                schema,
                versions: [
                    ["name": "v1", "served": true, "storage": true, "schema": open],
                    ["name": "v1beta1", "served": true, "storage": false, "schema": open],
                    ["name": "v1alpha1", "served": false, "storage": false, "schema": open],
                ]))
        cluster.create(widget, object(["size": 1]))
        var beta = widget
        beta.version = "v1beta1"
        let seen = cluster.get(beta, "w")
        #expect(seen["apiVersion"] == "example.com/v1beta1")
        #expect(seen["spec"] == ["size": 1])
        beta.version = "v1alpha1"
        #expect(cluster.get(beta, "w")["code"] == 404)
        let group = cluster.state.discovery(path: "/apis/example.com")
        #expect(group?.at("preferredVersion", "version") == "v1")
    }

    @Test mutating func `a deleted definition takes its objects along and is no longer served`() {
        cluster.create(.customResourceDefinition, definition(schema))
        cluster.create(widget, object(["size": 1]))
        cluster.delete(.customResourceDefinition, "widgets.example.com")
        #expect(cluster.get(.customResourceDefinition, "widgets.example.com")["code"] == 404)
        #expect(cluster.list(widget).code == 404)
        cluster.create(.customResourceDefinition, definition(schema))
        #expect(cluster.names(widget) == [])
    }

    @Test mutating func `a deleted definition waits for objects with finalizers`() {
        cluster.create(.customResourceDefinition, definition(schema))
        var body = object(["size": 1])
        body.set(["example.com/wait"], at: "metadata", "finalizers")
        cluster.create(widget, body)
        cluster.delete(.customResourceDefinition, "widgets.example.com")
        #expect(KubernetesObject(cluster.get(.customResourceDefinition, "widgets.example.com")).isDeleting)
        cluster.patch(widget, "w", .merge, ["metadata": ["finalizers": nil]])
        #expect(cluster.get(.customResourceDefinition, "widgets.example.com")["code"] == 404)
    }

    @Test mutating func `a definition's name must follow from its group and plural`() {
        var body = definition(schema)
        body.set("widget.example.com", at: "metadata", "name")
        let response = cluster.create(.customResourceDefinition, body)
        #expect(response.code == 422)
        #expect(
            response.document["message"]?.stringValue?.contains("must be spec.names.plural+\".\"+spec.group") == true)
    }

    @Test mutating func `a custom resource without a kind is a bad request`() {
        var body = Sample.rollout()
        body["kind"] = nil
        #expect(cluster.create(.rollout, body).code == 400)
    }
}
