package import JSON
package import KubernetesModel
import Synchronization

/// A cluster's state behind a lock, with watchers that wait for changes.
package final class ClusterStore: Sendable {
    private struct Guarded {
        var cluster: ClusterState
        var waiters: [ResourceName: [Int: CheckedContinuation<Void, Never>]] = [:]
        var nextWaiter = 0
    }

    private let guarded: Mutex<Guarded>
    private let now: @Sendable () -> Timestamp

    /// Serves `cluster`; `now` is asked once per request.
    package init(_ cluster: ClusterState, now: @escaping @Sendable () -> Timestamp) {
        guarded = Mutex(Guarded(cluster: cluster))
        self.now = now
    }

    /// Handles one request and wakes the watchers of what it wrote.
    package func handle(_ request: APIRequest) -> APIResponse {
        let (response, woken) = guarded.withLock { guarded in
            let response = guarded.cluster.handle(request, now: now())
            var woken: [CheckedContinuation<Void, Never>] = []
            for name in guarded.cluster.takeChanges() {
                woken += (guarded.waiters.removeValue(forKey: name) ?? [:]).values
            }
            return (response, woken)
        }
        for continuation in woken {
            continuation.resume()
        }
        return response
    }

    /// The version of the latest write.
    package var currentResourceVersion: UInt64 { guarded.withLock { $0.cluster.currentResourceVersion } }

    /// A discovery document, or `nil` where nothing is served at `path`.
    package func discovery(path: String, aggregated: Bool = false) -> JSONValue? {
        guarded.withLock { $0.cluster.discovery(path: path, aggregated: aggregated) }
    }

    /// A copy of the state as it is now, for reading.
    package var snapshot: ClusterState { guarded.withLock { $0.cluster } }

    /// Opens a watch.
    ///
    /// - Parameters:
    ///   - query: what to watch.
    ///   - version: the version after which events are wanted; `nil` or 0 begins with the objects that exist.
    /// - Returns: a watcher that holds a place in the log and no events.
    /// - Throws: 404, 405 or 400 for a query that cannot be served. A version that is too old is told by the first
    ///   event, as on a real server.
    package func watcher(_ query: WatchQuery, after version: UInt64? = nil) throws(KubernetesFailure) -> ClusterWatcher
    {
        let definition = try read { cluster throws(KubernetesFailure) in try cluster.checkedWatch(query) }
        return ClusterWatcher(
            query: query, definition: definition, after: version == 0 ? nil : version, store: self)
    }

    /// Events as they happen, until the task is cancelled or the watch falls behind the log (a final `ERROR` event).
    package func watch(
        _ query: WatchQuery, after version: UInt64? = nil
    ) throws(KubernetesFailure) -> AsyncThrowingStream<WatchEvent, any Error> {
        let watcher = try watcher(query, after: version)
        let pending = PendingEvents(watcher)
        return AsyncThrowingStream { await pending.next() }
    }

    /// The time now.
    var time: Timestamp { now() }

    /// Reads under the lock, so that no copy of the state is made.
    func read<Value: Sendable>(
        _ body: (borrowing ClusterState) throws(KubernetesFailure) -> Value
    ) throws(KubernetesFailure) -> Value {
        try guarded.withLock { guarded throws(KubernetesFailure) in try body(guarded.cluster) }
    }

    /// Suspends until something is written to the query's resource after `version`, or the task is cancelled.
    func waitForChange(_ name: ResourceName, after version: UInt64) async {
        let id = guarded.withLock { guarded in
            guarded.nextWaiter += 1
            return guarded.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = guarded.withLock { guarded in
                    let latest = guarded.cluster.tables[name]?.log.latest ?? 0
                    if latest > version || Task.isCancelled { return true }
                    guarded.waiters[name, default: [:]][id] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let continuation = guarded.withLock { $0.waiters[name]?.removeValue(forKey: id) }
            continuation?.resume()
        }
    }
}
