import ELBModel
import KubernetesModel
import Planning
import RolloutModel

/// `restartAt`: every pod that is older is replaced, and loses its requests before it goes.
///
/// Source: argo-rollouts `PodRestarter`, its budget and the eviction. What differs: pods leave their target groups
/// first, the next ones wait until the replacements are healthy targets, and a ReplicaSet of one pod gets a second one
/// before it loses the first.
extension RolloutPass {
    static let restartKey = "restart"

    /// Whether a restart is due and not done.
    var isRestarting: Bool {
        guard let restartAt = spec.restartAt, status.restartedAt != restartAt else { return false }
        return restartAt <= now
    }

    /// The pods that a restart is to replace; empty without one.
    var outdatedPods: [PodView] {
        guard isRestarting, let restartAt = spec.restartAt else { return [] }
        let owners = Set(snapshot.replicaSets.map(\.uid))
        return snapshot.pods.filter { pod in
            owners.contains(pod.ownerUID) && (pod.object.creationTimestamp ?? .distant) < restartAt
        }
    }

    /// Replaces pods older than a restart that was asked for, as many at once as may be missing.
    ///
    /// - Returns: `true` when pods were evicted, which ends this plan.
    mutating func restartPods() -> Bool {
        guard let restartAt = spec.restartAt, status.restartedAt != restartAt else { return false }
        guard restartAt <= now else {
            wake(at: restartAt)
            return false
        }
        let outdated = outdatedPods
        guard !outdated.isEmpty else {
            status.restartedAt = restartAt
            record.apart[Self.restartKey] = nil
            return false
        }
        wake(at: now.advanced(by: .seconds(30)))
        decide("Restarting", "\(outdated.count) pods are older than restartAt.", waitingFor: "their replacements")
        let leaving = podsToRestart(outdated)
        guard !leaving.isEmpty else { return false }
        // Pods that are not ready receive nothing.
        let serving = leaving.filter(\.isReady)
        if survey != nil, !serving.isEmpty, !haveLeft(serving, Self.restartKey, of: "the restart") { return false }
        record.apart[Self.restartKey] = nil
        for pod in leaving { effects.append(.kubernetes(.evict(pod.object.key))) }
        return true
    }

    /// The next pods to replace: those on their way out first, then by name.
    private mutating func podsToRestart(_ outdated: [PodView]) -> [PodView] {
        let candidates = outdated.filter { pod in
            !pod.object.isDeleting && !(snapshot.replicaSets.first { $0.uid == pod.ownerUID }.map(isSurged) ?? true)
        }
        let marked = candidates.filter { $0.drainSince != nil }
        if marked.isEmpty, let missing = unreplaced {
            needsFacts = true
            decide("RestartWaits", "Replacements are not healthy targets yet.", waitingFor: missing)
            return []
        }
        let fresh = candidates.filter { $0.drainSince == nil }
        return Array((marked + fresh).prefix(max(0, restartBudget)))
    }

    /// How many pods may leave now.
    ///
    /// Source: argo-rollouts; what is being deleted does not count as available, whatever the ReplicaSets say.
    private var restartBudget: Int {
        let owners = Set(snapshot.replicaSets.map(\.uid))
        let asked = snapshot.replicaSets.reduce(0) { $0 + $1.specReplicas }
        let ready = snapshot.pods.filter { owners.contains($0.ownerUID) && $0.isReady }.count
        let available = min(ready, snapshot.replicaSets.reduce(0) { $0 + $1.availableReplicas })
        return available - (max(size, asked) - max(maxUnavailable, 1))
    }

    /// What is missing until every ready pod is a healthy target of the groups with traffic that its Service fills;
    /// `nil` when nothing is.
    private var unreplaced: String? {
        for route in survey?.routes ?? [] {
            switch route.state {
            case .notProvisioned: continue
            case .unknown(let why): return why
            case .known(let facts):
                for group in facts.groups where group.share > 0 {
                    guard let service = snapshot.services[group.service],
                        let hash = ServiceSelector(service).hash,
                        let owner = snapshot.replicaSets.first(where: { $0.hash == hash })
                    else { continue }
                    switch group.readiness(for: snapshot.pods(of: owner), of: owner.name) {
                    case .ready: continue
                    case .waiting(let what), .unknown(let what): return what
                    }
                }
            }
        }
        return nil
    }
}

extension RolloutPass {
    /// Whether a ReplicaSet is to have a single pod, whose requests nobody else could answer during a restart.
    private func isSurged(_ replicaSet: ReplicaSetView) -> Bool {
        guard let current, survey != nil || size == 1 else { return false }
        if replicaSet.uid == current.uid {
            return spec.blueGreen.map { wantedCount($0, current) == 1 } ?? (wantedCanaryCount(current) == 1)
        }
        guard replicaSet.uid == stable?.uid else { return false }
        return spec.blueGreen == nil ? wantedStableCount(current) == 1 : size == 1
    }

    /// The pods to ask for while a restart goes on: one more for a ReplicaSet of one, until the second is available.
    func surged(_ replicaSet: ReplicaSetView, _ wanted: Int) -> Int {
        guard wanted == 1, isRestarting, survey != nil || size == 1 else { return wanted }
        let outdated = Set(outdatedPods.map(\.name))
        let alive = snapshot.pods(of: replicaSet).filter { !$0.object.isDeleting }
        guard alive.contains(where: { outdated.contains($0.name) }) else { return wanted }
        let replacements = alive.filter { !outdated.contains($0.name) && $0.isReady }
        return replacements.isEmpty || replicaSet.availableReplicas < 2 ? 2 : wanted
    }
}
