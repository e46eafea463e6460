import JSON

/// The OpenAPI v3 document of one group and version.
struct OpenAPIDocument {
    var kinds: [OpenAPIKind]
    /// The schemas of custom resources, by `group/version/Kind`.
    var schemas: [String: JSONValue]

    /// The document.
    var json: JSONValue {
        var paths: JSONValue = [:]
        var components: JSONValue = [:]
        for kind in kinds {
            paths[kind.collectionPath] = ["get": operation("list", kind), "post": operation("post", kind)]
            paths[kind.path] = [
                "get": operation("get", kind), "put": operation("put", kind), "patch": operation("patch", kind),
                "delete": operation("delete", kind),
            ]
            components[kind.schemaName] = schema(kind)
        }
        return [
            "openapi": "3.0.0", "info": OpenAPIReply.info, "paths": paths, "components": ["schemas": components],
        ]
    }

    private func operation(_ action: String, _ kind: OpenAPIKind) -> JSONValue {
        var operation: JSONValue = [
            "x-kubernetes-action": .string(action), "responses": ["200": ["description": "OK"]],
        ]
        operation[OpenAPIKind.extensionName] = kind.reference
        guard action == "post" || action == "put" || action == "patch" else { return operation }
        operation["parameters"] = .array(
            OpenAPIKind.writeParameters.map { name in
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

    private func schema(_ kind: OpenAPIKind) -> JSONValue {
        var schema = schemas["\(kind.group)/\(kind.version)/\(kind.kind)"] ?? ["type": "object", "properties": [:]]
        schema[OpenAPIKind.extensionName] = [kind.reference]
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
