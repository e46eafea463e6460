import ClusterState
import ControllerRuntime
import KubernetesModel
import Planning

/// One process that runs controllers: its runtime state, how far its watches have come, and what it is working on.
///
/// It does what `ControllerRuntime` does over sockets, in virtual time: a write or a call takes effect when it is sent
/// and is answered after a latency, so that processes interleave between any two effects.
struct SimulatedActor: Sendable {
    private struct Feed {
        var kind: ResourceKind
        /// The version after which events are wanted; `nil` before the first list.
        var version: UInt64?
        /// When the next delivery happens; `nil` while there is nothing to deliver.
        var due: Timestamp?
    }

    /// The name of the process that runs the built-in controllers.
    static let clusterName = "cluster"
    /// The name of the process under test.
    static let weirName = "weir"

    let name: String
    let settings: SimulationSettings
    private let controllers: [any Controller]
    private let kinds: [ResourceKind]
    private(set) var hasSynced = false
    private var feeds: [Feed] = []
    /// Up to where the watches have been looked at.
    private var noticedVersion: UInt64?
    var state: RuntimeState
    var jobs: [ActorJob] = []
    /// Writes and mutating calls that were sent, over all lives of the process.
    var effectsSent = 0
    /// Plans that were made, by controller.
    var plans: [String: Int] = [:]
    /// Crash as soon as so many were sent.
    var crashAfterEffect: Int?
    private let workersMax: Int

    init(name: String, controllers: [any Controller], settings: SimulationSettings) {
        let runtime = RuntimeSettings()
        self.name = name
        self.settings = settings
        self.controllers = controllers
        workersMax = runtime.workers
        state = RuntimeState(controllers: controllers, settings: runtime)
        kinds = state.watchedKinds
        start(at: settings.start)
    }

    /// Forgets everything and begins anew at a time; what was sent stays sent.
    mutating func start(at time: Timestamp) {
        state = RuntimeState(controllers: controllers, settings: RuntimeSettings())
        jobs = []
        feeds = kinds.map { Feed(kind: $0, version: nil, due: time) }
        noticedVersion = nil
        hasSynced = false
    }

    /// When something is to be delivered, planned, sent or answered; `nil` while nothing is.
    mutating func nextDue() -> Timestamp? {
        var earliest: Timestamp?
        func consider(_ time: Timestamp?) {
            guard let time else { return }
            if earliest.map({ time < $0 }) ?? true { earliest = time }
        }
        for feed in feeds { consider(feed.due) }
        for job in jobs { consider(job.due) }
        // Nothing is planned before all kinds have been listed, nor while every worker is busy.
        if hasSynced, jobs.count < workersMax { consider(state.nextDue()) }
        return earliest
    }

    /// Keys to begin with now.
    mutating func takeReady(now: Timestamp) -> [WorkKey] {
        guard hasSynced, jobs.count < workersMax, let due = state.nextDue(), due <= now else { return [] }
        return state.takeReady(now: now)
    }

    /// Schedules deliveries for the watches that are behind.
    mutating func notice(_ cluster: ClusterState, now: Timestamp, using random: inout SimulationRandom) {
        guard noticedVersion != cluster.currentResourceVersion else { return }
        noticedVersion = cluster.currentResourceVersion
        for index in feeds.indices {
            guard feeds[index].due == nil, let version = feeds[index].version else { continue }
            let batch = try? cluster.watchBatch(feeds[index].kind.watchQuery, after: version, limit: 1)
            if let batch, batch.events.isEmpty {
                feeds[index].version = batch.through
            } else {
                feeds[index].due = now.advanced(by: random.duration(in: settings.watchDelay))
            }
        }
    }

    /// Delivers what is due; `true` when something was.
    mutating func deliver(_ cluster: ClusterState, now: Timestamp) -> Bool {
        var hasDelivered = false
        for index in feeds.indices {
            guard let due = feeds[index].due, due <= now else { continue }
            feeds[index].due = nil
            deliver(cluster, feed: index, now: now)
            hasDelivered = true
        }
        guard hasDelivered else { return false }
        noticedVersion = nil
        if !hasSynced { hasSynced = state.cache.isSynced(kinds) }
        return true
    }

    private mutating func deliver(_ cluster: ClusterState, feed index: Int, now: Timestamp) {
        let kind = feeds[index].kind
        let query = kind.watchQuery
        guard let version = feeds[index].version, let batch = try? cluster.watchBatch(query, after: version) else {
            guard let initial = try? cluster.initialEvents(query) else {
                preconditionFailure("the API server serves every kind that is watched, but not \(kind)")
            }
            let list = ObjectList(items: initial.events.map(\.object), resourceVersion: String(initial.through))
            state.replace(kind, with: list, now: now)
            feeds[index].version = initial.through
            return
        }
        for event in batch.events { state.apply(event, kind, now: now) }
        feeds[index].version = batch.through
    }
}
