import KubernetesModel

/// One container while its pod is on the node.
struct ContainerRun: Sendable {
    enum State: Equatable, Sendable {
        /// Waiting for the image; can go to `starting` or, when the pod is deleted, to `ended`.
        case creating(until: Timestamp)
        /// The process runs but does not listen yet; can go to `serving` or `ended`.
        case starting(startedAt: Timestamp, listensAt: Timestamp)
        /// The process listens, also during its preStop hook; can go to `stopping` or `ended`.
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

    let spec: ContainerSpec
    var state: State
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
        case .creating: nil
        case .starting(let startedAt, _), .serving(let startedAt), .stopping(let startedAt): startedAt
        case .ended(let startedAt, _, _): startedAt
        }
    }

    var isRunning: Bool {
        switch state {
        case .starting, .serving, .stopping: true
        case .creating, .ended: false
        }
    }

    /// Whether it has sockets open.
    var isListening: Bool {
        switch state {
        case .serving, .stopping: true
        case .creating, .starting, .ended: false
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
        case .creating(let time): times.append(time)
        case .starting(_, let listensAt): times.append(listensAt)
        case .serving, .stopping: break
        case .ended: return nil
        }
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
