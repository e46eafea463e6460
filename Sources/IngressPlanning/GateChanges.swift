import ELBModel
import KubernetesModel

/// What has to be written on pods that wait for one target group.
struct GateChanges {
    /// In the order of the targets.
    private(set) var patches: [KubernetesWrite] = []
    /// How many pods are not found healthy yet.
    private(set) var waitingCount = 0
    /// Whether the healths were read before a pod existed, and may be of one that had its address earlier.
    private(set) var needsFreshHealth = false

    /// - Parameters:
    ///   - group: the name of the target group.
    ///   - desired: the targets that are registered, or are to be; former ones keep the condition they have.
    ///   - registered: as read from AWS; what is draining counts as gone.
    ///   - readAt: when that read began.
    init(
        group: String, desired: [TargetAddress], registered: [TargetHealthDescription], readAt: Timestamp,
        pods: PodIndex, now: Timestamp
    ) {
        let gate = ReadinessGate.conditionType(ofBinding: group)
        let gated = desired.compactMap { target in
            pods.gatedPod(at: target.ip, by: gate).map { (target: target, pod: $0) }
        }
        guard !gated.isEmpty else { return }
        var healths: [TargetAddress: TargetHealth] = [:]
        for description in registered where description.health.state != .draining {
            guard let port = description.target.port else { continue }
            healths[TargetAddress(ip: description.target.id, port: port)] = description.health
        }
        for (target, pod) in gated {
            let health = healths[target]
            if health != nil, !Self.isAbout(pod, readAt) {
                needsFreshHealth = true
                waitingCount += 1
                continue
            }
            let wasTrue = GateCondition(gate, of: pod)?.isTrue ?? false
            guard let wanted = health.map({ GateCondition($0, wasTrue: wasTrue) }) ?? GateCondition.registering else {
                continue
            }
            if !wanted.isTrue { waitingCount += 1 }
            if let patch = wanted.patch(gate, of: pod, now: now) { patches.append(patch) }
        }
    }

    /// Whether a read can have seen the pod; the time of its creation is known to the second.
    private static func isAbout(_ pod: KubernetesObject, _ readAt: Timestamp) -> Bool {
        pod.creationTimestamp.map { readAt >= $0.advanced(by: .seconds(1)) } ?? true
    }
}
