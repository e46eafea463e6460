import JSON
import KubernetesModel

/// All objects of one resource, in the order of a list: by namespace, then by name.
struct ResourceTable: Sendable {
    private var documents: [ObjectKey: JSONValue] = [:]
    /// The keys of `documents`, ascending.
    private(set) var keys: [ObjectKey] = []
    var log: EventLog

    /// - Parameter logBeginning: the version before which changes are not known.
    init(logCapacity: Int, logBeginning: UInt64 = 0) {
        log = EventLog(capacity: logCapacity, droppedThrough: logBeginning)
    }

    subscript(key: ObjectKey) -> JSONValue? { documents[key] }

    var count: Int { keys.count }

    /// Puts an object in place of what has its key, and logs the change.
    @discardableResult
    mutating func store(_ document: JSONValue, at key: ObjectKey, resourceVersion: UInt64) -> LoggedChange {
        let old = documents.updateValue(document, forKey: key)
        if old == nil { insert(key) }
        let change = LoggedChange(resourceVersion: resourceVersion, key: key, old: old, new: document)
        log.append(change)
        return change
    }

    /// Removes an object; `last` is how watchers see it, with the version of its deletion.
    @discardableResult
    mutating func remove(_ key: ObjectKey, last: JSONValue, resourceVersion: UInt64) -> LoggedChange? {
        guard documents.removeValue(forKey: key) != nil else { return nil }
        keys.remove(at: position(of: key))
        let change = LoggedChange(resourceVersion: resourceVersion, key: key, old: last, new: nil)
        log.append(change)
        return change
    }

    /// Puts an object there that has been there before the log begins.
    mutating func restore(_ document: JSONValue, at key: ObjectKey) {
        if documents.updateValue(document, forKey: key) == nil { insert(key) }
    }

    private mutating func insert(_ key: ObjectKey) {
        if let last = keys.last, key < last {
            keys.insert(key, at: position(of: key))
        } else {
            keys.append(key)
        }
    }

    /// The keys in one namespace, or all where `namespace` is empty, ascending.
    func keys(inNamespace namespace: String) -> ArraySlice<ObjectKey> {
        guard !namespace.isEmpty else { return keys[...] }
        let first = position(of: ObjectKey(namespace: namespace, name: ""))
        var end = first
        while end < keys.count, keys[end].namespace == namespace { end += 1 }
        return keys[first..<end]
    }

    /// Where `key` stands or would stand in `keys`.
    private func position(of key: ObjectKey) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
