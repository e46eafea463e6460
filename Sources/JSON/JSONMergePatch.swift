extension JSONValue {
    /// This document after a merge patch: objects are merged member by member, `null` removes a member, anything else
    /// replaces what was there. Source: RFC 7396 section 2.
    package func applyingMergePatch(_ patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = objectValue ?? JSONObject()
        for (key, change) in changes {
            if change.isNull {
                result.removeValue(forKey: key)
            } else {
                result[key] = (result[key] ?? .null).applyingMergePatch(change)
            }
        }
        return .object(result)
    }

    /// The smallest merge patch that makes the second document out of the first, `{}` when they are equal.
    ///
    /// A merge patch cannot set a member to `null`: where the second document has such a member and the first has not
    /// the same, applying the result leaves the member out. Members come in the order of the second document, the
    /// removals after them in the order of the first.
    package static func mergePatch(from old: JSONValue, to new: JSONValue) -> JSONValue {
        guard case .object(let new) = new else { return new }
        guard case .object(let old) = old else { return .object(new) }
        var patch = JSONObject()
        for (key, value) in new {
            guard let before = old[key] else {
                patch[key] = value
                continue
            }
            if before == value { continue }
            patch[key] = mergePatch(from: before, to: value)
        }
        for (key, _) in old where new[key] == nil { patch[key] = .null }
        return .object(patch)
    }
}
