import JSON

/// Where two versions of an object differ: every field is in at most one of the sets.
struct FieldComparison: Equatable, Sendable {
    var added = FieldTree()
    var removed = FieldTree()
    var modified = FieldTree()

    /// Whether both versions have the same fields with the same values.
    var isSame: Bool { added.isEmpty && removed.isEmpty && modified.isEmpty }

    /// What a writer of the newer version has set.
    var written: FieldTree { added.union(modified) }

    /// The same without what lies at or below the members of `ignored`.
    func excluding(_ ignored: FieldTree) -> FieldComparison {
        guard !ignored.isEmpty else { return self }
        return FieldComparison(
            added: added.removingSubtrees(ignored), removed: removed.removingSubtrees(ignored),
            modified: modified.removingSubtrees(ignored))
    }

    /// Takes a child's differences in as those of the member `key`.
    mutating func descend(_ key: String, _ child: FieldComparison) {
        if !child.added.isEmpty { added.children[key] = child.added }
        if !child.removed.isEmpty { removed.children[key] = child.removed }
        if !child.modified.isEmpty { modified.children[key] = child.modified }
    }
}

extension MergeSchema {
    /// What is different in `new`; `nil` stands for a value that is not there.
    ///
    /// An object or list that is new is itself among the added fields, beside what it holds. Source: the comparison
    /// rules of structured merge, as `metadata.managedFields` of a real server shows them.
    func comparison(from old: JSONValue?, to new: JSONValue?) -> FieldComparison {
        if old == nil, let new { return FieldComparison(added: added(new)) }
        var result = FieldComparison()
        if old == new { return result }
        guard isBranch(old, new) else {
            mark(&result, old, new)
            return result
        }
        switch shape(of: old.isFilled ? old ?? .null : new ?? .null) {
        case .granular: compareMembers(old, new, &result)
        case .list(let keys): compareEntries(old, new, keys: keys, &result)
        case .set: compareValues(old, new, &result)
        case .atomic: break
        }
        if new == nil { result.removed.isMember = true }
        return result
    }

    /// Everything in a value that was not there before.
    private func added(_ value: JSONValue) -> FieldTree {
        var tree = FieldTree.leaf
        guard Optional(value).isFilled else { return tree }
        switch (shape(of: value), value) {
        case (.granular, .object(let object)):
            tree.children.reserveCapacity(object.count)
            for (name, member) in object { tree.children["f:" + name] = self.member(name).added(member) }
        case (.list(let keys), .array(let entries)):
            for entry in entries { tree.children[key(entry, keys)] = element.added(entry) }
        case (.set, .array(let entries)):
            for entry in entries { tree.children["v:\(entry.text)"] = .leaf }
        default: break
        }
        return tree
    }

    /// Whether both values are descended into: one of them has parts, and the other is nothing or has the same shape.
    private func isBranch(_ old: JSONValue?, _ new: JSONValue?) -> Bool {
        switch (old.isFilled, new.isFilled) {
        case (false, false): return false
        case (true, false): return shape(of: old ?? .null) != .atomic && isNothing(new, as: old)
        case (false, true): return shape(of: new ?? .null) != .atomic && isNothing(old, as: new)
        case (true, true):
            return shape(of: old ?? .null) != .atomic && shape(of: old ?? .null) == shape(of: new ?? .null)
        }
    }

    private func isNothing(_ value: JSONValue?, as other: JSONValue?) -> Bool {
        switch (value, other) {
        case (nil, _), (.some(.null), _), (.some(.object), .some(.object)), (.some(.array), .some(.array)): true
        default: false
        }
    }

    private func mark(_ result: inout FieldComparison, _ old: JSONValue?, _ new: JSONValue?) {
        if new == nil {
            result.removed.isMember = true
        } else {
            result.modified.isMember = true
        }
    }

    private func compareMembers(_ old: JSONValue?, _ new: JSONValue?, _ result: inout FieldComparison) {
        let before = old?.objectValue ?? [:]
        let after = new?.objectValue ?? [:]
        for (name, member) in after {
            let earlier = before[name]
            if earlier == member { continue }
            result.descend("f:" + name, self.member(name).comparison(from: earlier, to: member))
        }
        for (name, member) in before where after[name] == nil {
            result.descend("f:" + name, self.member(name).comparison(from: member, to: nil))
        }
    }

    private func compareEntries(
        _ old: JSONValue?, _ new: JSONValue?, keys: [String], _ result: inout FieldComparison
    ) {
        let before = old?.arrayValue ?? []
        let after = new?.arrayValue ?? []
        let namesBefore = before.map { key($0, keys) }
        let namesAfter = after.map { key($0, keys) }
        for (name, entry) in zip(namesAfter, after) {
            let earlier = namesBefore.firstIndex(of: name).map { before[$0] }
            result.descend(name, element.comparison(from: earlier, to: entry))
        }
        for (name, entry) in zip(namesBefore, before) where !namesAfter.contains(name) {
            result.descend(name, element.comparison(from: entry, to: nil))
        }
    }

    private func compareValues(_ old: JSONValue?, _ new: JSONValue?, _ result: inout FieldComparison) {
        let before = old?.arrayValue ?? []
        let after = new?.arrayValue ?? []
        for entry in after where !before.contains(entry) {
            result.added.children["v:\(entry.text)"] = .leaf
        }
        for entry in before where !after.contains(entry) {
            result.removed.children["v:\(entry.text)"] = .leaf
        }
    }
}

extension JSONValue? {
    /// An object or array with something in it.
    fileprivate var isFilled: Bool {
        switch self {
        case .some(.object(let object)): !object.isEmpty
        case .some(.array(let array)): !array.isEmpty
        case nil, .some(.null), .some(.bool), .some(.number), .some(.string): false
        }
    }
}
