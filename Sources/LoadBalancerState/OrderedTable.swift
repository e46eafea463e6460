/// A dictionary that is walked in the order in which its keys were first inserted.
struct OrderedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private(set) var keys: [Key] = []
    /// In the order of `keys`; `nil` only while a value is being changed.
    private var values: [Value?] = []
    private var places: [Key: Int] = [:]
    /// The keys that were set or removed since they were taken last; `nil` while nobody wants to know.
    private var changed: Set<Key>?
    /// Grows with everything that is set, changed or removed.
    private(set) var revision = 0

    var count: Int { keys.count }

    subscript(key: Key) -> Value? {
        get { places[key].flatMap { values[$0] } }
        set {
            note(key)
            switch (places[key], newValue) {
            case (let place?, let value?): values[place] = value
            case (let place?, nil): remove(at: place)
            case (nil, let value?): append(key, value)
            case (nil, nil): break
            }
        }
        _modify {
            note(key)
            guard let place = places[key] else {
                var value: Value?
                yield &value
                if let value { append(key, value) }
                return
            }
            yield &values[place]
            if values[place] == nil { remove(at: place) }
        }
    }

    /// The values in order.
    var ordered: [Value] { values.compactMap { $0 } }

    /// The keys whose values may have changed since the last call, in no order; the first call begins the noting and
    /// has none.
    mutating func takeChanged() -> Set<Key> {
        defer { changed = [] }
        return changed ?? []
    }

    private mutating func note(_ key: Key) {
        revision += 1
        changed?.insert(key)
    }

    private mutating func append(_ key: Key, _ value: Value) {
        places[key] = keys.count
        keys.append(key)
        values.append(value)
    }

    private mutating func remove(at place: Int) {
        places[keys[place]] = nil
        keys.remove(at: place)
        values.remove(at: place)
        for later in place..<keys.count { places[keys[later]] = later }
    }
}
