import JSON

/// Holds an applied object against its schema before anything is merged.
///
/// Source: the refusals of a real server, "failed to create typed patch object: …".
struct AppliedValueCheck {
    /// What does not fit, in document order: `.spec.unknown: field not declared in schema`.
    private(set) var problems: [String] = []

    /// The refusal's text; `nil` where everything fits.
    var text: String? {
        guard let first = problems.first else { return nil }
        return problems.count == 1 ? first : "errors:\n\(problems.map { "  \($0)" }.joined(separator: "\n"))"
    }

    /// Looks at `value`, which is at `path` of the object.
    mutating func look(at value: JSONValue, as schema: MergeSchema, path: String = "") {
        if value.isNull { return }
        switch schema {
        case .unknown: return
        case .type(let type): look(at: value, as: type, schema, path: path)
        case .node(let node): look(at: value, as: node, schema, path: path)
        }
    }

    private mutating func look(at value: JSONValue, as type: FieldType, _ schema: MergeSchema, path: String) {
        switch type {
        case .string:
            if value.stringValue == nil {
                refuse(path, "expected string, got &value.valueUnstructured{Value:\(value.text)}")
            }
        case .boolean:
            if value.boolValue == nil { refuse(path, "expected boolean, got &{\(PlainText.of(value))}") }
        case .integer32, .integer64, .number:
            guard value.doubleValue == nil else { return }
            refuse(path, "expected numeric (int or float), got *value.valueUnstructured")
        case .time, .quantity, .intOrString, .any: return
        case .list: lookAtEntries(of: value, schema, path: path)
        case .map, .object: lookAtMembers(of: value, schema, isOpen: false, path: path)
        }
    }

    private mutating func look(
        at value: JSONValue, as node: StructuralSchema.Node, _ schema: MergeSchema, path: String
    ) {
        if node.isIntOrString { return }
        switch node.type {
        case "string": look(at: value, as: .string, schema, path: path)
        case "boolean": look(at: value, as: .boolean, schema, path: path)
        case "integer", "number": look(at: value, as: .number, schema, path: path)
        case "array": lookAtEntries(of: value, schema, path: path)
        case "object":
            let isOpen = node.keepsUnknown || node.isEmbedded || (node.properties.isEmpty && !node.isRoot)
            lookAtMembers(of: value, schema, isOpen: isOpen, path: path)
        default: return
        }
    }

    private mutating func lookAtMembers(of value: JSONValue, _ schema: MergeSchema, isOpen: Bool, path: String) {
        guard let object = value.objectValue else {
            refuse(path, "expected map, got &{\(PlainText.of(value))}")
            return
        }
        let isMap = if case .type(.map) = schema { true } else { false }
        for (name, member) in object {
            guard isOpen || isMap || schema.isNamed(name) else {
                refuse("\(path).\(name)", "field not declared in schema")
                continue
            }
            look(at: member, as: schema.member(name), path: "\(path).\(name)")
        }
    }

    private mutating func lookAtEntries(of value: JSONValue, _ schema: MergeSchema, path: String) {
        guard let entries = value.arrayValue else {
            refuse(path, "expected list, got &{\(PlainText.of(value))}")
            return
        }
        switch schema.shape(of: value) {
        case .list(let keys): lookAtKeyed(entries, schema, keys: keys, path: path)
        case .set:
            for (index, entry) in entries.enumerated() where entries[..<index].contains(entry) {
                refuse(path, "duplicate entries for key [=\(entry.text)]")
            }
        case .granular, .atomic:
            for (index, entry) in entries.enumerated() {
                look(at: entry, as: schema.element, path: "\(path)[\(index)]")
            }
        }
    }

    private mutating func lookAtKeyed(_ entries: [JSONValue], _ schema: MergeSchema, keys: [String], path: String) {
        var seen: Set<String> = []
        for (index, entry) in entries.enumerated() {
            if let key = keys.first(where: { entry[$0] == nil && schema.keyDefault($0) == nil }) {
                refuse(
                    path,
                    "element \(index): associative list with keys has an element that omits key field \"\(key)\" "
                        + "(and doesn't have default value)")
                continue
            }
            let shown = FieldTree.shown(schema.key(entry, keys))
            guard seen.insert(shown).inserted else {
                refuse(path, "duplicate entries for key \(shown)")
                continue
            }
            look(at: entry, as: schema.element, path: "\(path)\(shown)")
        }
    }

    private mutating func refuse(_ path: String, _ problem: String) {
        problems.append("\(path): \(problem)")
    }
}
