import JSON

extension StructuralSchema {
    /// The schemas that a value must satisfy besides its own.
    struct Combinations: Sendable {
        var all: [Node] = []
        var any: [Node] = []
        var one: [Node] = []
        var not: Node?
    }

    /// The schema of one value.
    final class Node: Sendable {
        let type: String
        let properties: [(name: String, node: Node)]
        let additional: Node?
        let items: Node?
        let keepsUnknown: Bool
        let isEmbedded: Bool
        let isIntOrString: Bool
        let isNullable: Bool
        let defaultValue: JSONValue?
        /// Whether anything below has a default.
        let hasDefaults: Bool
        let required: [String]
        let combinations: Combinations
        let pattern: String?
        /// `pattern`, where it is one that this server can match.
        let expression: TextPattern?
        /// The whole schema, for the checks that need no preparation.
        let document: JSONValue

        /// Whether this is the schema of whole objects.
        let isRoot: Bool

        init(_ document: JSONValue, keepsUnknown: Bool, isRoot: Bool = false) {
            self.isRoot = isRoot
            self.document = document
            type = document["type"]?.stringValue ?? ""
            let keeps = keepsUnknown || document["x-kubernetes-preserve-unknown-fields"]?.boolValue == true
            self.keepsUnknown = keeps
            properties = (document["properties"]?.objectValue ?? [:])
                .map { (name: $0.key, node: Node($0.value, keepsUnknown: keepsUnknown)) }
            let additional = document["additionalProperties"]
            self.additional =
                additional?.objectValue == nil ? nil : additional.map { Node($0, keepsUnknown: keepsUnknown) }
            items = document["items"].map { Node($0, keepsUnknown: keepsUnknown) }
            isEmbedded = document["x-kubernetes-embedded-resource"]?.boolValue ?? false
            isIntOrString = document["x-kubernetes-int-or-string"]?.boolValue ?? false
            isNullable = document["nullable"]?.boolValue ?? false
            defaultValue = document["default"]
            hasDefaults =
                properties.contains { $0.node.defaultValue != nil || $0.node.hasDefaults }
                || self.additional?.hasDefaults ?? false || items?.hasDefaults ?? false
            func nodes(_ key: String) -> [Node] {
                (document[key]?.arrayValue ?? []).map { Node($0, keepsUnknown: keepsUnknown) }
            }
            combinations = Combinations(
                all: nodes("allOf"), any: nodes("anyOf"), one: nodes("oneOf"),
                not: document["not"].map { Node($0, keepsUnknown: keepsUnknown) })
            pattern = document["pattern"]?.stringValue
            expression = pattern.flatMap(TextPattern.init)
            required = (document["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        }

        func property(_ name: String) -> Node? { properties.first { $0.name == name }?.node }

        /// The member's value without unknown fields, or `nil` where the member itself is unknown.
        func pruned(
            member name: String, _ value: JSONValue, path: String, unknownFields: inout [String]
        ) -> JSONValue? {
            if isEmbedded, ["apiVersion", "kind", "metadata"].contains(name) { return value }
            if let node = property(name) ?? additional {
                return node.pruned(value, path: path, unknownFields: &unknownFields)
            }
            if keepsUnknown || document["additionalProperties"]?.boolValue == true { return value }
            unknownFields.append(path)
            return nil
        }

        private func pruned(_ value: JSONValue, path: String, unknownFields: inout [String]) -> JSONValue {
            switch value {
            case .object(let object):
                var result = JSONObject()
                for (name, member) in object {
                    if let kept = pruned(
                        member: name, member, path: "\(path).\(name)", unknownFields: &unknownFields)
                    {
                        result[name] = kept
                    }
                }
                return .object(result)
            case .array(let entries):
                guard let items else { return value }
                var result: [JSONValue] = []
                for (index, entry) in entries.enumerated() {
                    result.append(items.pruned(entry, path: "\(path)[\(index)]", unknownFields: &unknownFields))
                }
                return .array(result)
            case .null, .bool, .number, .string: return value
            }
        }

        /// The value without members that are null and may not be.
        func withoutNulls(_ value: JSONValue) -> JSONValue {
            switch value {
            case .object(let object) where !properties.isEmpty || additional != nil:
                var result = JSONObject()
                for (name, member) in object {
                    guard let node = property(name) ?? additional else {
                        result[name] = member
                        continue
                    }
                    if !member.isNull || node.acceptsNull { result[name] = node.withoutNulls(member) }
                }
                return .object(result)
            case .array(let entries): return items.map { items in .array(entries.map(items.withoutNulls)) } ?? value
            case .object, .null, .bool, .number, .string: return value
            }
        }

        /// Whether null is a value of its own here; a schema without a type says nothing about it.
        private var acceptsNull: Bool { isNullable || (type.isEmpty && !isIntOrString) }

        /// The value with defaults for missing members, and for nulls that may not be null.
        func defaulted(_ value: JSONValue) -> JSONValue {
            guard hasDefaults else { return value }
            switch value {
            case .object(let object):
                var result = object
                for (name, node) in properties {
                    if let member = result[name] {
                        if member.isNull, !node.isNullable, let defaultValue = node.defaultValue {
                            result[name] = defaultValue
                        } else {
                            result[name] = node.defaulted(member)
                        }
                    } else if let defaultValue = node.defaultValue {
                        result[name] = node.defaulted(defaultValue)
                    }
                }
                if let additional {
                    for (name, member) in object where property(name) == nil {
                        result[name] = additional.defaulted(member)
                    }
                }
                return .object(result)
            case .array(let entries): return items.map { items in .array(entries.map(items.defaulted)) } ?? value
            case .null, .bool, .number, .string: return value
            }
        }
    }
}
