import JSON
package import KubernetesModel
import Synchronization

/// One watch: a place in the event log, read in batches.
///
/// It holds no events, so a slow reader costs nothing until it falls behind the log; then it is told so by a last
/// `ERROR` event with a 410 `Status`, as a real server does, and is finished.
package final class ClusterWatcher: Sendable {
    private enum Phase {
        /// The objects that exist are to be sent first.
        case initial
        case following(UInt64)
        case finished
    }

    private struct Progress {
        var phase: Phase
        var hasSentColumns = false
    }

    private let query: WatchQuery
    /// What was served when the watch began.
    private let definition: ResourceDefinition
    private let store: ClusterStore
    private let progress: Mutex<Progress>

    init(query: WatchQuery, definition: ResourceDefinition, after version: UInt64?, store: ClusterStore) {
        self.query = query
        self.definition = definition
        self.store = store
        let phase = version.map { query.sendInitialEvents ? Phase.initial : .following($0) } ?? .initial
        progress = Mutex(Progress(phase: phase))
    }

    /// The next events, at least one; empty when the task was cancelled or the watch is finished.
    ///
    /// Not to be called by two tasks at once.
    package func next() async -> [WatchEvent] {
        while !Task.isCancelled {
            let events = ready()
            if !events.isEmpty { return events }
            guard case .following(let version) = progress.withLock({ $0.phase }) else { return [] }
            await store.waitForChange(definition.storage, after: version)
        }
        return []
    }

    /// The events that can be had without waiting; empty when there are none.
    package func ready() -> [WatchEvent] {
        let phase = progress.withLock { $0.phase }
        do {
            let batch: WatchBatch
            switch phase {
            case .finished: return []
            case .initial:
                batch = try store.read { cluster throws(KubernetesFailure) in
                    var batch = try cluster.initialEvents(query)
                    if query.sendInitialEvents {
                        batch.events.append(cluster.bookmark(query, at: batch.through, endsInitialEvents: true))
                    }
                    return batch
                }
            case .following(let version):
                batch = try store.read { cluster throws(KubernetesFailure) in
                    try cluster.watchBatch(query, after: version)
                }
            }
            progress.withLock { $0.phase = .following(batch.through) }
            return represented(batch.events)
        } catch {
            return fail(error)
        }
    }

    /// A bookmark of how far this watch has read, or `nil` while events wait to be read first.
    package func bookmark() -> WatchEvent? {
        guard case .following(let version) = progress.withLock({ $0.phase }) else { return nil }
        do {
            let found = try store.read { cluster throws(KubernetesFailure) -> (WatchEvent, UInt64)? in
                let batch = try cluster.watchBatch(query, after: version)
                guard batch.events.isEmpty else { return nil }
                return (cluster.bookmark(query, at: batch.through), batch.through)
            }
            guard let (event, through) = found else { return nil }
            progress.withLock { $0.phase = .following(through) }
            return represented([event]).first
        } catch {
            return nil
        }
    }

    private func fail(_ failure: KubernetesFailure) -> [WatchEvent] {
        progress.withLock { $0.phase = .finished }
        return [WatchEvent(.error, KubernetesObject(failure.status))]
    }

    private func represented(_ events: [WatchEvent]) -> [WatchEvent] {
        guard query.representation != .object else { return events }
        return events.map { event in
            let withColumns = progress.withLock { progress in
                defer { progress.hasSentColumns = true }
                return !progress.hasSentColumns
            }
            return definition.represented(event, query.representation, withColumns: withColumns, now: store.time)
        }
    }
}

/// A watcher's events one at a time.
final class PendingEvents: Sendable {
    private let watcher: ClusterWatcher
    /// Last first, so that taking one is cheap.
    private let pending = Mutex<[WatchEvent]>([])

    init(_ watcher: ClusterWatcher) {
        self.watcher = watcher
    }

    /// The next event; `nil` when the watch is over.
    func next() async -> WatchEvent? {
        if let event = pending.withLock({ $0.popLast() }) { return event }
        let events = await watcher.next()
        pending.withLock { $0 = events.reversed() }
        return pending.withLock { $0.popLast() }
    }
}
