import KubernetesModel
import RequestRouting
import RolloutModel
import RolloutPlanning

extension PromiseChecker {
    /// From the last moment at which a superseded version was needed until its pods have begun to go.
    private static let vacating = Duration.seconds(60)

    /// Whether there are more pods than the world can bear.
    ///
    /// The room is for the stable version and the one that replaces it. A third one is there on top of it only because
    /// the spec delays its end, or because it was superseded, or its pods were targets, less than a minute ago.
    mutating func brokenRoom(
        _ rollouts: [Rollout], _ observer: SimulatedObserver, _ nodes: [NodeRouting], _ active: [KubernetesObject],
        now: Timestamp, _ elapsed: Duration
    ) -> [SimulationViolation] {
        guard let podsLimit else { return [] }
        let targets = Set(nodes.flatMap(\.routes).flatMap(\.targets).map(\.address.host))
        for pod in active.map(PodView.init) where targets.contains(pod.address) { lastNeeded[pod.ownerUID] = now }
        for rollout in rollouts {
            let kept = [rollout.status.stableRS, rollout.status.currentPodHash]
            for replicaSet in observer.replicaSets(of: rollout)
            where kept.contains(replicaSet.label(RolloutKeys.podTemplateHash) ?? "") {
                lastNeeded[replicaSet.uid] = now
            }
        }
        let limit = podsLimit * rollouts.reduce(0) { $0 + (capacity[$1.key]?.ceiling ?? 0) }
        guard active.count > limit else { return [] }
        let third = thirdPods(rollouts, observer, active, now: now)
        guard active.count - third > limit else { return [] }
        let details =
            "\(active.count) pods are there, \(limit) can be borne beside \(third) of versions on their way out"
        return [SimulationViolation(.podsAreBounded, "the world", details, elapsed: elapsed)]
    }

    /// How many pods belong to versions that are neither stable nor current and may be there still.
    private func thirdPods(
        _ rollouts: [Rollout], _ observer: SimulatedObserver, _ active: [KubernetesObject], now: Timestamp
    ) -> Int {
        var count = 0
        for rollout in rollouts {
            let kept = [rollout.status.stableRS, rollout.status.currentPodHash]
            for replicaSet in observer.replicaSets(of: rollout).map(ReplicaSetView.init)
            where !kept.contains(replicaSet.hash) {
                let isDelayed = replicaSet.deadline.map { $0.advanced(by: .seconds(5)) > now } ?? false
                // Until AWS answers again, nobody can say that nothing reaches them.
                let isVacated = lastNeeded[replicaSet.uid].map { last in
                    max(last, environment.silentUntil ?? last).advanced(by: Self.vacating) <= now
                }
                guard isDelayed || isVacated == false else { continue }
                count += active.count { $0.controllerUID == replicaSet.uid }
            }
        }
        return count
    }
}
