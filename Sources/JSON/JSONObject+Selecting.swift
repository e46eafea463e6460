extension JSONObject {
    /// The members for which the transformation gives a value, with that value, in no more memory than they need.
    package func compactMapValues(_ transform: (Element) -> JSONValue?) -> JSONObject {
        var kept: [Member] = []
        for member in members {
            guard let value = transform((key: member.key, value: member.value)) else { continue }
            kept.append(Member(key: member.key, value: value))
        }
        var exact: [Member] = []
        exact.reserveCapacity(kept.count)
        exact.append(contentsOf: kept)
        return JSONObject(repeating: exact)
    }
}
