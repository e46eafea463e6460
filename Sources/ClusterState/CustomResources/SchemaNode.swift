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
        private let nodesByName: [String: Node]
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
        /// `format`; `nil` where none is given.
        let format: String?
        /// Whether anything below is an object with a kind of its own.
        let hasEmbedded: Bool
        /// What tells the entries of a list apart that may occur only once: nothing for sets; `nil` for other lists.
        let uniqueKeys: [String]?
        /// Whether entries may occur only once here or anywhere below.
        let hasUniqueLists: Bool
        /// `pattern`, compiled.
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
            nodesByName = Dictionary(properties.map { ($0.name, $0.node) }) { first, _ in first }
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
            format = document["format"]?.stringValue
            required = (document["required"]?.arrayValue ?? []).compactMap(\.stringValue)
            let parts = properties.map(\.node) + [self.additional, items].compactMap { $0 }
            hasEmbedded = parts.contains { $0.isEmbedded || $0.hasEmbedded }
            switch document["x-kubernetes-list-type"]?.stringValue {
            case "set": uniqueKeys = []
            case "map":
                let keys = document["x-kubernetes-list-map-keys"]?.arrayValue ?? []
                uniqueKeys = keys.compactMap(\.stringValue)
            default: uniqueKeys = nil
            }
            hasUniqueLists = uniqueKeys != nil || parts.contains(where: \.hasUniqueLists)
        }

        func property(_ name: String) -> Node? { nodesByName[name] }

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
