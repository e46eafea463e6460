import JSON

/// A set of fields of a document, as `fieldsV1` writes it: `{"f:spec": {"f:replicas": {}}}`.
///
/// Source: the `FieldsV1` format; children are keyed `f:<field>`, `k:<keys as JSON>` or `v:<value as JSON>`.
struct FieldTree: Equatable, Sendable {
    /// Whether the field at this place is in the set itself.
    var isMember = false
    var children: FieldChildren = [:]

    static let leaf = FieldTree(isMember: true)

    var isEmpty: Bool { !isMember && children.isEmpty }

    init(isMember: Bool = false, children: FieldChildren = [:]) {
        self.isMember = isMember
        self.children = children
    }

    /// Reads the `fieldsV1` form.
    init(document: JSONValue) {
        let object = document.objectValue ?? [:]
        isMember = object.isEmpty || object["."] != nil
        for (key, value) in object where key != "." {
            children[key] = FieldTree(document: value)
        }
    }

    /// The `fieldsV1` form, keys ascending.
    var document: JSONValue {
        var object = JSONObject()
        if isMember, !children.isEmpty { object.append(".", [:]) }
        for child in children { object.append(child.key, child.tree.document) }
        return .object(object)
    }

    func union(_ other: FieldTree) -> FieldTree {
        if other.isEmpty { return self }
        if isEmpty { return other }
        var result = self
        result.isMember = isMember || other.isMember
        for (key, child) in other.children {
            result.children[key] = result.children[key].map { $0.union(child) } ?? child
        }
        return result
    }

    /// What is here and not in `other`.
    func subtracting(_ other: FieldTree) -> FieldTree {
        if other.isEmpty { return self }
        var result = FieldTree(isMember: isMember && !other.isMember)
        for (key, child) in children {
            let rest = other.children[key].map(child.subtracting) ?? child
            if !rest.isEmpty { result.children[key] = rest }
        }
        return result
    }

    /// What is here and below or at a member of `other`, too.
    func removingSubtrees(_ other: FieldTree) -> FieldTree {
        var result = self
        for (key, gone) in other.children {
            guard let child = children[key] else { continue }
            let rest = gone.isMember ? FieldTree() : child.removingSubtrees(gone)
            result.children[key] = rest.isEmpty ? nil : rest
        }
        return result
    }

    func intersection(_ other: FieldTree) -> FieldTree {
        var result = FieldTree(isMember: isMember && other.isMember)
        for (key, child) in children {
            guard let counterpart = other.children[key] else { continue }
            let common = child.intersection(counterpart)
            if !common.isEmpty { result.children[key] = common }
        }
        return result
    }

    /// The members as the texts of conflicts have them: `.spec.containers[name="web"].image`, ascending.
    var paths: [String] { paths(prefix: "") }

    private func paths(prefix: String) -> [String] {
        var result = isMember && !prefix.isEmpty ? [prefix] : []
        for (key, child) in children {
            result += child.paths(prefix: "\(prefix)\(Self.shown(key))")
        }
        return result
    }

    /// How texts name a key of `fieldsV1`: `.spec`, `[name="web"]`, `[="value"]`.
    static func shown(_ key: String) -> String {
        let rest = String(key.dropFirst(2))
        switch key.prefix(2) {
        case "f:": return ".\(rest)"
        case "v:": return "[=\(rest)]"
        default:
            do {
                let members = try JSONValue(parsing: rest).objectValue ?? [:]
                return "[\(members.sortedByKey.map { "\($0.key)=\($0.value.text)" }.joined(separator: ","))]"
            } catch {
                return "[\(rest)]"
            }
        }
    }
}
