import ClusterState
import JSON
import KubernetesModel
import Testing

/// The texts are those of a real kube-apiserver 1.20.2.
@Suite("CustomResourceDefinitions")
struct CustomResourceDefinitionTests {
    private var cluster = TestCluster()

    private static let misfits: [(JSONValue, String)] = [
        ([:], ".type: Required value: must not be empty for specified object fields"),
        (
            ["type": "strin"],
            ".type: Unsupported value: \"strin\": supported values: \"array\", \"boolean\", "
                + "\"integer\", \"number\", \"object\", \"string\""
        ),
        (["type": "array"], ".items: Required value: must be specified"),
        (
            ["type": "array", "items": ["type": "string"], "uniqueItems": true],
            ".uniqueItems: Forbidden: uniqueItems "
                + "cannot be set to true since the runtime complexity becomes quadratic"
        ),
        (["$ref": "#/definitions/x"], ".$ref: Forbidden: $ref is not supported"),
        (
            ["type": "string", "pattern": "(["],
            ".pattern: Invalid value: \"([\": must be a valid regular expression, "
                + "but isn't: error parsing regexp: missing closing ]: `[`"
        ),
        (
            ["type": "object", "x-kubernetes-embedded-resource": true],
            ".properties: Required value: must not be empty "
                + "if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields"
        ),
        (
            ["type": "object", "allOf": [["type": "object"]]],
            ".allOf[0].type: Forbidden: must be empty to be structural"
        ),
        (
            ["type": "array", "items": ["type": "object"], "x-kubernetes-list-type": "set"],
            ".items.x-kubernetes-map-type: Invalid value: \"null\": must be atomic as item of a list with "
                + "x-kubernetes-list-type=set"
        ),
        (
            [
                "type": "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["k"],
                "items": ["type": "object", "properties": ["k": ["type": "string"]]],
            ],
            ".items.properties[k].default: Required value: this property is in x-kubernetes-list-map-keys, so it must "
                + "have a default or be a required property"
        ),
        (
            ["type": "string", "default": 3],
            ".default: Invalid value: \"integer\":  in body must be of type string: "
                + "\"integer\""
        ),
        (
            ["type": "object", "properties": ["b": ["type": "string"]], "default": ["b": "x", "c": 1]],
            ".default: Invalid value: map[string]interface {}{\"b\":\"x\", \"c\":1}: must not have unknown fields"
        ),
    ]

    @Test(arguments: misfits)
    mutating func `a schema that is not structural is refused`(schema: JSONValue, text: String) {
        let body = CustomResourceSample.definition(["type": "object", "properties": ["a": schema]])
        let response = cluster.create(.customResourceDefinition, body)
        #expect(response.code == 422)
        let prefix = "CustomResourceDefinition.apiextensions.k8s.io \"things.example.com\" is invalid: "
        let expected = "\(prefix)spec.validation.openAPIV3Schema.properties[a]\(text)"
        #expect(response.document["message"]?.stringValue == expected)
    }

    @Test mutating func `where versions have different schemas the version is named`() {
        let bad: JSONValue = ["type": "object", "properties": ["a": [:]]]
        let response = cluster.create(
            .customResourceDefinition,
            CustomResourceSample.definition(
                versions: [
                    CustomResourceSample.version("v1"), CustomResourceSample.version("v2", bad, isStorage: false),
                ]))
        let causes = response.document.at("details", "causes")?.arrayValue ?? []
        #expect(causes.map { $0["field"] } == ["spec.versions[1].schema.openAPIV3Schema.properties[a].type"])
    }

    @Test mutating func `rules that are not evaluated are dropped aloud`() {
        let schema: JSONValue = [
            "type": "object", "x-kubernetes-validations": [["rule": "self.x > 1", "message": "too small"]],
        ]
        let response = cluster.create(.customResourceDefinition, CustomResourceSample.definition(schema))
        #expect(response.code == 201)
        #expect(
            response.warnings == [
                "spec.versions[0].schema.openAPIV3Schema.x-kubernetes-validations: CEL rules are not evaluated by this "
                    + "server and not kept"
            ])
        let kept = cluster.get(.customResourceDefinition, "things.example.com").at("spec", "versions")?[0]
        #expect(kept?.at("schema", "openAPIV3Schema") == ["type": "object"])
    }

    @Test mutating func `conversion webhooks are refused, as nobody would call them`() {
        var body = CustomResourceSample.definition()
        body["spec"]?["conversion"] = [
            "strategy": "Webhook",
            "webhook": [
                "conversionReviewVersions": ["v1"], "clientConfig": ["url": "https://example.com/convert"],
            ],
        ]
        let response = cluster.create(.customResourceDefinition, body)
        #expect(response.code == 422)
        #expect(response.document["message"]?.stringValue?.contains("calls no conversion webhooks") == true)
    }

    @Test mutating func `names that are taken are not granted until they are free`() {
        cluster.create(.customResourceDefinition, CustomResourceSample.definition(names: ["shortNames": ["th"]]))
        cluster.create(
            .customResourceDefinition,
            CustomResourceSample.definition(names: ["plural": "others", "kind": "Other", "shortNames": ["th"]]))
        var other = CustomResourceSample.kind
        other.plural = "others"
        other.kind = "Other"
        let waiting = cluster.get(.customResourceDefinition, "others.example.com")
        let condition = waiting.at("status", "conditions")?[0]
        #expect(condition?["reason"] == "ShortNamesConflict")
        #expect(condition?["message"] == "\"th\" is already in use")
        #expect(waiting.at("status", "conditions")?[1]?["reason"] == "NotAccepted")
        #expect(waiting.at("status", "acceptedNames", "shortNames") == nil)
        #expect(cluster.list(other).code == 404)

        cluster.delete(.customResourceDefinition, "things.example.com")
        let granted = cluster.get(.customResourceDefinition, "others.example.com")
        #expect(granted.at("status", "acceptedNames", "shortNames") == ["th"])
        #expect(cluster.list(other).code == 200)
    }

    @Test mutating func `a definition that goes takes no more objects`() {
        cluster.create(.customResourceDefinition, CustomResourceSample.definition())
        var held = CustomResourceSample.object(spec: [:])
        held.set(["example.com/hold"], at: "metadata", "finalizers")
        cluster.create(CustomResourceSample.kind, held)
        let deleted = cluster.delete(.customResourceDefinition, "things.example.com").document
        #expect(deleted.at("status", "conditions")?[2]?["reason"] == "InstanceDeletionPending")
        let current = cluster.get(.customResourceDefinition, "things.example.com")
        #expect(current.at("status", "conditions")?[2]?["reason"] == "InstanceDeletionInProgress")
        let refused = cluster.create(CustomResourceSample.kind, CustomResourceSample.object("late", spec: [:]))
        #expect(refused.code == 405)
        #expect(
            refused.document["message"] == "create not allowed while custom resource definition is terminating")
    }

    @Test mutating func `a version in which objects were stored cannot be removed`() {
        let versions = [CustomResourceSample.version("v1"), CustomResourceSample.version("v2", isStorage: false)]
        cluster.create(.customResourceDefinition, CustomResourceSample.definition(versions: versions))
        cluster.patch(
            .customResourceDefinition, "things.example.com", .json,
            [
                ["op": "replace", "path": "/spec/versions/0/storage", "value": false],
                ["op": "replace", "path": "/spec/versions/1/storage", "value": true],
            ])
        let stored = cluster.get(.customResourceDefinition, "things.example.com").at("status", "storedVersions")
        #expect(stored == ["v1", "v2"])
        let response = cluster.patch(
            .customResourceDefinition, "things.example.com", .json, [["op": "remove", "path": "/spec/versions/0"]])
        #expect(
            response.document.at("details", "causes")?[0]?["message"]
                == "Invalid value: \"v1\": must appear in spec.versions")
    }
}
