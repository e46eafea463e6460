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

    /// What is next for the watcher's reader.
    private enum Part {
        case initial(WatchBatch)
        case changes([LoggedChange], through: UInt64)
        case failure(KubernetesFailure)
        case nothing
    }

    let query: WatchQuery
    /// What was served when the watch began.
    private let definition: ResourceDefinition
    /// What clients are to be told about the version they use; `nil` when it is current.
    package var deprecationWarning: String? { definition.custom?.deprecationWarning }
    private let selection: Selection
    private let number: Int
    private let store: ClusterStore
    private let progress: Mutex<Progress>

    init(
        query: WatchQuery, definition: ResourceDefinition, selection: Selection, after version: UInt64?, number: Int,
        store: ClusterStore
    ) {
        self.query = query
        self.definition = definition
        self.selection = selection
        self.number = number
        self.store = store
        let phase = version.map { query.sendInitialEvents ? Phase.initial : .following($0) } ?? .initial
        progress = Mutex(Progress(phase: phase))
    }

    /// The resource that is watched.
    package var resource: ResourceName { definition.storage }

    /// The next events, at least one; empty when the task was cancelled or the watch is finished.
    ///
    /// Not to be called by two tasks at once.
    package func next() async -> [WatchEvent] {
        while let part = await nextPart() {
            guard case .nothing = part else {
                let events = events(of: part)
                if events.isEmpty { continue }
                return events
            }
            return []
        }
        return []
    }

    /// The events with which the watch begins; empty where it does not begin with the objects that exist, or there
    /// are none. To be called before anything else, if at all.
    package func initialEvents() async -> [WatchEvent] {
        guard case .initial = progress.withLock({ $0.phase }), let part = await nextPart() else { return [] }
        return events(of: part)
    }

    /// The events that can be read now, perhaps none; for a watch that is past its initial events.
    package func readyEvents() -> [WatchEvent] { events(of: readyPart()) }

    /// Whether the last event has been handed out.
    package var isFinished: Bool {
        progress.withLock { progress in
            if case .finished = progress.phase { true } else { false }
        }
    }

    /// A bookmark of how far this watch has read, or `nil` while events wait to be read first.
    package func bookmark() -> WatchEvent? {
        guard case .changes(let changes, let through) = readyPart(),
            !changes.contains(where: { selection.kind(of: $0, inNamespace: query.namespace) != nil })
        else { return nil }
        follow(through)
        let event = store.withState { $0.bookmark(query, at: through) }
        return represented([event]).first
    }
}

extension ClusterWatcher {
    /// What there is to read, after waiting for it; `nil` when the task is cancelled.
    private func nextPart() async -> Part? {
        while !Task.isCancelled {
            let part = readyPart()
            switch part {
            case .failure, .nothing: return part
            case .initial(let batch):
                let failure = await store.waitForCommit(through: batch.through)
                return failure.map { .failure($0) } ?? part
            case .changes(let changes, let through):
                if !changes.isEmpty { return part }
                follow(through)
                await store.waitForChange(definition.storage, after: through, watcher: number)
            }
        }
        return nil
    }

    /// What can be read without waiting. Nothing is noted as read.
    private func readyPart() -> Part {
        do throws(KubernetesFailure) {
            switch progress.withLock({ $0.phase }) {
            case .finished: return .nothing
            case .initial: return .initial(try initialBatch())
            case .following(let version):
                let found = try store.readCommitted { cluster, committed throws(KubernetesFailure) in
                    try cluster.changes(
                        query, after: version, through: committed, limit: ClusterState.watchBatchMax)
                }
                return .changes(found.changes, through: found.through)
            }
        } catch {
            return .failure(error)
        }
    }

    private func initialBatch() throws(KubernetesFailure) -> WatchBatch {
        return try store.read { cluster throws(KubernetesFailure) in
            var batch = try cluster.initialEvents(query)
            if query.sendInitialEvents {
                batch.events.append(cluster.bookmark(query, at: batch.through, endsInitialEvents: true))
            }
            return batch
        }
    }

    /// Notes that everything up to `version` has been read.
    func follow(_ version: UInt64) {
        progress.withLock { $0.phase = .following(version) }
    }

    private func fail(_ failure: KubernetesFailure) -> [WatchEvent] {
        progress.withLock { $0.phase = .finished }
        return [WatchEvent(.error, KubernetesObject(failure.status))]
    }
}

extension ClusterWatcher {
    private func events(of part: Part) -> [WatchEvent] {
        switch part {
        case .nothing: return []
        case .failure(let failure): return fail(failure)
        case .initial(let batch):
            follow(batch.through)
            return represented(batch.events)
        case .changes(let changes, let through):
            follow(through)
            return represented(changes.compactMap(event))
        }
    }

    private func event(_ change: LoggedChange) -> WatchEvent? {
        guard let kind = selection.kind(of: change, inNamespace: query.namespace) else { return nil }
        return WatchEvent(kind, KubernetesObject(definition.served(change.document(kind))))
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

    /// The version up to which the watch has been read; `nil` before its initial events and after its end.
    var position: UInt64? {
        progress.withLock { progress in
            if case .following(let version) = progress.phase { version } else { nil }
        }
    }

    /// The lines that can be read now, of as many changes as come to `bytesMax`; none after the end.
    ///
    /// - Returns: also the version up to which that is, `nil` at the end; nothing is noted as read but the end.
    func readyLines(bytesMax: Int) -> (bytes: [UInt8], through: UInt64?) {
        switch readyPart() {
        case .nothing, .initial: return ([], nil)
        case .failure(let failure): return (fail(failure).flatMap(Self.line), nil)
        case .changes(let changes, let through):
            var bytes: [UInt8] = []
            for change in changes {
                guard let kind = selection.kind(of: change, inNamespace: query.namespace) else { continue }
                bytes += line(change, kind)
                if bytes.count >= bytesMax { return (bytes, change.resourceVersion) }
            }
            return (bytes, through)
        }
    }

    private func line(_ change: LoggedChange, _ kind: WatchEvent.Kind) -> [UInt8] {
        let form = LoggedChange.Form(
            kind: kind, apiVersion: definition.apiVersion, isMetadata: query.representation == .metadata)
        return store.lines.line(of: change, form) {
            let event = WatchEvent(kind, KubernetesObject(definition.served(change.document(kind))))
            return Self.line(represented([event])[0])
        }
    }

    private static func line(_ event: WatchEvent) -> [UInt8] {
        var bytes = event.document.serialized()
        bytes.append(UInt8(ascii: "\n"))
        return bytes
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
