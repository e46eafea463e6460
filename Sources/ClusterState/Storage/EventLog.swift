/// The latest changes of one resource, oldest first, from which watchers read.
///
/// Bounded: the oldest entry goes when a new one finds the log full, and who has not read it must list again.
struct EventLog: Sendable {
    /// The most entries kept.
    let capacity: Int
    /// The version of the newest entry that is no longer here; 0 while nothing was dropped.
    private(set) var droppedThrough: UInt64
    private var entries: [LoggedChange] = []
    private var head = 0

    /// - Parameter droppedThrough: the version at which the log begins; earlier changes are not known.
    init(capacity: Int, droppedThrough: UInt64 = 0) {
        precondition(capacity > 0, "an event log holds at least one event")
        self.capacity = capacity
        self.droppedThrough = droppedThrough
    }

    /// How many entries are kept.
    var count: Int { entries.count }

    mutating func append(_ entry: LoggedChange) {
        guard entries.count == capacity else {
            entries.append(entry)
            return
        }
        droppedThrough = entries[head].resourceVersion
        entries[head] = entry
        head = (head + 1) % capacity
    }

    /// The entries later than `version` and not later than `last`, oldest first; at most `limit`.
    func entries(after version: UInt64, through last: UInt64 = .max, limit: Int) -> [LoggedChange] {
        var found: [LoggedChange] = []
        var position = firstIndex(after: version)
        while position < entries.count, found.count < limit {
            let entry = self[position]
            guard entry.resourceVersion <= last else { break }
            found.append(entry)
            position += 1
        }
        return found
    }

    /// Whether there is an entry later than `version` and not later than `last`.
    func hasEntry(after version: UInt64, through last: UInt64) -> Bool {
        let position = firstIndex(after: version)
        return position < entries.count && self[position].resourceVersion <= last
    }

    /// Whether every change after `version` is still here.
    func reaches(_ version: UInt64) -> Bool { version >= droppedThrough }

    private subscript(position: Int) -> LoggedChange { entries[(head + position) % entries.count] }

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
