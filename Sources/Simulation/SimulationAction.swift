package import ELBModel
package import JSON
package import KubernetesModel
package import RolloutModel

/// Something a person or the environment does to a simulated world.
package enum SimulationAction: Sendable {
    /// `kubectl apply --server-side` of each document, in order.
    case apply([JSONValue])
    /// Sets the image of every container of a Rollout.
    case setImage(ObjectKey, String)
    case abort(ObjectKey)
    case retry(ObjectKey)
    case promote(ObjectKey, RolloutVerb.Promotion)
    /// Sets `spec.replicas` of a Rollout.
    case scale(ObjectKey, to: Int)
    case delete(ResourceKind, ObjectKey)
    /// Any other write.
    case write(KubernetesWrite)
    /// ELBv2 refuses the next calls of an operation, or of any; such a call takes no effect.
    case failAWS(operation: String?, count: Int, ELBFailure)
    /// Weir's process ends and starts anew with nothing but what the API server and AWS know.
    case restart
    /// The same as soon as Weir has sent so many effects since the beginning; the answer to the last one is lost.
    case restartAfterEffect(Int)
}
