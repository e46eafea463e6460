import ClusterState
import JSON
import KubernetesModel
import Testing

/// The texts are those of a real kube-apiserver 1.20.2.
@Suite("Validation of custom resources")
struct CustomResourceValidationTests {
    private var cluster = TestCluster()

    private static let cases: [(JSONValue, JSONValue, [String])] = [
        (
            ["type": "string", "minLength": 2], "a",
            ["spec.a: Invalid value: \"a\": spec.a in body should be at least 2 chars long"]
        ),
        (
            ["type": "string", "maxLength": 2], "abc",
            ["spec.a: Invalid value: \"abc\": spec.a in body should be at most 2 chars long"]
        ),
        (
            ["type": "integer", "multipleOf": 3], 4,
            ["spec.a: Invalid value: 4: spec.a in body should be a multiple of 3"]
        ),
        (["type": "integer", "enum": [1, 2]], 3, ["spec.a: Unsupported value: 3: supported values: \"1\", \"2\""]),
        (
            ["type": "number", "minimum": 2, "exclusiveMinimum": true], 2,
            ["spec.a: Invalid value: 2: spec.a in body should be greater than 2"]
        ),
        (
            ["type": "array", "items": ["type": "integer"]], [1, "x"],
            ["spec.a: Invalid value: \"string\": spec.a in body must be of type integer: \"string\""]
        ),
        (
            ["type": "array", "items": ["type": "integer"], "minItems": 1], [],
            ["spec.a: Invalid value: 0: spec.a in body should have at least 1 items"]
        ),
        (
            ["type": "object", "additionalProperties": ["type": "integer"], "minProperties": 2], ["x": 1],
            ["spec.a: Invalid value: 2: spec.a in body should have at least 2 properties"]
        ),
        (
            ["type": "object", "additionalProperties": ["type": "integer"]], ["x": "y"],
            ["spec.a.x: Invalid value: \"string\": spec.a.x in body must be of type integer: \"string\""]
        ),
        (
            ["type": "string", "anyOf": [["pattern": "^a"], ["pattern": "b$"]]], "zz",
            [
                "<nil>: Invalid value: \"\": \"spec.a\" must validate at least one schema (anyOf)",
                "spec.a: Invalid value: \"zz\": spec.a in body should match '^a'",
            ]
        ),
        (
            ["type": "string", "oneOf": [["pattern": "^a"], ["pattern": "b$"]]], "ab",
            [
                "<nil>: Invalid value: \"\": \"spec.a\" must validate one and only one schema (oneOf). Found 2 valid alternatives"
            ]
        ),
        (
            ["type": "string", "allOf": [["minLength": 2], ["maxLength": 3]]], "a",
            [
                "spec.a: Invalid value: \"a\": spec.a in body should be at least 2 chars long",
                "<nil>: Invalid value: \"\": \"spec.a\" must validate all the schemas (allOf)",
            ]
        ),
        (
            ["type": "string", "not": ["pattern": "^z"]], "z",
            ["<nil>: Invalid value: \"\": \"spec.a\" must not validate the schema (not)"]
        ),
        (
            ["type": "string", "format": "ipv4"], "1.2.3",
            ["spec.a: Invalid value: \"1.2.3\": spec.a in body must be of type ipv4: \"1.2.3\""]
        ),
        (
            ["x-kubernetes-int-or-string": true], 1.5,
            ["spec.a: Invalid value: \"number\": spec.a in body must be of type integer,string: \"number\""]
        ),
        (
            ["type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true],
            ["apiVersion": "v1"], ["spec.a.kind: Required value: must not be empty"]
        ),
        (
            ["type": "array", "items": ["type": "string"], "x-kubernetes-list-type": "set"], ["a", "b", "a", "a"],
            ["spec.a[2]: Duplicate value: \"a\""]
        ),
        (["type": "string"], "", []), (["type": "string", "format": "unheard-of"], "x", []),
        (["type": "string", "nullable": true], nil, []), (["type": "integer", "format": "int32"], 3_000_000_000, []),
    ]

    @Test(arguments: cases)
    mutating func `a value is held against its schema`(schema: JSONValue, value: JSONValue, texts: [String]) {
        cluster.create(
            .customResourceDefinition, CustomResourceSample.definition(CustomResourceSample.schema(["a": schema])))
        let response = cluster.create(CustomResourceSample.kind, CustomResourceSample.object(spec: ["a": value]))
        let causes = response.document.at("details", "causes")?.arrayValue ?? []
        let found = causes.map { "\($0["field"]?.stringValue ?? ""): \($0["message"]?.stringValue ?? "")" }
        #expect(found == texts)
        #expect(response.code == (texts.isEmpty ? 201 : 422))
    }

    @Test mutating func `defaults are set where their object is, and nowhere else`() {
        let inner: JSONValue = ["type": "object", "properties": ["z": ["type": "string", "default": "d"]]]
        var given = inner
        given["default"] = [:]
        cluster.create(
            .customResourceDefinition,
            CustomResourceSample.definition(CustomResourceSample.schema(["absent": inner, "given": given])))
        let response = cluster.create(CustomResourceSample.kind, CustomResourceSample.object(spec: [:]))
        #expect(response.document["spec"] == ["given": ["z": "d"]])
    }

    @Test mutating func `counts behind the scale subresource are no negative numbers`() {
        var version = CustomResourceSample.version("v1", CustomResourceSample.schema(["replicas": ["type": "integer"]]))
        version["subresources"] = [
            "scale": ["specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"]
        ]
        cluster.create(.customResourceDefinition, CustomResourceSample.definition(versions: [version]))
        let response = cluster.create(CustomResourceSample.kind, CustomResourceSample.object(spec: ["replicas": -1]))
        #expect(
            response.document["message"] == """
                Thing.example.com "one" is invalid: .spec.replicas: Invalid value: -1: should be a non-negative integer
                """)
    }
}
