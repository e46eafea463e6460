import JSON
import KubernetesModel
import RolloutModel

/// How far a canary is: what `get` and `list` show of its steps and weights.
///
/// Source: argo-rollouts CLI reference, "get rollout": SetWeight and ActualWeight.
struct CanaryProgress {
    /// `3/8`; empty without steps.
    var step = ""
    /// The weight that the steps ask for.
    var setWeight: Int
    /// The weight that there is: written to the load balancer, or the canary's share of the pods.
    var actualWeight: Int

    init(_ rollout: KubernetesObject, canary: KubernetesObject?) {
        let strategy = rollout.spec.at("strategy", "canary")
        let steps = strategy?["steps"]?.arrayValue ?? []
        let status = RolloutStatus(document: rollout.status)
        let index = status.currentStepIndex ?? 0
        let whole = strategy?.at("trafficRouting", "maxTrafficWeight")?.intValue ?? 100
        if !steps.isEmpty { step = "\(index)/\(steps.count)" }
        let isPast = index >= steps.count
        if status.abort {
            setWeight = 0
        } else if isPast {
            setWeight = whole
        } else {
            setWeight = steps[...max(0, index)].last { $0["setWeight"] != nil }?["setWeight"]?.intValue ?? 0
        }
        if isPast {
            actualWeight = whole
        } else if status.availableReplicas == 0 {
            actualWeight = 0
        } else if strategy?["trafficRouting"]?.objectValue != nil {
            actualWeight = status.weights?.canary.weight ?? setWeight
        } else {
            let available = canary?.status["availableReplicas"]?.intValue ?? 0
            actualWeight = available * whole / status.availableReplicas
        }
    }
}
