/// A dictionary that is walked in the order in which its keys were first inserted.
struct OrderedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private(set) var keys: [Key] = []
    private var values: [Key: Value] = [:]

    var count: Int { keys.count }

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            if let newValue {
                if values.updateValue(newValue, forKey: key) == nil { keys.append(key) }
            } else if values.removeValue(forKey: key) != nil {
                keys.removeAll { $0 == key }
            }
        }
        _modify {
            let existed = values[key] != nil
            yield &values[key]
            let exists = values[key] != nil
            if exists, !existed { keys.append(key) }
            if existed, !exists { keys.removeAll { $0 == key } }
        }
    }

    /// The values in order.
    var ordered: [Value] { keys.compactMap { values[$0] } }
}
