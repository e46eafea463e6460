import ClusterState
import ControllerRuntime
import KubernetesModel
import Planning

/// One process that runs controllers: its runtime state, how far its watches have come, and what it is working on.
///
/// It does what `ControllerRuntime` does over sockets, in virtual time: a write or a call takes effect when it is sent
/// and is answered after a latency, so that processes interleave between any two effects.
struct SimulatedActor: Sendable {
    struct Feed {
        let kind: ResourceKind
        let query: WatchQuery
        /// The version after which the watch began.
        var beginning: UInt64 = 0
        /// The version after which events are wanted; `nil` before the first list.
        var version: UInt64?
        /// When the next delivery happens; `nil` while there is nothing to deliver.
        var due: Timestamp?
        /// Nothing is delivered before.
        var stalledUntil: Timestamp?
        /// Until then events are passed over; then the kind is listed anew.
        var losesUntil: Timestamp?

        init(_ kind: ResourceKind, due: Timestamp) {
            self.kind = kind
            self.due = due
            query = kind.watchQuery
        }
    }

    /// The name of the process that runs the built-in controllers.
    static let clusterName = "cluster"
    /// The name of the process under test.
    static let weirName = "weir"
    /// The name of the process of the Ingress controller, where it has one.
    static let ingressName = "ingress-controller"
    /// The name of people in the trace.
    static let personName = "person"
    /// The longest delay of a delivery while kinds overtake each other.
    private static let shuffledDelay = Duration.seconds(3)

    let name: String
    let settings: SimulationSettings
    private let controllers: [any Controller]
    private let kinds: [ResourceKind]
    private(set) var hasSynced = false
    var feeds: [Feed] = []
    /// Until when deliveries of different kinds overtake each other.
    var shufflesUntil: Timestamp?
    /// Whether it only watches.
    var isStandby = false
    /// By how much its clock is ahead.
    var skew = Duration.zero
    /// Nothing is done before.
    private(set) var startsAt: Timestamp
    /// Up to where the watches have been looked at.
    private var noticedVersion: UInt64?
    var state: RuntimeState
    var jobs: [ActorJob] = []
    var reads: [ActorRead] = []
    /// What it may ask of AWS.
    var budget: CallBudget
    /// Writes and mutating calls that were sent, over all lives of the process.
    var effectsSent = 0
    /// Plans that were made, by controller.
    var plans: [String: Int] = [:]
    /// The newest plan of each of Weir's keys.
    var lastPlans: [WorkKey: Plan] = [:]
    /// Crash as soon as so many were sent.
    var crashAfterEffect: Int?
    private let workersMax: Int

    init(name: String, controllers: [any Controller], settings: SimulationSettings) {
        let runtime = RuntimeSettings()
        self.name = name
        self.settings = settings
        self.controllers = controllers
        workersMax = runtime.workers
        startsAt = settings.start
        budget = Self.freshBudget(settings)
        state = RuntimeState(controllers: controllers, settings: runtime)
        kinds = state.watchedKinds
        start(at: settings.start)
    }

    private static func freshBudget(_ settings: SimulationSettings) -> CallBudget {
        settings.pacesCalls ? CallBudget() : .unlimited
    }

    /// Forgets everything and begins anew at a time; what was sent stays sent.
    mutating func start(at time: Timestamp) {
        state = RuntimeState(controllers: controllers, settings: RuntimeSettings())
        (jobs, reads) = ([], [])
        budget = Self.freshBudget(settings)
        startsAt = time
        lastPlans = [:]
        shufflesUntil = nil
        feeds = kinds.map { Feed($0, due: time) }
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
        for read in reads { consider(read.due) }
        // Nothing is planned before all kinds have been listed, nor while every worker is busy.
        if hasSynced, !isStandby, jobs.count < workersMax {
            consider(state.nextDue().map { max(startsAt, $0.advanced(by: .zero - skew)) })
        }
        return earliest
    }

    /// Keys to begin with now.
    mutating func takeReady(now: Timestamp) -> [WorkKey] {
        guard hasSynced, !isStandby, startsAt <= now, jobs.count < workersMax, let due = state.nextDue(),
            due <= local(now)
        else { return [] }
        return state.takeReady(now: local(now))
    }

    /// What the clock of the process says.
    func local(_ now: Timestamp) -> Timestamp { now.advanced(by: skew) }

    /// Ends what is under way and only watches from now on.
    mutating func stepDown() {
        isStandby = true
        (jobs, reads) = ([], [])
    }

    /// Leads from a time on, with what it has heard so far.
    mutating func lead(from time: Timestamp) {
        isStandby = false
        startsAt = time
    }

    /// Schedules deliveries for the watches that are behind.
    mutating func notice(_ cluster: ClusterState, now: Timestamp, using random: inout SimulationRandom) {
        guard noticedVersion != cluster.currentResourceVersion else { return }
        noticedVersion = cluster.currentResourceVersion
        for index in feeds.indices {
            guard feeds[index].due == nil, let version = feeds[index].version else { continue }
            if !cluster.hasNews(feeds[index].query, after: version) {
                feeds[index].version = cluster.currentResourceVersion
            } else {
                let isShuffled = shufflesUntil.map { now < $0 } ?? false
                let range = isShuffled ? .zero...Self.shuffledDelay : settings.watchDelay
                let due = now.advanced(by: random.duration(in: range))
                feeds[index].due = max(due, feeds[index].stalledUntil ?? due)
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
        if let end = feeds[index].losesUntil {
            if end <= now {
                feeds[index].losesUntil = nil
                feeds[index].version = nil
            }
        }
        let query = feeds[index].query
        guard let version = feeds[index].version, let batch = try? cluster.watchBatch(query, after: version) else {
            guard let initial = try? cluster.initialEvents(query) else {
                preconditionFailure("the API server serves every kind that is watched, but not \(kind)")
            }
            let list = ObjectList(items: initial.events.map(\.object), resourceVersion: String(initial.through))
            state.replace(kind, with: list, now: local(now))
            feeds[index].version = initial.through
            feeds[index].beginning = initial.through
            return
        }
        for event in batch.events where feeds[index].losesUntil == nil || !Self.isPassedOver(event.object) {
            state.apply(event, kind, now: local(now))
        }
        feeds[index].version = batch.through
        if let end = feeds[index].losesUntil { feeds[index].due = end }
    }
}

/// What happens to the watches of a process.
extension SimulatedActor {
    /// Disturbs the watch of one kind.
    mutating func disturb(_ kind: ResourceKind, _ disturbance: WatchDisturbance, now: Timestamp) {
        if case .shuffle(let duration) = disturbance { shufflesUntil = now.advanced(by: duration) }
        guard let index = feeds.firstIndex(where: { $0.kind == kind }), feeds[index].version != nil else { return }
        switch disturbance {
        case .stall(let duration):
            let end = now.advanced(by: duration)
            feeds[index].stalledUntil = end
            if let due = feeds[index].due { feeds[index].due = max(due, end) }
        case .lose(let duration):
            let end = now.advanced(by: duration)
            feeds[index].losesUntil = end
            feeds[index].due = feeds[index].due ?? end
        case .replay:
            feeds[index].version = feeds[index].beginning
            feeds[index].due = now.advanced(by: .milliseconds(50))
        case .shuffle: break
        }
    }

    /// Whether a watch that loses events loses those of an object: of about every other one.
    private static func isPassedOver(_ object: KubernetesObject) -> Bool {
        object.uid.utf8.reduce(0) { $0 &+ Int($1) } % 2 == 0
    }
}
