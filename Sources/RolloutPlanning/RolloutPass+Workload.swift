import JSON
import KubernetesModel
import Planning
import RolloutModel

/// The workload that the pod template comes from, and the end of its own pods.
///
/// Source: argo-rollouts `workloadRef` and its `scaleDown`. What differs: its pods leave their target groups before
/// they go, and it is never scaled up again.
extension RolloutPass {
    static let workloadKey = "workload"

    /// Notes which generation of the workload the pod template is of.
    mutating func noteWorkload() {
        guard spec.workloadRef != nil, let workload = snapshot.workload else {
            status.workloadObservedGeneration = ""
            return
        }
        let generation = "\(workload.generation)"
        if rollout.object.annotation(RolloutKeys.workloadGeneration) != generation {
            annotations[RolloutKeys.workloadGeneration] = .string(generation)
        }
        status.workloadObservedGeneration = generation
    }

    /// Scales a Deployment down whose place the first version takes.
    mutating func reconcileWorkload(_ current: ReplicaSetView) {
        guard let reference = spec.workloadRef, reference.kind == .deployment, let workload = snapshot.workload,
            current.revision == 1, !spec.paused
        else { return }
        let asked = workload.spec["replicas"]?.intValue ?? 1
        let isHealthy = was.phase == .healthy && isFullyPromoted
        let wanted: Int
        switch reference.scaleDown {
        case .never: return
        case .onSuccess:
            guard isHealthy else { return }
            wanted = 0
        case .progressively:
            guard isHealthy || current.readyReplicas > 0 else { return }
            wanted = isHealthy ? 0 : max(0, size - current.readyReplicas)
        }
        guard wanted < asked, hasLeft(workload, for: wanted) else { return }
        record.apart[Self.workloadKey] = nil
        effects.append(
            .kubernetes(
                .patch(
                    .init(
                        .deployment, workload.key, body: ["spec": ["replicas": .int(wanted)]],
                        resourceVersion: workload.resourceVersion))))
        decide("WorkloadScaled", "Deployment \(workload.name) goes from \(asked) to \(wanted) pods.")
    }

    /// Whether the pods that the workload is to lose receive nothing any more.
    private mutating func hasLeft(_ workload: KubernetesObject, for count: Int) -> Bool {
        let serving = snapshot.workloadPods.filter(\.isReady)
        let selected = serving.filter { pod in
            snapshot.services.values.contains { service in
                ServiceSelector(service).hash == nil && snapshot.pods(selectedBy: service).contains(pod)
            }
        }
        guard selected.isEmpty || count > 0 else {
            decide(
                "WorkloadWaits", "Services of the Rollout still select pods of Deployment \(workload.name).",
                waitingFor: "the Services to select ReplicaSets")
            return false
        }
        let surplus = serving.count - count
        guard survey != nil, surplus > 0 else { return true }
        let leaving = serving.sorted {
            ($0.drainSince == nil ? 1 : 0, $0.name) < ($1.drainSince == nil ? 1 : 0, $1.name)
        }
        return haveLeft(
            Array(leaving.prefix(surplus)), Self.workloadKey, of: "Deployment \(workload.name)", canGiveUp: count > 0)
    }
}
