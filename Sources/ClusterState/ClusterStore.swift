package import JSON
package import KubernetesModel
import Synchronization

/// A cluster's state behind a lock, with watchers that wait for changes.
///
/// With a journal nobody learns of a write before it is safe: answers wait for everything they may have seen, and
/// watchers are shown no change that is not committed.
package final class ClusterStore: Sendable {
    struct Guarded {
        var cluster: ClusterState
        /// The version up to which everything is safe and may be known.
        var committed: UInt64
        /// The resources with changes that watchers have not been woken for.
        var uncommitted: Set<ResourceName> = []
        /// Why nothing is answered any more.
        var failure: KubernetesFailure?
        var changeWaiters: [ResourceName: [Int: CheckedContinuation<Void, Never>]] = [:]
        var commitWaiters: [CommitWaiter] = []
        /// By their numbers, told of every commit of changes.
        var listeners: [Int: ChangeListener] = [:]
        var lastNumber = 0
    }

    struct CommitWaiter {
        var version: UInt64
        var continuation: CheckedContinuation<Void, Never>
    }

    /// The most bytes of encoded events that are kept for watchers that have not read them yet.
    package static let lineBytesMax = 16 << 20

    let guarded: Mutex<Guarded>
    let lines = WatchLineCache(bytesMax: ClusterStore.lineBytesMax)
    /// The webhooks there are now.
    let webhooks: Mutex<[Webhook]>
    private let webhookCaller = Mutex<(any WebhookCaller)?>(nil)
    private let timeTexts = Mutex(TimeTexts())
    private let now: @Sendable () -> Timestamp
    private let journal: (any ClusterJournal)?

    /// Serves `cluster`; `now` is asked once per request.
    ///
    /// - Parameter journal: makes writes safe, and says so by `commit(through:)`; without it they are safe at once.
    package init(
        _ cluster: ClusterState, now: @escaping @Sendable () -> Timestamp, journal: (any ClusterJournal)? = nil
    ) {
        var cluster = cluster
        cluster.keepsWritten = true
        webhooks = Mutex(Webhook.all(in: cluster))
        guarded = Mutex(Guarded(cluster: cluster, committed: cluster.currentResourceVersion))
        self.now = now
        self.journal = journal
    }

    /// Has admission webhooks called from now on; before, there are only what the server itself admits.
    package func callWebhooks(by caller: any WebhookCaller) {
        webhookCaller.withLock { $0 = caller }
    }

    /// Handles one request; what it wrote is safe when this returns, and so is what it has read.
    package func answer(_ request: APIRequest) async -> APIResponse {
        guard isReviewed(request), let caller = webhookCaller.withLock({ $0 }) else {
            return await answerAdmitted(request)
        }
        return await answerReviewed(request, caller)
    }

    /// Handles a request that no webhook has to be asked about any more.
    func answerAdmitted(_ request: APIRequest) async -> APIResponse {
        let (response, version) = perform(request)
        guard journal != nil else { return response }
        if let failure = await waitForCommit(through: version) { return APIResponse(failure) }
        return response
    }

    /// Handles one request without waiting until its write is safe: for reads of what need not be safe, and for stores
    /// without a journal, where it is the same as `answer`.
    package func handle(_ request: APIRequest) -> APIResponse { perform(request).response }

    /// The version of the latest write.
    package var currentResourceVersion: UInt64 { guarded.withLock { $0.cluster.currentResourceVersion } }

    /// Whether some resource is served in this version of a group; the group is empty for the core group.
    package func serves(group: String, version: String) -> Bool {
        // Asked with every request, and mostly answered without the lock.
        Registry.hasBuiltIns(group: group, version: version)
            || guarded.withLock { $0.cluster.registry.serves(group: group, version: version) }
    }

    /// A discovery document, or `nil` where nothing is served at `path`.
    package func discovery(path: String, aggregated: Bool = false) -> JSONValue? {
        guarded.withLock { $0.cluster.discovery(path: path, aggregated: aggregated) }
    }

    /// A copy of the state as it is now, for reading; writes after it copy what both share.
    package var snapshot: ClusterState { guarded.withLock { $0.cluster } }

    /// Reads the state while no request is handled.
    package func withState<Value: Sendable>(_ body: (borrowing ClusterState) throws -> Value) rethrows -> Value {
        try guarded.withLock { guarded in try body(guarded.cluster) }
    }

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
        let (definition, selection) = try read { cluster throws(KubernetesFailure) in try cluster.checkedWatch(query) }
        let number = guarded.withLock { $0.makeNumber() }
        return ClusterWatcher(
            query: query, definition: definition, selection: selection, after: version == 0 ? nil : version,
            number: number, store: self)
    }

    /// Events as they happen, until the task is cancelled or the watch falls behind the log (a final `ERROR` event).
    package func watch(
        _ query: WatchQuery, after version: UInt64? = nil
    ) throws(KubernetesFailure) -> AsyncThrowingStream<WatchEvent, any Error> {
        let watcher = try watcher(query, after: version)
        let pending = PendingEvents(watcher)
        return AsyncThrowingStream { await pending.next() }
    }

    /// The bytes of encoded events that are kept now.
    package var keptLineBytes: Int { lines.bytes }

    /// The time now.
    var time: Timestamp { now() }

    /// Reads under the lock, so that no copy of the state is made.
    func read<Value: Sendable>(
        _ body: (borrowing ClusterState) throws(KubernetesFailure) -> Value
    ) throws(KubernetesFailure) -> Value {
        try guarded.withLock { guarded throws(KubernetesFailure) in try body(guarded.cluster) }
    }

    /// Reads under the lock, with the version up to which watchers may be shown changes.
    func readCommitted<Value: Sendable>(
        _ body: (borrowing ClusterState, _ committed: UInt64) throws(KubernetesFailure) -> Value
    ) throws(KubernetesFailure) -> Value {
        try guarded.withLock { guarded throws(KubernetesFailure) in
            if let failure = guarded.failure { throw failure }
            return try body(guarded.cluster, guarded.committed)
        }
    }

    private func perform(_ request: APIRequest) -> (response: APIResponse, version: UInt64) {
        let now = now()
        // Most of the work of a creation, and done while others hold the lock.
        var draft = ObjectDraft(request, now: now, timeText: timeTexts.withLock { $0.text(of: now) })
        let (response, version, woken) = guarded.withLock { guarded in
            if let failure = guarded.failure { return (APIResponse(failure), guarded.committed, Waking()) }
            let response = guarded.cluster.handle(request, drafted: draft.take(), now: now)
            let version = guarded.cluster.currentResourceVersion
            let written = guarded.cluster.takeWritten()
            guard !written.isEmpty else { return (response, version, Waking()) }
            if written.contains(where: { $0.resource.group == Webhook.group }) {
                let present = Webhook.all(in: guarded.cluster)
                webhooks.withLock { $0 = present }
            }
            guarded.uncommitted.formUnion(written.map(\.resource))
            guard let journal else { return (response, version, guarded.commit(through: version)) }
            journal.append(ClusterRecord(written, of: guarded.cluster))
            return (response, version, Waking())
        }
        woken.resume()
        return (response, version)
    }
}
