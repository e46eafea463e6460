import JSON
import KubernetesModel

/// All objects of one resource, in the order of a list: by namespace, then by name.
struct ResourceTable: Sendable {
    private var documents: [ObjectKey: JSONValue] = [:]
    /// The keys of `documents`, ascending.
    private(set) var keys: [ObjectKey] = []
    var log: EventLog

    init(logCapacity: Int) {
        log = EventLog(capacity: logCapacity)
    }

    subscript(key: ObjectKey) -> JSONValue? { documents[key] }

    var count: Int { keys.count }

    /// Puts an object in place of what has its key, and logs the change.
    mutating func store(_ document: JSONValue, at key: ObjectKey, resourceVersion: UInt64) {
        let old = documents.updateValue(document, forKey: key)
        if old == nil { keys.insert(key, at: position(of: key)) }
        log.append(EventLog.Entry(resourceVersion: resourceVersion, key: key, old: old, new: document))
    }

    /// Removes an object; `last` is how watchers see it, with the version of its deletion.
    mutating func remove(_ key: ObjectKey, last: JSONValue, resourceVersion: UInt64) {
        guard documents.removeValue(forKey: key) != nil else { return }
        keys.remove(at: position(of: key))
        log.append(EventLog.Entry(resourceVersion: resourceVersion, key: key, old: last, new: nil))
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
