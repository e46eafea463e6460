import JSON
import KubernetesModel

extension PodLifecycle {
    /// Patches the pod's status when it has changed, and asks for the final deletion when every container has ended.
    mutating func report(now: Timestamp, _ actions: inout [PodAction]) {
        let look = PodLook(
            containers: containers.map(PodLook.Container.init), unmetGates: unmetReadinessGates(),
            isTerminating: gracePeriod != nil)
        // Most events are probes that find what the last ones found.
        guard look != lastLook else { return }
        lastLook = look
        updateConditions(now: now)
        let status = statusDocument()
        if status != lastStatus {
            lastStatus = status
            let body: JSONValue = ["metadata": ["uid": .string(pod.uid)], "status": status]
            let patch = KubernetesWrite.Patch(.pod, pod.key, type: .strategic, body: body, subresource: "status")
            actions.append(.write(.patch(patch)))
        }
        guard gracePeriod != nil, containers.allSatisfy(\.isEnded) else { return }
        isFinished = true
        let deletion = KubernetesWrite.Deletion(.pod, pod.key, uid: pod.uid, gracePeriodSeconds: 0)
        actions.append(.write(.delete(deletion)))
    }
}

/// The parts of a pod's status.
enum PodStatus {
    /// One condition the node owns.
    struct Condition: Equatable, Sendable {
        var isTrue: Bool
        var reason: String?
        var message: String?
        var since: Timestamp
    }

    /// The conditions the node owns, in the order in which upstream lists them.
    static let ownConditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"]

    /// The node's conditions that a pod has already, by type; those without a time are left out.
    static func conditions(of pod: KubernetesObject) -> [String: Condition] {
        var known: [String: Condition] = [:]
        for type in ownConditions {
            guard let condition = PodView(pod).condition(type),
                let since = (condition["lastTransitionTime"]?.stringValue).flatMap({ Timestamp(parsing: $0) })
            else { continue }
            known[type] = Condition(
                isTrue: condition["status"]?.stringValue == "True", reason: condition["reason"]?.stringValue,
                message: condition["message"]?.stringValue, since: since)
        }
        return known
    }
}

extension PodLifecycle {
    private var hasEnded: Bool { !containers.isEmpty && containers.allSatisfy(\.isEnded) }

    private mutating func updateConditions(now: Timestamp) {
        setCondition("Initialized", true, now: now)
        setCondition("PodScheduled", true, now: now)
        if hasEnded {
            setCondition("ContainersReady", false, reason: "PodCompleted", now: now)
            setCondition("Ready", false, reason: "PodCompleted", now: now)
            return
        }
        let unready = containers.filter { !$0.isReady }.map(\.spec.name)
        if !unready.isEmpty {
            let message = "containers with unready status: [\(unready.joined(separator: " "))]"
            setCondition("ContainersReady", false, reason: "ContainersNotReady", message: message, now: now)
            setCondition("Ready", false, reason: "ContainersNotReady", message: message, now: now)
            return
        }
        setCondition("ContainersReady", true, now: now)
        let gates = unmetReadinessGates()
        if gates.isEmpty {
            setCondition("Ready", true, now: now)
        } else {
            setCondition(
                "Ready", false, reason: "ReadinessGatesNotReady", message: gates.joined(separator: ", "), now: now)
        }
    }

    /// One sentence for each readiness gate that does not hold, as upstream words it.
    private func unmetReadinessGates() -> [String] {
        let view = PodView(pod)
        return (pod.document.at("spec", "readinessGates")?.arrayValue ?? []).compactMap { gate in
            let type = gate["conditionType"]?.stringValue ?? ""
            guard let condition = view.condition(type) else {
                return "corresponding condition of pod readiness gate \"\(type)\" does not exist."
            }
            let status = condition["status"]?.stringValue ?? ""
            guard status != "True" else { return nil }
            return "the status of pod readiness gate \"\(type)\" is not \"True\", but \(status)"
        }
    }

    private mutating func setCondition(
        _ type: String, _ isTrue: Bool, reason: String? = nil, message: String? = nil, now: Timestamp
    ) {
        let current = conditions[type]
        let since = current.map { $0.isTrue == isTrue ? $0.since : now } ?? now
        conditions[type] = PodStatus.Condition(isTrue: isTrue, reason: reason, message: message, since: since)
    }

    private func statusDocument() -> JSONValue {
        let own = PodStatus.ownConditions.compactMap { type in
            conditions[type].map { conditionDocument(type, $0) }
        }
        return [
            "phase": .string(phase),
            "conditions": .array(own),
            "hostIP": .string(placement.hostIP),
            "podIP": .string(placement.podIP),
            "podIPs": [["ip": .string(placement.podIP)]],
            "startTime": .string(startTime.rfc3339),
            "containerStatuses": .array(containers.map(containerStatus)),
        ]
    }

    private var phase: String {
        if hasEnded {
            return containers.allSatisfy { $0.exitCode == 0 } ? "Succeeded" : "Failed"
        }
        let hasStarted = containers.contains(where: \.hasRun)
        return hasStarted ? "Running" : "Pending"
    }

    private func conditionDocument(_ type: String, _ condition: PodStatus.Condition) -> JSONValue {
        [
            "type": .string(type), "status": condition.isTrue ? "True" : "False",
            "lastProbeTime": nil, "lastTransitionTime": .string(condition.since.rfc3339),
            // `null` takes a former reason away when the patch is merged.
            "reason": condition.reason.map(JSONValue.string) ?? .null,
            "message": condition.message.map(JSONValue.string) ?? .null,
        ]
    }

    private func containerStatus(_ container: ContainerRun) -> JSONValue {
        let identity = "weir://\(pod.uid)/\(container.spec.name)"
        var status: JSONValue = [
            "name": .string(container.spec.name), "state": state(of: container),
            "lastState": lastState(of: container), "ready": .bool(container.isReady),
            "restartCount": .number(JSONNumber(container.restarts)), "image": .string(container.spec.image),
            "imageID": .string(!container.hasRun ? "" : container.spec.image),
            "started": .bool(container.isStarted),
        ]
        if container.hasRun { status["containerID"] = .string(identity) }
        return status
    }

    private func state(of container: ContainerRun) -> JSONValue {
        switch container.state {
        case .creating: return ["waiting": ["reason": "ContainerCreating"]]
        case .backingOff:
            let message = "back-off restarting failed container=\(container.spec.name) pod=\(pod.name)"
            return ["waiting": ["reason": "CrashLoopBackOff", "message": .string(message)]]
        case .starting(let startedAt, _), .serving(let startedAt), .stopping(let startedAt):
            return ["running": ["startedAt": .string(startedAt.rfc3339)]]
        case .ended(let startedAt, let time, let exitCode):
            let reason = ContainerRun.FormerRun.reason(of: exitCode)
            return ["terminated": terminated(startedAt, at: time, exitCode, reason)]
        }
    }

    private func lastState(of container: ContainerRun) -> JSONValue {
        guard let former = container.formerRun else { return [:] }
        return ["terminated": terminated(former.startedAt, at: former.endedAt, former.exitCode, former.reason)]
    }

    private func terminated(
        _ startedAt: Timestamp?, at time: Timestamp, _ exitCode: Int, _ reason: String
    ) -> JSONValue {
        var terminated: JSONValue = [
            "exitCode": .number(JSONNumber(exitCode)), "reason": .string(reason),
            "finishedAt": .string(time.rfc3339),
        ]
        if let startedAt { terminated["startedAt"] = .string(startedAt.rfc3339) }
        return terminated
    }
}
