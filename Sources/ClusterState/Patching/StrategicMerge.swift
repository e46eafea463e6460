import JSON

/// Kubernetes' own patch format: like a JSON merge patch, but lists whose entries have a key are merged entry by entry.
///
/// Source: the strategic merge patch documentation of the Kubernetes API conventions.
struct StrategicMerge {
    /// A patch that does not follow the format.
    struct Problem: Error, Equatable {
        var message: String
        /// 400 where the patch is malformed, 500 where the server gives its own error away.
        var code = 400
    }

    private static let order = "$setElementOrder/"
    private static let deletion = "$deleteFromPrimitiveList/"

    /// `original` with the changes of `patch`; both are objects of the catalogue's type `typeName`.
    static func applied(
        _ patch: JSONValue, to original: JSONValue, typeName: String
    ) throws(Problem) -> JSONValue {
        try merged(original, patch, type: .object(typeName, retainKeys: false))
    }

    private static func merged(
        _ original: JSONValue, _ patch: JSONValue, type: FieldType
    ) throws(Problem) -> JSONValue {
        guard let patchObject = patch.objectValue else { return patch }
        var result = original.objectValue ?? [:]
        switch patchObject["$patch"]?.stringValue {
        case "replace":
            var replacement = patch
            replacement["$patch"] = nil
            return try withoutDirectives(replacement, type: type, isRoot: true)
        case "delete": return [:]
        case nil, "merge": break
        case .some(let directive):
            throw Problem(message: "unknown patch type: \(directive) in map: \(PlainText.of(patch))", code: 500)
        }
        if let retained = patchObject["$retainKeys"]?.arrayValue?.compactMap(\.stringValue) {
            let unnamed = patchObject.keys.first { !$0.hasPrefix("$") && !retained.contains($0) }
            if unnamed != nil { throw Problem(message: "invalid patch format of retainKeys") }
            result.removeAll { !retained.contains($0.key) }
        }
        for (name, value) in patchObject where name.hasPrefix(deletion) {
            let field = String(name.dropFirst(deletion.count))
            let gone = value.arrayValue ?? []
            guard let list = result[field]?.arrayValue else { continue }
            result[field] = .array(list.filter { !gone.contains($0) })
        }
        for (name, value) in patchObject where !name.hasPrefix("$") {
            let fieldType = self.fieldType(name, of: type)
            guard !value.isNull else {
                result.removeValue(forKey: name)
                continue
            }
            let wanted = patchObject["\(order)\(name)"]?.arrayValue
            result[name] = try merged(result[name], with: value, type: fieldType, order: wanted)
        }
        for (name, value) in patchObject where name.hasPrefix(order) {
            let field = String(name.dropFirst(order.count))
            guard value.arrayValue != nil else {
                throw Problem(message: "expected a []interface {}, but received a \(value.kindName)", code: 500)
            }
            guard patchObject[field] == nil, let list = result[field]?.arrayValue else { continue }
            let rule = listRule(of: fieldType(field, of: type))
            let entries = value.arrayValue ?? []
            result[field] = .array(ordered(list, patched: entries, by: entries, original: list, key: rule.mergeKey))
        }
        return .object(result)
    }

    private static func merged(
        _ original: JSONValue?, with value: JSONValue, type: FieldType, order: [JSONValue]?
    ) throws(Problem) -> JSONValue {
        switch value {
        case .object:
            guard let original, original.objectValue != nil else {
                return try withoutDirectives(value, type: type, isRoot: true)
            }
            return try merged(original, value, type: type)
        case .array(let entries):
            let rule = listRule(of: type)
            guard rule.mergeKey != nil || rule.isSet else { return value }
            return .array(
                try mergedList(
                    original?.arrayValue ?? [], with: entries, rule: rule, element: elementType(of: type), order: order)
            )
        case .null, .bool, .number, .string: return value
        }
    }

    private static func mergedList(
        _ original: [JSONValue], with patch: [JSONValue], rule: ListRule, element: FieldType, order: [JSONValue]?
    ) throws(Problem) -> [JSONValue] {
        guard let key = rule.mergeKey else {
            let merged = original + patch.filter { !original.contains($0) }
            return ordered(merged, patched: patch, by: order ?? patch, original: original, key: nil)
        }
        if patch.contains(where: { $0.objectValue == nil }) {
            throw Problem(
                message: "list element types are not identical: \(PlainText.of([.array(original), .array(patch)]))",
                code: 500)
        }
        if patch.contains(where: { $0["$patch"]?.stringValue == "replace" }) {
            return patch.filter { $0["$patch"] == nil }
        }
        if let order { try check(patch, isIn: order, key: key) }
        var result = original
        var patched: [JSONValue] = []
        for entry in patch {
            guard let identity = entry[key] else {
                throw Problem(
                    message: "map: \(PlainText.of(entry)) does not contain declared merge key: \(key)", code: 500)
            }
            let position = result.firstIndex { $0[key] == identity }
            if entry["$patch"]?.stringValue == "delete" {
                result.removeAll { $0[key] == identity }
            } else if let position {
                result[position] = try merged(result[position], entry, type: element)
                patched.append(entry)
            } else {
                let directive = entry["$patch"]?.stringValue ?? "merge"
                guard directive == "merge" else {
                    throw Problem(
                        message: "unknown patch type: \(directive) in map: \(PlainText.of(entry))", code: 500)
                }
                result.append(try withoutDirectives(entry, type: element, isRoot: true))
                patched.append(entry)
            }
        }
        return ordered(result, patched: patched, by: order ?? patched, original: original, key: key)
    }

    /// What the patch changes in a list must be in the order it gives for the list.
    private static func check(_ patch: [JSONValue], isIn order: [JSONValue], key: String) throws(Problem) {
        var rest = order[...]
        for entry in patch where entry["$patch"] == nil {
            guard let place = rest.firstIndex(where: { $0[key] == entry[key] }) else {
                throw Problem(
                    message: "The order in patch list:\n\(PlainText.of(.array(patch)))\n doesn't match "
                        + "$setElementOrder list:\n\(PlainText.of(.array(order)))\n",
                    code: 500)
            }
            rest = rest[order.index(after: place)...]
        }
    }

    /// Puts the entries that the patch names in its order; the others keep their place relative to those.
    private static func ordered(
        _ entries: [JSONValue], patched: [JSONValue], by order: [JSONValue], original: [JSONValue], key: String?
    ) -> [JSONValue] {
        func identity(_ entry: JSONValue) -> JSONValue { key.flatMap { entry[$0] } ?? entry }
        let wanted = order.map(identity)
        let before = original.map(identity)
        let inPatch = entries.filter { wanted.contains(identity($0)) }
            .sorted { left, right in
                (wanted.firstIndex(of: identity(left)) ?? 0) < (wanted.firstIndex(of: identity(right)) ?? 0)
            }
        let others = entries.filter { !wanted.contains(identity($0)) }
        var result: [JSONValue] = []
        var nextOther = 0
        for entry in inPatch {
            if let position = before.firstIndex(of: identity(entry)) {
                while nextOther < others.count, let other = before.firstIndex(of: identity(others[nextOther])),
                    other < position
                {
                    result.append(others[nextOther])
                    nextOther += 1
                }
            }
            result.append(entry)
        }
        return result + others[nextOther...]
    }

    /// A new value of a patch, freed of instructions that only matter for what is not there.
    private static func withoutDirectives(
        _ value: JSONValue, type: FieldType, isRoot: Bool = false
    ) throws(Problem) -> JSONValue {
        switch value {
        case .object(let object):
            if !isRoot, object["$patch"]?.stringValue == "delete" { return nil }
            var result = JSONObject()
            for (name, member) in object where !Self.isDirective(name, in: type) && !member.isNull {
                result[name] = try withoutDirectives(member, type: fieldType(name, of: type), isRoot: true)
            }
            return .object(result)
        case .array(let entries):
            var result: [JSONValue] = []
            for entry in entries where entry["$patch"] == nil {
                result.append(try withoutDirectives(entry, type: elementType(of: type), isRoot: true))
            }
            return .array(result)
        case .null, .bool, .number, .string: return value
        }
    }

    /// The keys of a new map are taken as they are.
    private static func isDirective(_ name: String, in type: FieldType) -> Bool {
        if case .map = type { return false }
        return name.hasPrefix("$")
    }

    private static func fieldType(_ name: String, of type: FieldType) -> FieldType {
        switch type {
        case .object(let typeName, _): TypeCatalog.type(typeName)?.fields[name] ?? .any
        case .map(let element): element
        case .string, .boolean, .integer32, .integer64, .number, .time, .quantity, .intOrString, .any, .list: .any
        }
    }

    private static func elementType(of type: FieldType) -> FieldType {
        if case .list(let element, _) = type { return element }
        return .any
    }

    private static func listRule(of type: FieldType) -> ListRule {
        if case .list(_, let rule) = type { return rule }
        return .atomic
    }
}
