import JSON
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
        /// As the API shows it.
        var reason: String
    }

    let spec: ContainerSpec
    var state: State
    /// How often its process was started again.
    private(set) var restarts = 0
    private(set) var formerRun: FormerRun?
    /// Whether its next start is counted as a restart, because its process was lost with the node's.
    private var isLost = false
    var shutdown: Shutdown?
    private var startup: ProbeTimer?
    private var readiness: ProbeTimer?

    init(spec: ContainerSpec, runsAt time: Timestamp) {
        self.spec = spec
        state = .creating(until: time)
    }

    /// Goes on with a container that an earlier run of the node had: its process is gone, and is started again where
    /// the restart policy says so.
    ///
    /// - Parameter status: the container's entry in the pod's status.
    init(
        spec: ContainerSpec, runsAt time: Timestamp, resuming status: JSONValue, _ policy: RestartPolicy, now: Timestamp
    ) {
        self.init(spec: spec, runsAt: time)
        restarts = status["restartCount"]?.intValue ?? 0
        formerRun = status.at("lastState", "terminated").map { FormerRun($0, now: now) }
        if let running = status.at("state", "running") {
            let lost = FormerRun(running, now: now, exitCode: Self.lostExitCode, reason: "Unknown")
            resume(lost, policy)
        } else if let terminated = status.at("state", "terminated") {
            resume(FormerRun(terminated, now: now), policy)
        }
    }

    /// What a container runtime reports of a process of which it knows only that it is gone.
    private static let lostExitCode = 255

    private mutating func resume(_ former: FormerRun, _ policy: RestartPolicy) {
        guard policy.restarts(after: former.exitCode) else {
            state = .ended(startedAt: former.startedAt, at: former.endedAt, exitCode: former.exitCode)
            return
        }
        formerRun = former
        isLost = true
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
        if isLost { (restarts, isLost) = (restarts + 1, false) }
        state = .starting(startedAt: now, listensAt: now.advanced(by: spec.behaviour.startup))
        startup = spec.startupProbe.map { ProbeTimer($0, containerStartedAt: now) }
        readiness = spec.readinessProbe.map { ProbeTimer($0, containerStartedAt: now) }
    }

    /// The process has ended by itself and is to be started again.
    ///
    /// The first time at once, then after ten seconds, then after twice as long each time.
    mutating func backOff(exitCode: Int, now: Timestamp) {
        formerRun = FormerRun(
            startedAt: startedAt ?? now, endedAt: now, exitCode: exitCode, reason: FormerRun.reason(of: exitCode))
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

extension ContainerRun.FormerRun {
    /// Why a process ended that reported this code by itself.
    static func reason(of exitCode: Int) -> String { exitCode == 0 ? "Completed" : "Error" }

    /// Reads `terminated` or, with the other parameters, `running` from a container's status.
    init(_ state: JSONValue, now: Timestamp, exitCode: Int? = nil, reason: String? = nil) {
        func time(_ name: String) -> Timestamp? {
            (state[name]?.stringValue).flatMap { Timestamp(parsing: $0) }
        }
        let code = exitCode ?? state["exitCode"]?.intValue ?? 0
        self.init(
            startedAt: time("startedAt") ?? now, endedAt: time("finishedAt") ?? now, exitCode: code,
            reason: reason ?? state["reason"]?.stringValue ?? Self.reason(of: code))
    }
}

/// `spec.restartPolicy` of a pod.
enum RestartPolicy: String, Sendable {
    case always = "Always"
    case onFailure = "OnFailure"
    case never = "Never"

    init(of pod: KubernetesObject) {
        let word = pod.document.at("spec", "restartPolicy")?.stringValue
        self = word.flatMap { RestartPolicy(rawValue: $0) } ?? .always
    }

    /// Whether a container is started again that ended with this code.
    func restarts(after exitCode: Int) -> Bool {
        switch self {
        case .always: true
        case .onFailure: exitCode != 0
        case .never: false
        }
    }
}
