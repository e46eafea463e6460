import JSON

extension MergeSchema {
    /// The fields that a value sets.
    func fields(of value: JSONValue) -> FieldTree {
        var tree = FieldTree()
        switch (shape(of: value), value) {
        case (.granular, .object(let object)):
            guard !object.isEmpty else { return .leaf }
            for (name, member) in object {
                tree.children["f:\(name)"] = self.member(name).fields(of: member)
            }
        case (.list(let keys), .array(let entries)):
            guard !entries.isEmpty else { return .leaf }
            for entry in entries {
                var fields = element.fields(of: entry)
                fields.isMember = true
                tree.children[Self.key(entry, keys)] = fields
            }
        case (.set, .array(let entries)):
            guard !entries.isEmpty else { return .leaf }
            for entry in entries {
                tree.children["v:\(entry.text)"] = .leaf
            }
        default: return .leaf
        }
        return tree
    }

    /// The fields of `new` that are not in `old` or have another value there.
    func changes(from old: JSONValue?, to new: JSONValue) -> FieldTree {
        guard let old else { return fields(of: new) }
        if old == new { return FieldTree() }
        var tree = FieldTree()
        switch (shape(of: new), old, new) {
        case (.granular, .object(let before), .object(let after)):
            for (name, member) in after {
                let changed = self.member(name).changes(from: before[name], to: member)
                if !changed.isEmpty { tree.children["f:\(name)"] = changed }
            }
        case (.list(let keys), .array(let before), .array(let after)):
            for entry in after {
                let key = Self.key(entry, keys)
                let counterpart = before.first { Self.key($0, keys) == key }
                var changed = element.changes(from: counterpart, to: entry)
                if counterpart == nil { changed.isMember = true }
                if !changed.isEmpty { tree.children[key] = changed }
            }
        case (.set, .array(let before), .array(let after)):
            for entry in after where !before.contains(entry) {
                tree.children["v:\(entry.text)"] = .leaf
            }
        default: return fields(of: new)
        }
        return tree
    }

    /// `live` with everything that `applied` sets.
    func merged(_ live: JSONValue?, _ applied: JSONValue) -> JSONValue {
        switch (shape(of: applied), live, applied) {
        case (.granular, .some(.object(let before)), .object(let after)):
            var result = before
            for (name, member) in after {
                result[name] = self.member(name).merged(before[name], member)
            }
            return .object(result)
        case (.list(let keys), .some(.array(let before)), .array(let after)):
            var result = before
            for entry in after {
                let key = Self.key(entry, keys)
                if let position = result.firstIndex(where: { Self.key($0, keys) == key }) {
                    result[position] = element.merged(result[position], entry)
                } else {
                    result.append(entry)
                }
            }
            return .array(result)
        case (.set, .some(.array(let before)), .array(let after)):
            return .array(before + after.filter { !before.contains($0) })
        default: return applied
        }
    }

    /// `value` without the fields of `gone`; objects and lists that become empty go with their last field.
    func removing(_ gone: FieldTree, from value: JSONValue) -> JSONValue? {
        if gone.children.isEmpty { return gone.isMember ? JSONValue?.none : value }
        switch (shape(of: value), value) {
        case (.granular, .object(let object)):
            var result = JSONObject()
            for (name, member) in object {
                guard let child = gone.children["f:\(name)"] else {
                    result[name] = member
                    continue
                }
                result[name] = self.member(name).removing(child, from: member)
            }
            return result.isEmpty && !object.isEmpty ? JSONValue?.none : .object(result)
        case (.list(let keys), .array(let entries)):
            let rest = entries.compactMap { entry -> JSONValue? in
                guard let child = gone.children[Self.key(entry, keys)] else { return entry }
                return child.isMember ? JSONValue?.none : element.removing(child, from: entry)
            }
            return rest.isEmpty ? JSONValue?.none : .array(rest)
        case (.set, .array(let entries)):
            let rest = entries.filter { gone.children["v:\($0.text)"] == nil }
            return rest.isEmpty ? JSONValue?.none : .array(rest)
        default: return gone.isMember ? JSONValue?.none : value
        }
    }

    private static func key(_ entry: JSONValue, _ keys: [String]) -> String {
        "k:\(JSONValue.object(identity(entry, keys: keys)).text)"
    }
}
