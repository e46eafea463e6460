import JSON
import KubernetesModel

/// The latest changes of one resource, oldest first, from which watchers read.
///
/// Bounded: the oldest entry goes when a new one finds the log full, and who has not read it must list again.
struct EventLog: Sendable {
    /// One change of one object.
    struct Entry: Sendable {
        var resourceVersion: UInt64
        var key: ObjectKey
        /// The object before; `nil` when it was created.
        var old: JSONValue?
        /// The object after; `nil` when it was deleted.
        var new: JSONValue?
    }

    /// The most entries kept.
    let capacity: Int
    /// The version of the newest entry that is no longer here; 0 while nothing was dropped.
    private(set) var droppedThrough: UInt64 = 0
    private var entries: [Entry] = []
    private var head = 0

    init(capacity: Int) {
        precondition(capacity > 0, "an event log holds at least one event")
        self.capacity = capacity
    }

    /// How many entries are kept.
    var count: Int { entries.count }

    /// The version of the newest entry; 0 while there is none.
    var latest: UInt64 { entries.isEmpty ? 0 : self[entries.count - 1].resourceVersion }

    mutating func append(_ entry: Entry) {
        guard entries.count == capacity else {
            entries.append(entry)
            return
        }
        droppedThrough = entries[head].resourceVersion
        entries[head] = entry
        head = (head + 1) % capacity
    }

    /// The entries later than `version`, oldest first; at most `limit`.
    func entries(after version: UInt64, limit: Int) -> ArraySlice<Entry> {
        let first = firstIndex(after: version)
        return ArraySlice((first..<min(entries.count, first + limit)).map { self[$0] })
    }

    /// Whether every change after `version` is still here.
    func reaches(_ version: UInt64) -> Bool { version >= droppedThrough }

    private subscript(position: Int) -> Entry { entries[(head + position) % entries.count] }

    private func firstIndex(after version: UInt64) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if self[middle].resourceVersion <= version { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
