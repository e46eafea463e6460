import JSON
package import KubernetesModel

/// One pod on its node, as a state machine: what a kubelet does with it, without sockets and clocks.
///
/// ```
/// creating ─▶ starting (running, not listening) ─▶ serving ─▶ [preStop] ─▶ stopping (SIGTERM) ─▶ ended ─▶ removed
///                └──── ends by itself, as a Job's program does ────▶ backingOff ─▶ starting again, or ended
/// ```
/// The caller reports events with the time, carries out the actions in order, and calls again at `wakeAt`. The node in
/// the sandbox does so in real time, the simulator in virtual time.
/// Source: upstream pkg/kubelet (kubelet_pods.go, prober, kuberuntime killContainer, status/generate.go).
package struct PodLifecycle: Sendable {
    /// What the node adds to the pod.
    package struct Placement: Hashable, Sendable {
        /// The pod's own address, `10.244.x.y`.
        package var podIP: String
        /// The node's address.
        package var hostIP: String
        /// From binding to running: pulling the image and creating the container.
        package var creation: Duration

        package init(podIP: String, hostIP: String, creation: Duration = .milliseconds(200)) {
            self.podIP = podIP
            self.hostIP = hostIP
            self.creation = creation
        }
    }

    /// The least time between SIGTERM and SIGKILL, also when a preStop hook used up the grace period.
    static let shutdownWindow = Duration.seconds(2)

    package internal(set) var pod: KubernetesObject
    package let placement: Placement
    /// Whether nothing is left to do: the final deletion has been asked for, or the pod is gone.
    package internal(set) var isFinished = false
    var containers: [ContainerRun]
    let startTime: Timestamp
    /// The time the pod has to stop, counted from when the node saw its deletion; `nil` while it may live.
    var gracePeriod: Duration?
    var conditions: [String: PodStatus.Condition] = [:]
    var lastStatus: JSONValue?
    var lastLook: PodLook?

    /// Takes charge of a pod that is bound to the node. Call `handle(.wake, now:)` next.
    package init(pod: KubernetesObject, placement: Placement, now: Timestamp) {
        self.pod = pod
        self.placement = placement
        let previous = pod.document.at("status", "startTime")?.stringValue
        startTime = previous.flatMap(Timestamp.init(parsing:)) ?? now
        let specs = (pod.document.at("spec", "containers")?.arrayValue ?? []).map(ContainerSpec.init)
        let statuses = pod.document.at("status", "containerStatuses")?.arrayValue ?? []
        let runsAt = now.advanced(by: placement.creation)
        containers = specs.map { spec in
            guard let status = statuses.first(where: { $0["name"]?.stringValue == spec.name }) else {
                return ContainerRun(spec: spec, runsAt: runsAt)
            }
            return ContainerRun(spec: spec, runsAt: runsAt, resuming: status, RestartPolicy(of: pod), now: now)
        }
        conditions = PodStatus.conditions(of: pod)
    }

    /// Takes an event into account, moves everything that is due, and says what must be done now.
    package mutating func handle(_ event: PodEvent, now: Timestamp) -> [PodAction] {
        guard !isFinished else { return [] }
        var actions: [PodAction] = []
        switch event {
        case .observed(let object):
            pod = object
            if isTakenForLost { (lastLook, lastStatus) = (nil, nil) }
        case .removed: return dropEverything()
        case .probed(let id, let success): probed(id, success: success, &actions)
        case .stopped(let name): end(name, exitCode: 0, now: now)
        case .wake: break
        }
        if pod.isDeleting { terminate(now: now, &actions) }
        advance(now: now, &actions)
        report(now: now, &actions)
        return actions
    }

    /// When something is due next; `nil` while only events can move the pod.
    package var wakeAt: Timestamp? {
        guard !isFinished else { return nil }
        return containers.compactMap(\.nextDue).min()
    }

    /// Whether a container serves requests.
    package func isServing(container name: String) -> Bool {
        containers.contains { $0.spec.name == name && $0.isListening }
    }
}

extension PodLifecycle {
    private mutating func advance(now: Timestamp, _ actions: inout [PodAction]) {
        for index in containers.indices {
            endByItself(index, now: now, &actions)
            switch containers[index].state {
            case .creating(let time) where time <= now && gracePeriod == nil,
                .backingOff(let time) where time <= now && gracePeriod == nil:
                containers[index].run(now: now)
                actions.append(event("Started", "Started container \(containers[index].spec.name)"))
            case .creating, .backingOff, .starting, .serving, .stopping, .ended: break
            }
            if case .starting(let startedAt, let listensAt) = containers[index].state, listensAt <= now {
                containers[index].state = .serving(startedAt: startedAt)
                let server = PodServer(pod: pod.key, container: containers[index].spec, address: placement.podIP)
                actions.append(.startServer(server))
            }
            shutDown(index, now: now, &actions)
            sendProbes(index, now: now, &actions)
        }
    }

    /// Lets a program end whose time has come, and starts it again where the restart policy says so.
    private mutating func endByItself(_ index: Int, now: Timestamp, _ actions: inout [PodAction]) {
        guard let time = containers[index].endsAt, time <= now, let ending = containers[index].spec.behaviour.ending
        else { return }
        let name = containers[index].spec.name
        if containers[index].isListening { actions.append(.kill(container: name)) }
        guard RestartPolicy(of: pod).restarts(after: ending.exitCode) else {
            end(name, exitCode: ending.exitCode, now: now)
            return
        }
        if containers[index].restarts > 0 {
            actions.append(event("BackOff", "Back-off restarting failed container \(name)", severity: .warning))
        }
        containers[index].backOff(exitCode: ending.exitCode, now: now)
    }

    private mutating func sendProbes(_ index: Int, now: Timestamp, _ actions: inout [PodAction]) {
        for probe in containers[index].dueProbes(now: now) {
            containers[index].markSent(probe.purpose, now: now)
            let id = ProbeID(container: containers[index].spec.name, purpose: probe.purpose)
            if probe.check == .succeeds {
                containers[index].markFinished(probe.purpose, success: true)
                continue
            }
            actions.append(
                .probe(
                    ProbeRequest(id: id, address: placement.podIP, check: probe.check, timeout: probe.timeout)))
        }
    }

    private mutating func probed(_ id: ProbeID, success: Bool, _ actions: inout [PodAction]) {
        guard let index = containers.firstIndex(where: { $0.spec.name == id.container }) else { return }
        containers[index].markFinished(id.purpose, success: success)
        if !success, gracePeriod == nil {
            let probe = id.purpose == .readiness ? "Readiness" : "Startup"
            actions.append(event("Unhealthy", "\(probe) probe failed", severity: .warning))
        }
    }

    /// Whether a node controller has marked the pod as not ready because it had not heard of the node for too long.
    ///
    /// A node always says why a pod is not ready; node controllers do not (Kubernetes 1.20.2, as observed), or say that
    /// the node is not.
    private var isTakenForLost: Bool {
        guard let ready = PodView(pod).condition("Ready"), ready["status"]?.stringValue == "False" else { return false }
        return ["", "NodeNotReady"].contains(ready["reason"]?.stringValue ?? "")
    }

    private mutating func dropEverything() -> [PodAction] {
        isFinished = true
        return containers.filter(\.isListening).map { .kill(container: $0.spec.name) }
    }

    func event(_ reason: String, _ message: String, severity: EventRecord.Severity = .normal) -> PodAction {
        .event(
            EventRecord(
                kind: .pod, key: pod.key, uid: pod.uid, severity: severity, reason: reason, message: message))
    }
}
