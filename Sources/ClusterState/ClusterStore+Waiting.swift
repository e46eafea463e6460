import KubernetesModel
import Synchronization

/// Makes writes safe, such as by a file.
package protocol ClusterJournal: Sendable {
    /// Takes the record of one write. Records come in the order of their versions, under the store's lock: this must
    /// not block. Once a record is safe, `ClusterStore.commit(through:)` is to be called with its version.
    func append(_ record: ClusterRecord)
}

/// Told of the resources with changes that are safe now; `nil` when every watch is to look, because the store failed.
///
/// Called by whichever thread made the changes safe, with no lock held. It must not block.
package typealias ChangeListener = @Sendable (Set<ResourceName>?) -> Void

/// Tasks that may go on and listeners that are to be told, once the lock is released.
struct Waking: Sendable {
    var continuations: [CheckedContinuation<Void, Never>] = []
    var listeners: [ChangeListener] = []
    var changed: Set<ResourceName>?

    func resume() {
        for listener in listeners { listener(changed) }
        for continuation in continuations { continuation.resume() }
    }
}

extension ClusterStore.Guarded {
    /// A number for a watcher or listener.
    mutating func makeNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    /// Notes that everything up to `version` is safe, and takes out whoever waits for that.
    mutating func commit(through version: UInt64) -> Waking {
        committed = max(committed, version)
        var waking = Waking()
        for name in uncommitted {
            guard let waiters = changeWaiters.removeValue(forKey: name) else { continue }
            waking.continuations += waiters.values
        }
        if !listeners.isEmpty, !uncommitted.isEmpty {
            waking.listeners = Array(listeners.values)
            waking.changed = uncommitted
        }
        if committed >= cluster.currentResourceVersion { uncommitted.removeAll(keepingCapacity: true) }
        takeCommitted(into: &waking)
        return waking
    }

    /// Ends everything that waits.
    mutating func fail(_ failure: KubernetesFailure) -> Waking {
        self.failure = self.failure ?? failure
        var waking = Waking(listeners: Array(listeners.values))
        for waiters in changeWaiters.values { waking.continuations += waiters.values }
        changeWaiters = [:]
        waking.continuations += commitWaiters.map(\.continuation)
        commitWaiters = []
        return waking
    }

    private mutating func takeCommitted(into waking: inout Waking) {
        guard !commitWaiters.isEmpty else { return }
        waking.continuations += commitWaiters.filter { $0.version <= committed }.map(\.continuation)
        commitWaiters.removeAll { $0.version <= committed }
    }
}

extension ClusterStore {
    /// Says that every write up to `version` is safe: answers go out and watchers are shown the changes.
    package func commit(through version: UInt64) {
        guarded.withLock { $0.commit(through: version) }.resume()
    }

    /// Says that writes can no longer be made safe: all that waits and all that comes is answered with 500.
    package func fail(_ reason: String) {
        let failure = KubernetesFailure(
            code: 500, reason: "InternalError", message: "Internal error occurred: \(reason)")
        guarded.withLock { $0.fail(failure) }.resume()
    }

    /// Has `listener` told of every change, from now on until `removeListener` with the number that is returned.
    package func addListener(_ listener: @escaping ChangeListener) -> Int {
        guarded.withLock { guarded in
            let number = guarded.makeNumber()
            guarded.listeners[number] = listener
            return number
        }
    }

    /// Forgets a listener. It may be told once more by a thread that is about to.
    package func removeListener(_ number: Int) {
        guarded.withLock { _ = $0.listeners.removeValue(forKey: number) }
    }

    /// Suspends until everything up to `version` is safe.
    ///
    /// - Returns: why it will not be, if so.
    func waitForCommit(through version: UInt64) async -> KubernetesFailure? {
        let isDue = guarded.withLock { $0.committed >= version || $0.failure != nil }
        if !isDue {
            await withCheckedContinuation { continuation in
                let isDue = guarded.withLock { guarded in
                    if guarded.committed >= version || guarded.failure != nil { return true }
                    guarded.commitWaiters.append(CommitWaiter(version: version, continuation: continuation))
                    return false
                }
                if isDue { continuation.resume() }
            }
        }
        return guarded.withLock { $0.committed >= version ? nil : $0.failure }
    }

    /// Suspends until something written to a resource after `version` is safe, or until the task is cancelled.
    func waitForChange(_ name: ResourceName, after version: UInt64, watcher number: Int) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = guarded.withLock { guarded in
                    let log = guarded.cluster.tables[name]?.log
                    let hasChange = log?.hasEntry(after: version, through: guarded.committed) ?? false
                    if hasChange || guarded.failure != nil || Task.isCancelled { return true }
                    guarded.changeWaiters[name, default: [:]][number] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            let continuation = guarded.withLock { $0.changeWaiters[name]?.removeValue(forKey: number) }
            continuation?.resume()
        }
    }
}
