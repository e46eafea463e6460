import JSON

/// How a value merges, whether a type of the catalogue or a custom resource's schema says so.
enum MergeSchema: Sendable {
    case type(FieldType)
    case node(StructuralSchema.Node)
    /// Objects merge field by field, lists are replaced.
    case unknown

    /// How the entries of a value are owned.
    enum Shape: Equatable {
        /// Field by field.
        case granular
        /// Entry by entry, told apart by these keys.
        case list(keys: [String])
        /// Value by value.
        case set
        /// As one.
        case atomic
    }

    /// The schema of a whole object of this resource.
    init(_ definition: ResourceDefinition) {
        if let name = definition.typeName {
            self = .type(.object(name == "EventsEvent" ? "Event" : name, retainKeys: false))
        } else if let schema = definition.custom?.schema {
            self = .node(schema.root)
        } else {
            self = .unknown
        }
    }

    func shape(of value: JSONValue) -> Shape {
        switch value {
        case .object: return objectShape
        case .array: return listShape
        case .null, .bool, .number, .string: return .atomic
        }
    }

    private var objectShape: Shape {
        switch self {
        case .type(.object(let name, _)): TypeCatalog.type(name)?.isAtomic ?? false ? .atomic : .granular
        case .node(let node): node.document["x-kubernetes-map-type"] == "atomic" ? .atomic : .granular
        case .type, .unknown: .granular
        }
    }

    private var listShape: Shape {
        switch self {
        case .type(.list(_, let rule)):
            if rule.isSet { return .set }
            return rule.applyKeys.isEmpty ? .atomic : .list(keys: rule.applyKeys)
        case .node(let node):
            switch node.document["x-kubernetes-list-type"]?.stringValue {
            case "set": return .set
            case "map":
                let keys = node.document["x-kubernetes-list-map-keys"]?.arrayValue ?? []
                return .list(keys: keys.compactMap(\.stringValue))
            default: return .atomic
            }
        case .type, .unknown: return .atomic
        }
    }

    func member(_ name: String) -> MergeSchema {
        switch self {
        case .type(.object(let typeName, _)):
            return TypeCatalog.type(typeName)?.fields[name].map(MergeSchema.type) ?? .unknown
        case .type(.map(let element)): return .type(element)
        case .node(let node):
            if node.isRoot, name == "metadata" { return .type(.object("ObjectMeta", retainKeys: false)) }
            return (node.property(name) ?? node.additional).map(MergeSchema.node) ?? .unknown
        case .type, .unknown: return .unknown
        }
    }

    /// Whether a type names this member, unlike the keys of a map.
    func isNamed(_ name: String) -> Bool {
        switch self {
        case .type(.object(let typeName, _)): TypeCatalog.type(typeName)?.fields[name] != nil
        case .node(let node):
            node.property(name) != nil || (node.isRoot && ["apiVersion", "kind", "metadata"].contains(name))
        case .type, .unknown: false
        }
    }

    var element: MergeSchema {
        switch self {
        case .type(.list(let element, _)): .type(element)
        case .node(let node): node.items.map(MergeSchema.node) ?? .unknown
        case .type, .unknown: .unknown
        }
    }

    /// What a key of a list's entries is when it is left out; `nil` where it must not be.
    func keyDefault(_ key: String) -> JSONValue? {
        switch element {
        case .type(.object(let name, _)):
            if key == "protocol" { return "TCP" }
            switch TypeCatalog.type(name)?.fields[key] {
            case .integer32, .integer64: return 0
            default: return ""
            }
        case .node(let node): return node.property(key)?.defaultValue
        case .type, .unknown: return nil
        }
    }

    /// What tells a list's entry from the others: its keys with their values.
    func identity(_ entry: JSONValue, keys: [String]) -> JSONObject {
        var identity = JSONObject()
        for key in keys.sorted() {
            identity[key] = entry[key] ?? keyDefault(key)
        }
        return identity
    }
}
