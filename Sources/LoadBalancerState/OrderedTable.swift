/// A dictionary that is walked in the order in which its keys were first inserted.
struct OrderedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private(set) var keys: [Key] = []
    private var values: [Key: Value] = [:]
    /// The keys that were set or removed since they were taken last; `nil` while nobody wants to know.
    private var changed: Set<Key>?

    var count: Int { keys.count }

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            changed?.insert(key)
            if let newValue {
                if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
            } else if values.removeValue(forKey: key) != nil {
                keys.removeAll { $0 == key }
            }
        }
        _modify {
            changed?.insert(key)
            let existed = values[key] != nil
            yield &values[key]
            let exists = values[key] != nil
            if exists, !existed { keys.append(key) }
            if existed, !exists { keys.removeAll { $0 == key } }
        }
    }

    /// The values in order.
    var ordered: [Value] { keys.compactMap { values[$0] } }

    /// The keys whose values may have changed since the last call, in no order; the first call begins the noting and
    /// has none.
    mutating func takeChanged() -> Set<Key> {
        defer { changed = [] }
        return changed ?? []
    }
}
