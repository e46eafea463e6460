import KubernetesModel

/// One container while its pod is on the node.
struct ContainerRun: Sendable {
    enum State: Equatable, Sendable {
        /// Waiting for the image; can go to `starting` or, when the pod is deleted, to `ended`.
        case creating(until: Timestamp)
        /// Its process ended by itself and is started again then; can go to `starting` or `ended`.
        case backingOff(until: Timestamp)
        /// The process runs but does not listen yet; can go to `serving`, `backingOff` or `ended`.
        case starting(startedAt: Timestamp, listensAt: Timestamp)
        /// The process listens, also during its preStop hook; can go to `stopping`, `backingOff` or `ended`.
        case serving(startedAt: Timestamp)
        /// SIGTERM has been sent to a process that listened; can go to `ended`.
        case stopping(startedAt: Timestamp)
        /// The process is gone, or never ran (`startedAt` is `nil`).
        case ended(startedAt: Timestamp?, at: Timestamp, exitCode: Int)
    }

    /// When the container must stop.
    struct Shutdown: Equatable, Sendable {
        /// When the preStop hook is over.
        var signalAt: Timestamp
        /// When the grace period is over.
        var killAt: Timestamp
        /// Whether SIGTERM has been sent.
        var isSignalled = false
    }

    /// How its process ended before it was started again.
    struct FormerRun: Equatable, Sendable {
        var startedAt: Timestamp
        var endedAt: Timestamp
        var exitCode: Int
    }

    let spec: ContainerSpec
    var state: State
    /// How often its process was started again.
    private(set) var restarts = 0
    private(set) var formerRun: FormerRun?
    var shutdown: Shutdown?
    private var startup: ProbeTimer?
    private var readiness: ProbeTimer?

    init(spec: ContainerSpec, runsAt time: Timestamp) {
        self.spec = spec
        state = .creating(until: time)
    }

    /// When its process started; `nil` before that.
    var startedAt: Timestamp? {
        switch state {
        case .creating, .backingOff: nil
        case .starting(let startedAt, _), .serving(let startedAt), .stopping(let startedAt): startedAt
        case .ended(let startedAt, _, _): startedAt
        }
    }

    var isRunning: Bool {
        switch state {
        case .starting, .serving, .stopping: true
        case .creating, .backingOff, .ended: false
        }
    }

    /// Whether its process was ever started.
    var hasRun: Bool { startedAt != nil || formerRun != nil }

    /// When its process ends by itself; `nil` when it does not, or is being stopped.
    var endsAt: Timestamp? {
        guard shutdown == nil, isRunning, let ending = spec.behaviour.ending else { return nil }
        return startedAt?.advanced(by: ending.after)
    }

    /// Whether it has sockets open.
    var isListening: Bool {
        switch state {
        case .serving, .stopping: true
        case .creating, .backingOff, .starting, .ended: false
        }
    }

    var isEnded: Bool {
        if case .ended = state { return true }
        return false
    }

    /// The exit code of an ended container; `nil` before that.
    var exitCode: Int? {
        if case .ended(_, _, let code) = state { return code }
        return nil
    }

    /// Whether its startup probe, if any, has succeeded.
    var isStarted: Bool { isRunning && (startup?.isSuccessful ?? true) }
    /// Running, started, and its readiness probe, if any, says so.
    var isReady: Bool { isStarted && (readiness?.isSuccessful ?? true) }

    mutating func run(now: Timestamp) {
        state = .starting(startedAt: now, listensAt: now.advanced(by: spec.behaviour.startup))
        startup = spec.startupProbe.map { ProbeTimer($0, containerStartedAt: now) }
        readiness = spec.readinessProbe.map { ProbeTimer($0, containerStartedAt: now) }
    }

    /// The process has ended by itself and is to be started again.
    ///
    /// The first time at once, then after ten seconds, then after twice as long each time.
    mutating func backOff(exitCode: Int, now: Timestamp) {
        formerRun = FormerRun(startedAt: startedAt ?? now, endedAt: now, exitCode: exitCode)
        var wait = Duration.zero
        for _ in 0..<min(restarts, 16) { wait = min(max(.seconds(10), wait * 2), Self.backoffMax) }
        restarts += 1
        state = .backingOff(until: now.advanced(by: wait))
    }

    /// The longest wait before a container is started again.
    private static let backoffMax = Duration.seconds(300)

    func dueProbes(now: Timestamp) -> [ProbeSpec] {
        activeTimer.map { $0.isDue(now) ? [$0.spec] : [] } ?? []
    }

    mutating func markSent(_ purpose: ProbeSpec.Purpose, now: Timestamp) {
        switch purpose {
        case .startup: startup?.sent(now: now)
        case .readiness: readiness?.sent(now: now)
        }
    }

    mutating func markFinished(_ purpose: ProbeSpec.Purpose, success: Bool) {
        guard isRunning else { return }
        switch purpose {
        case .startup: startup?.finished(success: success)
        case .readiness: readiness?.finished(success: success)
        }
    }

    /// The next time anything is due; `nil` when nothing is scheduled.
    var nextDue: Timestamp? {
        var times: [Timestamp] = []
        switch state {
        case .creating(let time), .backingOff(let time): times.append(time)
        case .starting(_, let listensAt): times.append(listensAt)
        case .serving, .stopping: break
        case .ended: return nil
        }
        if let endsAt { times.append(endsAt) }
        if let shutdown { times.append(shutdown.isSignalled ? shutdown.killAt : shutdown.signalAt) }
        if let timer = activeTimer, !timer.isInFlight { times.append(timer.nextAt) }
        return times.min()
    }

    /// The probe that runs now: the startup probe until it has succeeded, then the readiness probe.
    private var activeTimer: ProbeTimer? {
        guard isRunning else { return nil }
        if let startup, !startup.isSuccessful { return startup }
        return readiness
    }
}
