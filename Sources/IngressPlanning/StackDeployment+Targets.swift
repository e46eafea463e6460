import ELBModel
import KubernetesModel
import Planning

extension StackDeployment {
    /// Registers and deregisters the targets of every desired group, and of those that are still in use.
    mutating func changeTargets() {
        let registrar = TargetRegistrar(snapshot: snapshot, groupsInUse: inventory.groupsInUse, now: now)
        let groups = inventory.targetGroups.values + inventory.surplusTargetGroups
        var urgent: [Effect] = []
        for group in groups.sorted(by: { $0.targetGroup.name < $1.targetGroup.name }) {
            let outcome = registrar.plan(group)
            urgent += outcome.urgentDeregistrations
            for effect in outcome.registrations { add(effect) }
            for effect in outcome.deregistrations { remove(effect) }
            conditions += outcome.conditions
            plan.decisions += outcome.decisions
            if let interval = outcome.interval { watch(group.targetGroup.arn, every: interval) }
        }
        plan.effects.insert(contentsOf: urgent, at: 0)
    }
}

/// Keeps the targets of single target groups in step with the endpoints of their service ports.
struct TargetRegistrar {
    /// What one group needs.
    struct Outcome {
        /// Of pods that are gone or going: they come before whatever else could be refused.
        var urgentDeregistrations: [Effect] = []
        var registrations: [Effect] = []
        var deregistrations: [Effect] = []
        /// What pods are told about themselves.
        var conditions: [Effect] = []
        var decisions: [Decision] = []
        /// How old its health may become; `nil` when it is not needed.
        var interval: Duration?
    }

    /// Targets per call. AWS publishes no limit; larger batches have been refused now and then.
    static let batch = 100
    /// How old a health may be to take a target away on its word.
    private static let freshness: Duration = .seconds(2)

    let snapshot: IngressSnapshot
    let groupsInUse: Set<TargetGroupARN>
    let now: Timestamp
    private let pods: PodIndex
    private let slices: [KubernetesObject]

    init(snapshot: IngressSnapshot, groupsInUse: Set<TargetGroupARN>, now: Timestamp) {
        self.snapshot = snapshot
        self.groupsInUse = groupsInUse
        self.now = now
        pods = PodIndex(snapshot.objects.objects(.pod, namespace: snapshot.key.namespace))
        slices = snapshot.objects.objects(.endpointSlice, namespace: snapshot.key.namespace)
    }

    /// The changes of one group; its resource tag names the service port. Nothing without that tag; without that port,
    /// the targets that are gone leave a group that is in use.
    func plan(_ facts: TargetGroupFacts) -> Outcome {
        var outcome = Outcome()
        let group = facts.targetGroup
        guard let id = facts.tags.value(StackTags.resource) else { return outcome }
        let backend = servicePort(id)
        let isInUse = groupsInUse.contains(group.arn)
        // Of a service port that is not there, only the targets are known that are gone.
        guard backend != nil || isInUse else { return outcome }
        outcome.interval = snapshot.settings.driftInterval
        let read = snapshot.observations[.targetHealth(group.arn)]
        guard let read, case .success(.targetHealth(let registered)) = read.result else {
            outcome.interval = snapshot.settings.retryInterval
            let cause = if case .failure(let failure)? = read?.result { "\(failure)" } else { "not read yet" }
            outcome.decisions.append(
                Decision(
                    snapshot.key, "TargetsUnknown", "The targets of \(group.name) are not known: \(cause).",
                    waitingFor: "DescribeTargetHealth"))
            return outcome
        }
        let wanted = backend.map { service, port in
            ServiceEndpoints(
                of: service, port: port, slices: slices, endpoints: snapshot.objects.object(.endpoints, service.key),
                pods: pods)
        }
        let changes = TargetChanges(
            .init(
                desired: wanted?.targets ?? [], withoutPod: wanted?.withoutPod ?? [], registered: registered,
                isInUse: isInUse, isFresh: read.startedAt.duration(to: now) <= Self.freshness, pods: pods,
                selector: backend?.0.selector))
        outcome.registrations = batches(changes.register).map { targets in
            .elb(.registerTargets(.init(targetGroupARN: group.arn, targets: targets)))
        }
        func deregistrations(_ addresses: [TargetAddress]) -> [Effect] {
            batches(addresses).map { .elb(.deregisterTargets(.init(targetGroupARN: group.arn, targets: $0))) }
        }
        outcome.urgentDeregistrations = deregistrations(changes.deregisterFirst)
        outcome.deregistrations = deregistrations(changes.deregister)
        if changes.isSettling || changes.needsFreshHealth {
            outcome.interval = snapshot.settings.progressInterval
        } else if !changes.kept.isEmpty || !changes.awaited.isEmpty {
            outcome.interval = snapshot.settings.retryInterval
        }
        if !changes.awaited.isEmpty {
            outcome.decisions.append(
                Decision(
                    snapshot.key, "PodUnknown",
                    "\(changes.awaited.count) endpoints of \(group.name) are not registered.",
                    waitingFor: "the pod at \(changes.awaited[0].ip), or the endpoints to leave it out"))
        }
        for (reason, count) in grouped(changes.kept) {
            outcome.decisions.append(
                Decision(
                    snapshot.key, "FormerTargetsKept",
                    "\(count) former \(count == 1 ? "target" : "targets") of \(group.name) still registered.",
                    waitingFor: reason))
        }
        let gates = GateChanges(
            group: group.name, desired: wanted?.targets ?? [], registered: registered, readAt: read.startedAt,
            pods: pods,
            now: now)
        outcome.follow(gates, of: group, snapshot)
        return outcome
    }

    /// The service and port in `<namespace>/<ingress>-<service>:<port>`.
    private func servicePort(_ resourceID: String) -> (ServiceView, ServiceView.Port)? {
        let start = "\(snapshot.key)-"
        guard resourceID.hasPrefix(start), let colon = resourceID.lastIndex(of: ":") else { return nil }
        let name = String(resourceID[..<colon].dropFirst(start.count))
        let portText = String(resourceID[resourceID.index(after: colon)...])
        guard let service = snapshot.service(name).map(ServiceView.init),
            let port = service.port(ServicePort(portText))
        else { return nil }
        return (service, port)
    }

    private func batches(_ addresses: [TargetAddress]) -> [[Target]] {
        stride(from: 0, to: addresses.count, by: Self.batch).map { start in
            addresses[start..<min(start + Self.batch, addresses.count)].map { Target(id: $0.ip, port: $0.port) }
        }
    }

    private func grouped(_ kept: [TargetChanges.Kept]) -> [(reason: String, count: Int)] {
        var reasons: [(reason: String, count: Int)] = []
        for entry in kept {
            if let index = reasons.firstIndex(where: { $0.reason == entry.waitingFor }) {
                reasons[index].count += 1
            } else {
                reasons.append((entry.waitingFor, 1))
            }
        }
        return reasons
    }
}

extension TargetRegistrar.Outcome {
    /// Adds what pods that wait for the group are told, and asks again soon while any of them waits.
    fileprivate mutating func follow(_ gates: GateChanges, of group: TargetGroup, _ snapshot: IngressSnapshot) {
        conditions = gates.patches.map { .kubernetes($0) }
        guard gates.waitingCount > 0 else { return }
        let wait = gates.needsFreshHealth ? snapshot.settings.progressInterval : snapshot.settings.retryInterval
        interval = min(interval ?? wait, wait)
        decisions.append(
            Decision(
                snapshot.key, "ReadinessGatesUnmet",
                "\(gates.waitingCount) \(gates.waitingCount == 1 ? "pod waits" : "pods wait") at the readiness gate of "
                    + "\(group.name).", waitingFor: "their targets to become healthy"))
    }
}
