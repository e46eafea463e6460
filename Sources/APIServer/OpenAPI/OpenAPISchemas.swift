import ClusterState
import JSON

/// The schemas of an OpenAPI document by name: those of its kinds, and the types they refer to.
struct OpenAPISchemas {
    /// What stands before a name in references.
    var prefix: String
    /// The schemas of custom resources, by `group/version/Kind`.
    var custom: [String: JSONValue]

    /// All schemas that these kinds need, names ascending.
    func named(for kinds: [OpenAPIKind]) -> [(name: String, schema: JSONValue)] {
        var found: [String: JSONValue] = [:]
        var wanted = ["ObjectMeta"]
        for kind in kinds where found[kind.schemaName] == nil {
            var schema: JSONValue = ["type": "object", "properties": [:]]
            if let own = custom["\(kind.group)/\(kind.version)/\(kind.kind)"] {
                schema = own
            } else if let name = OpenAPITypes.name(group: kind.group, version: kind.version, kind: kind.kind) {
                let (type, uses) = OpenAPITypes.schema(name, prefix: prefix)
                schema = type
                wanted += uses
            }
            found[kind.schemaName] = completed(schema, of: kind)
        }
        while let name = wanted.popLast() {
            guard found[name] == nil else { continue }
            let (schema, uses) = OpenAPITypes.schema(name, prefix: prefix)
            found[name] = schema
            wanted += uses
        }
        return found.sorted { $0.key < $1.key }.map { (name: $0.key, schema: $0.value) }
    }

    /// What every object has, and which kind it is.
    private func completed(_ schema: JSONValue, of kind: OpenAPIKind) -> JSONValue {
        var schema = schema
        schema[OpenAPIKind.extensionName] = [kind.reference]
        let every: [(String, JSONValue)] = [
            ("apiVersion", ["type": "string", "description": "The group and version of this object's kind."]),
            ("kind", ["type": "string", "description": "The kind of this object."]),
        ]
        for (field, description) in every {
            if schema.at("properties", field, "description") == nil {
                schema.set(description, at: "properties", field)
            }
        }
        if schema.at("properties", "metadata", "$ref") == nil {
            schema.set(["$ref": .string("\(prefix)ObjectMeta")], at: "properties", "metadata")
        }
        return schema
    }
}
