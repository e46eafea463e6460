import JSON

/// Removing what a schema does not know.
extension StructuralSchema.Node {
    /// The member's value without unknown fields, or `nil` where the member itself is unknown.
    func pruned(member name: String, _ value: JSONValue, path: String, _ pruning: inout Pruning) -> JSONValue? {
        if isEmbedded, ["apiVersion", "kind"].contains(name) { return value }
        if isEmbedded, name == "metadata" { return Self.typed(metadata: value, at: path, &pruning) }
        if let node = property(name) ?? additional { return node.pruned(value, path: path, &pruning) }
        if keepsUnknown || document["additionalProperties"]?.boolValue == true { return value }
        pruning.unknownFields.append(path)
        return nil
    }

    /// The value without unknown fields.
    func pruned(_ value: JSONValue, path: String, _ pruning: inout Pruning) -> JSONValue {
        switch value {
        case .object(let object):
            var result = JSONObject()
            for (name, member) in object {
                if let kept = pruned(member: name, member, path: "\(path).\(name)", &pruning) { result[name] = kept }
            }
            return .object(result)
        case .array(let entries):
            guard let items else { return value }
            var result: [JSONValue] = []
            for (index, entry) in entries.enumerated() {
                result.append(items.pruned(entry, path: "\(path)[\(index)]", &pruning))
            }
            return .array(result)
        case .null, .bool, .number, .string: return value
        }
    }

    /// Metadata as the server reads it, wherever it stands.
    private static func typed(metadata: JSONValue, at path: String, _ pruning: inout Pruning) -> JSONValue {
        var checker = TypeChecker()
        let result = checker.checked(metadata, as: "ObjectMeta", at: path)
        pruning.unknownFields += checker.unknownFields
        if pruning.mismatch == nil, let mismatch = checker.mismatch {
            pruning.mismatch = "\(path): Invalid value: \(GoText.value(metadata)): \(mismatch)"
        }
        return result
    }
}
