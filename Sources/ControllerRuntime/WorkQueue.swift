import HeapModule
package import KubernetesModel

/// Keys waiting to be planned, each at most once, each not before its time, and none twice at the same time.
///
/// A key that is added while it is being worked on waits until that work is finished. Equal times keep the order in
/// which keys were added, so that nobody starves.
package struct WorkQueue<Key: Hashable & Sendable>: Sendable {
    private struct Entry: Comparable {
        var due: Timestamp
        var sequence: UInt64
        var key: Key

        static func < (left: Entry, right: Entry) -> Bool {
            (left.due, left.sequence) < (right.due, right.sequence)
        }

        static func == (left: Entry, right: Entry) -> Bool {
            left.sequence == right.sequence
        }
    }

    private var heap = Heap<Entry>()
    /// The sequence of the entry that counts for each waiting key; other entries in the heap are void.
    private var current: [Key: (due: Timestamp, sequence: UInt64)] = [:]
    private var working: Set<Key> = []
    private var nextSequence: UInt64 = 0
    /// Whether the first entry of the heap counts, as it does until something changes.
    private var hasNoVoid = true

    package init() {}

    /// How many keys wait.
    package var count: Int { current.count }

    /// How many waiting keys are due, and how many are not, of those that `isIncluded`.
    package func counts(now: Timestamp, where isIncluded: (Key) -> Bool) -> (due: Int, later: Int) {
        var counts = (due: 0, later: 0)
        for (key, entry) in current where isIncluded(key) {
            if entry.due <= now { counts.due += 1 } else { counts.later += 1 }
        }
        return counts
    }

    /// How many keys are being worked on, of those that `isIncluded`.
    package func workingCount(where isIncluded: (Key) -> Bool) -> Int {
        working.count(where: isIncluded)
    }

    /// How many keys are being worked on.
    package var workingCount: Int { working.count }

    /// Adds a key, or makes it due earlier; a later time than it already has changes nothing.
    package mutating func add(_ key: Key, at due: Timestamp) {
        if let waiting = current[key], waiting.due <= due { return }
        nextSequence += 1
        current[key] = (due, nextSequence)
        hasNoVoid = false
        if !working.contains(key) {
            heap.insert(Entry(due: due, sequence: nextSequence, key: key))
        }
    }

    /// Takes up to `limit` keys that are due, and marks them as being worked on.
    package mutating func takeReady(now: Timestamp, limit: Int) -> [Key] {
        var taken: [Key] = []
        while taken.count < limit {
            dropVoid()
            guard let first = heap.min, first.due <= now else { break }
            heap.removeMin()
            hasNoVoid = false
            current[first.key] = nil
            working.insert(first.key)
            taken.append(first.key)
        }
        return taken
    }

    /// Ends the work on a key; what was added meanwhile becomes available.
    package mutating func finish(_ key: Key) {
        guard working.remove(key) != nil, let waiting = current[key] else { return }
        heap.insert(Entry(due: waiting.due, sequence: waiting.sequence, key: key))
        hasNoVoid = false
    }

    /// When the next key is due; `nil` when none waits that is not being worked on.
    package mutating func nextDue() -> Timestamp? {
        dropVoid()
        return heap.min?.due
    }

    private mutating func dropVoid() {
        guard !hasNoVoid else { return }
        hasNoVoid = true
        while let first = heap.min, current[first.key]?.sequence != first.sequence || working.contains(first.key) {
            heap.removeMin()
        }
    }
}
