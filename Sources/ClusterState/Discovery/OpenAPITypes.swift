package import JSON

/// The built-in kinds' types as OpenAPI schemas: fields, types and how their lists merge, without descriptions.
package enum OpenAPITypes {
    /// The name of a built-in kind's type, `nil` for kinds that have none here.
    package static func name(group: String, version: String, kind: String) -> String? {
        Registry.builtIns.first { $0.group == group && $0.version == version && $0.kind == kind }?.typeName
    }

    /// The schema of a type, and the types it refers to.
    ///
    /// - Parameters:
    ///   - name: as `name(group:version:kind:)` gives it, or one of the names returned.
    ///   - prefix: what stands before a type's name in references, such as `#/definitions/`.
    /// - Returns: the schema; names ascending, each once. An open object for a type that is not known.
    package static func schema(_ name: String, prefix: String) -> (schema: JSONValue, uses: [String]) {
        guard let type = TypeCatalog.type(name) else { return (["type": "object"], []) }
        var uses: Set<String> = []
        var properties = JSONObject()
        for field in type.fields.keys.sorted() {
            guard let fieldType = type.fields[field] else { continue }
            properties[field] = schema(of: fieldType, prefix: prefix, &uses)
        }
        var schema: JSONValue = ["type": "object", "properties": .object(properties)]
        if type.isAtomic { schema["x-kubernetes-map-type"] = "atomic" }
        return (schema, uses.sorted())
    }

    private static func schema(of type: FieldType, prefix: String, _ uses: inout Set<String>) -> JSONValue {
        switch type {
        case .string, .quantity: return ["type": "string"]
        case .boolean: return ["type": "boolean"]
        case .integer32: return ["type": "integer", "format": "int32"]
        case .integer64: return ["type": "integer", "format": "int64"]
        case .number: return ["type": "number", "format": "double"]
        case .time: return ["type": "string", "format": "date-time"]
        case .intOrString: return ["type": "string", "format": "int-or-string"]
        case .any: return ["x-kubernetes-preserve-unknown-fields": true]
        case .map(let element):
            return ["type": "object", "additionalProperties": schema(of: element, prefix: prefix, &uses)]
        case .list(let element, let rule):
            var list: JSONValue = ["type": "array", "items": schema(of: element, prefix: prefix, &uses)]
            merge(&list, by: rule)
            return list
        case .object(let name, let retainKeys):
            uses.insert(name)
            var reference: JSONValue = ["$ref": .string("\(prefix)\(name)")]
            if retainKeys { reference["x-kubernetes-patch-strategy"] = "retainKeys" }
            return reference
        }
    }

    private static func merge(_ list: inout JSONValue, by rule: ListRule) {
        if let key = rule.mergeKey { list["x-kubernetes-patch-merge-key"] = .string(key) }
        if rule.mergeKey != nil || rule.isSet {
            list["x-kubernetes-patch-strategy"] = rule.retainKeys ? "merge,retainKeys" : "merge"
        }
        if rule.isSet {
            list["x-kubernetes-list-type"] = "set"
        } else if rule.applyKeys.isEmpty {
            list["x-kubernetes-list-type"] = "atomic"
        } else {
            list["x-kubernetes-list-type"] = "map"
            list["x-kubernetes-list-map-keys"] = .array(rule.applyKeys.map(JSONValue.string))
        }
    }
}
