import ClusterState
import JSON

/// The OpenAPI v3 document of one group and version.
struct OpenAPIDocument {
    /// `api/v1` or `apis/{group}/{version}`.
    var name: String
    /// The entries of the APIResourceList.
    var resources: [JSONValue]
    /// The schemas of custom resources, by `group/version/Kind`.
    var schemas: [String: JSONValue]

    private struct Kind {
        var group: String
        var version: String
        var kind: String

        /// What tells clients which kind an operation or a schema is about.
        var reference: JSONValue { ["group": .string(group), "version": .string(version), "kind": .string(kind)] }

        /// The schema's name: the group's parts reversed, as definitions are named upstream.
        var schemaName: String {
            let host = group.isEmpty ? ["core"] : group.split(separator: ".").map(String.init).reversed()
            return (host + [version, kind]).joined(separator: ".")
        }
    }

    /// The document.
    var json: JSONValue {
        var paths: JSONValue = [:]
        var components: JSONValue = [:]
        for resource in resources {
            guard let plural = resource["name"]?.stringValue, !plural.contains("/"),
                let kindName = resource["kind"]?.stringValue
            else { continue }
            let kind = self.kind(kindName)
            let isNamespaced = resource["namespaced"]?.boolValue ?? false
            let collection = isNamespaced ? "/\(name)/namespaces/{namespace}/\(plural)" : "/\(name)/\(plural)"
            paths[collection] = [
                "get": operation("list", kind), "post": operation("post", kind),
            ]
            paths["\(collection)/{name}"] = [
                "get": operation("get", kind), "put": operation("put", kind), "patch": operation("patch", kind),
                "delete": operation("delete", kind),
            ]
            components[kind.schemaName] = schema(kind)
        }
        return [
            "openapi": "3.0.0", "info": OpenAPIReply.info, "paths": paths, "components": ["schemas": components],
        ]
    }

    private func kind(_ kind: String) -> Kind {
        let parts = name.split(separator: "/").map(String.init)
        let isCore = parts.first == "api"
        return Kind(group: isCore ? "" : parts[1], version: parts.last ?? "", kind: kind)
    }

    private func operation(_ action: String, _ kind: Kind) -> JSONValue {
        var operation: JSONValue = [
            "x-kubernetes-action": .string(action), "x-kubernetes-group-version-kind": kind.reference,
            "responses": ["200": ["description": "OK"]],
        ]
        guard action == "post" || action == "put" || action == "patch" else { return operation }
        operation["parameters"] = .array(
            ["dryRun", "fieldManager", "fieldValidation"].map { name in
                ["name": .string(name), "in": "query", "schema": ["type": "string", "uniqueItems": true]]
            })
        let reference: JSONValue = [
            "schema": ["$ref": .string("#/components/schemas/\(kind.schemaName)")]
        ]
        let types =
            action == "patch"
            ? ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"] : ["*/*"]
        var content: JSONValue = [:]
        for type in types {
            content[type] = reference
        }
        operation["requestBody"] = ["content": content, "required": true]
        return operation
    }

    private func schema(_ kind: Kind) -> JSONValue {
        var schema = schemas["\(kind.group)/\(kind.version)/\(kind.kind)"] ?? ["type": "object", "properties": [:]]
        schema["x-kubernetes-group-version-kind"] = [kind.reference]
        let described: [(String, JSONValue)] = [
            ("apiVersion", ["type": "string", "description": "The group and version of this object's kind."]),
            ("kind", ["type": "string", "description": "The kind of this object."]),
            ("metadata", ["type": "object", "description": "Name, namespace, labels and annotations."]),
        ]
        for (field, description) in described where schema.at("properties", field) == nil {
            schema.set(description, at: "properties", field)
        }
        return schema
    }
}
