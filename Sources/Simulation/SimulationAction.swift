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
    /// ELBv2 does what the next calls of an operation, or of any, ask for; Weir gets no answer.
    case loseAWSAnswers(operation: String?, count: Int)
    /// ELBv2 refuses every call of an operation, or of any, for a while.
    case throttleAWS(operation: String?, for: Duration)
    /// Weir's process ends and starts anew with nothing but what the API server and AWS know.
    case restart
    /// The same as soon as Weir has sent so many effects since the beginning; the answer to the last one is lost.
    case restartAfterEffect(Int)
    /// The same after so many more effects.
    case restartAfterNextEffects(Int)
    /// Another process of Weir, which has watched all the time, takes over after a while in which there is none.
    case changeLeader(after: Duration)
    /// The process of the Ingress controller is away for a while; without one of its own, nothing happens.
    case stopIngressController(for: Duration)
    /// The API server does not do as Weir's next writes say.
    case refuseWrites(Int, WriteRefusal)
    /// Something happens to Weir's watch of a kind.
    case disturbWatch(ResourceKind, WatchDisturbance)
    /// The health checks of a pod fail for a while; which one follows from the number.
    case failHealth(pod: Int, for: Duration)
    /// The program of a pod does not answer for a while; which one follows from the number.
    case breakPod(Int, for: Duration)
    /// The same for a pod of the version that a Rollout moves to; nothing when it has none that answers.
    case breakCanaryPod(of: ObjectKey, for: Duration)
    /// A node takes no more pods and its pods are evicted; it comes back after a minute. Which one follows from the
    /// number.
    case drain(node: Int)
    /// Evicts a pod, as a drain does.
    case evict(ObjectKey)
    /// A person gives the canary's target group this weight in every rule that names two groups, and the other one the
    /// rest; percent.
    case moveWeight(canary: Int)
}

/// What an API server does instead of a write.
package enum WriteRefusal: Sendable {
    /// Answers that the object has changed.
    case conflict
    /// Answers that it is not available.
    case unavailable
    /// Does it, and no answer arrives.
    case answerLost
}

/// What happens to a watch.
package enum WatchDisturbance: Sendable {
    /// It delivers nothing for a while, then everything.
    case stall(Duration)
    /// It passes events over for a while, then breaks and lists anew.
    case lose(relistAfter: Duration)
    /// It breaks, and delivers again what it had delivered since its last beginning.
    case replay
    /// For a while each delivery takes up to three seconds, so that the changes of different kinds arrive in another
    /// order.
    case shuffle(for: Duration)

    /// For how long what is heard may be old.
    var duration: Duration {
        switch self {
        case .stall(let duration), .lose(let duration), .shuffle(let duration): duration
        case .replay: .zero
        }
    }
}
