import KubernetesModel
import RolloutModel

/// Weights on the way back to stable when stable is only as large as its share.
///
/// Source: argo-rollouts `rollbackWeight` and `isDynamicallyRollingBackToStable`; capacity counts confirmed weights.
struct DynamicScale {
    private let pass: RolloutPass

    init(_ pass: RolloutPass) {
        self.pass = pass
    }

    private var isOn: Bool { pass.canary.dynamicStableScale }
    private var written: Int? { pass.status.weights?.canary.weight }

    /// The canary's weight after an abort: what stable cannot carry yet.
    func rollbackWeight(_ current: ReplicaSetView, _ stable: ReplicaSetView) -> Int {
        guard isOn, pass.size > 0 else { return 0 }
        let carried = 100 * stable.availableReplicas / pass.size
        let excess = max(0, 100 - carried)
        guard let written else { return excess }
        return min(excess, written)
    }

    /// The same when the spec itself has gone back to the stable version; `nil` when it has not.
    func weightWhileRollingBack(_ current: ReplicaSetView) -> Int? {
        guard isOn, let weights = pass.was.weights, weights.canary.podTemplateHash != current.hash,
            current.availableReplicas < pass.size
        else { return nil }
        return min(max(0, 100 - 100 * current.availableReplicas / max(1, pass.size)), weights.canary.weight)
    }
}
