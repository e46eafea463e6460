/// A dictionary that forgets what has not been used for long: it never holds more than `capacity` values, and always
/// the last `capacity / 2` that were used.
///
/// Two generations: what is used moves to the young one; when that is full it becomes the old one, and the former old
/// one is forgotten.
package struct RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let generationMax: Int

    /// - Parameter capacity: at least 2.
    package init(capacity: Int) {
        precondition(capacity >= 2, "there are two generations of at least one value")
        generationMax = capacity / 2
    }

    /// How many values are held.
    package var count: Int { young.count + old.count }

    /// The value of a key, which counts as a use; setting `nil` forgets it.
    package subscript(key: Key) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard let value = old.removeValue(forKey: key) else { return nil }
            insert(value, key)
            return value
        }
        set {
            old[key] = nil
            if let newValue {
                insert(newValue, key)
            } else {
                young[key] = nil
            }
        }
    }

    private mutating func insert(_ value: Value, _ key: Key) {
        if young[key] == nil, young.count >= generationMax {
            old = young
            young = [:]
            old[key] = nil
        }
        young[key] = value
    }
}
