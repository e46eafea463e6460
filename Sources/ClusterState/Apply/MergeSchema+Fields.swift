import JSON

extension MergeSchema {
    /// The fields that an applied value sets.
    ///
    /// Objects are in the set only when they are empty or entries of a map or list; what a type names belongs to
    /// whoever sets something in it.
    func fields(of value: JSONValue) -> FieldTree {
        var tree = FieldTree()
        switch (shape(of: value), value) {
        case (.granular, .object(let object)):
            for (name, member) in object {
                var fields = self.member(name).fields(of: member)
                if member.isNull || member == [:] || !isNamed(name) { fields.isMember = true }
                if !fields.isEmpty { tree.children["f:\(name)"] = fields }
            }
        case (.list(let keys), .array(let entries)):
            for entry in entries {
                var fields = element.fields(of: entry)
                fields.isMember = true
                tree.children[key(entry, keys)] = fields
            }
        case (.set, .array(let entries)):
            for entry in entries {
                tree.children["v:\(entry.text)"] = .leaf
            }
        default: return .leaf
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
                let name = key(entry, keys)
                if let position = result.firstIndex(where: { key($0, keys) == name }) {
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

    /// `tree` with the objects that types name and that hold a member, so that an object whose last field goes can go
    /// with it.
    func includingParents(_ tree: FieldTree) -> FieldTree {
        var result = FieldTree(isMember: tree.isMember)
        for (key, child) in tree.children {
            let isField = key.hasPrefix("f:")
            let name = String(key.dropFirst(2))
            var descended = (isField ? member(name) : element).includingParents(child)
            if isField, !child.children.isEmpty, isNamed(name) { descended.isMember = true }
            result.children[key] = descended
        }
        return result
    }

    /// `value` without the fields of `gone`; lists that become empty go with their last entry.
    func removing(_ gone: FieldTree, from value: JSONValue) -> JSONValue? {
        if gone.isMember { return nil }
        if gone.children.isEmpty { return value }
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
                guard let child = gone.children[key(entry, keys)] else { return entry }
                return element.removing(child, from: entry)
            }
            return rest.isEmpty ? JSONValue?.none : .array(rest)
        case (.set, .array(let entries)):
            let rest = entries.filter { gone.children["v:\($0.text)"] == nil }
            return rest.isEmpty ? JSONValue?.none : .array(rest)
        default: return value
        }
    }

    /// How a list entry is named in a set of fields: `k:{"name":"web"}`.
    func key(_ entry: JSONValue, _ keys: [String]) -> String {
        "k:\(JSONValue.object(identity(entry, keys: keys)).text)"
    }
}
