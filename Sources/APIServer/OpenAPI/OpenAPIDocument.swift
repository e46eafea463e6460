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
        }
        let all = OpenAPISchemas(prefix: "#/components/schemas/", custom: schemas)
        for (name, schema) in all.named(for: kinds) {
            components[name] = schema
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
        let types = action == "patch" ? patchTypes(kind) : ["*/*"]
        var content: JSONValue = [:]
        for type in types {
            content[type] = reference
        }
        operation["requestBody"] = ["content": content, "required": true]
        return operation
    }

    /// The formats of patches that a kind takes; only built-in kinds can be merged strategically.
    private func patchTypes(_ kind: OpenAPIKind) -> [String] {
        let all = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"]
        let isCustom = schemas["\(kind.group)/\(kind.version)/\(kind.kind)"] != nil
        return isCustom ? all : all + ["application/strategic-merge-patch+json"]
    }
}
