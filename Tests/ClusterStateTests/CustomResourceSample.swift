import ClusterState
import JSON
import KubernetesModel

/// CustomResourceDefinitions for tests, all of the group `example.com`.
enum CustomResourceSample {
    static let kind = ResourceKind(group: "example.com", version: "v1", kind: "Thing", plural: "things")

    /// A definition of `things` with one version, or with these.
    static func definition(_ schema: JSONValue = open, versions: [JSONValue]? = nil, names: JSONValue = [:])
        -> JSONValue
    {
        var allNames: JSONValue = ["plural": "things", "kind": "Thing"]
        for (name, value) in names.objectValue ?? [:] { allNames[name] = value }
        return [
            "metadata": ["name": .string("\(allNames.at("plural")?.stringValue ?? "").example.com")],
            "spec": [
                "group": "example.com", "scope": "Namespaced", "names": allNames,
                "versions": .array(versions ?? [version("v1", schema)]),
            ],
        ]
    }

    static let open: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]

    static func version(_ name: String, _ schema: JSONValue = open, isStorage: Bool = true) -> JSONValue {
        [
            "name": .string(name), "served": true, "storage": .bool(isStorage), "schema": ["openAPIV3Schema": schema],
        ]
    }

    /// A schema whose `spec` has these fields.
    static func schema(_ fields: JSONValue) -> JSONValue {
        ["type": "object", "properties": ["spec": ["type": "object", "properties": fields]]]
    }

    static func object(_ name: String = "one", version: String = "v1", spec: JSONValue) -> JSONValue {
        [
            "apiVersion": .string("example.com/\(version)"), "kind": "Thing", "metadata": ["name": .string(name)],
            "spec": spec,
        ]
    }
}
