import ControllerRuntime
import ELBModel
import KubernetesModel
import Planning

/// The work on one key: its plan, and how far it has been carried out.
struct ActorJob: Sendable {
    /// What happens at `due`. Goes down the list; a refusal ends the job.
    enum Stage: Sendable {
        /// The effect with this index is sent; past the last one, the job ends.
        case send(Int)
        /// A call to AWS waits for its turn.
        case paced(Int, CallBudget.Ticket)
        /// The answer to an effect arrives.
        case answered(Int, EffectAnswer)
    }

    /// What came back.
    enum EffectAnswer: Sendable {
        case kubernetes(KubernetesWrite, Result<KubernetesObject?, KubernetesFailure>)
        case elb(Result<ELBResponse, ELBFailure>)
    }

    let key: WorkKey
    let plan: Plan
    var stage = Stage.send(0)
    var due: Timestamp
}

/// A read of AWS that is under way.
struct ActorRead: Sendable {
    /// What happens at `due`.
    enum Stage: Sendable {
        /// A call waits for its turn.
        case paced(ELBRequest, CallBudget.Ticket)
        /// Its answer arrives.
        case told(ELBRequest, Result<ELBResponse, ELBFailure>)
    }

    var order: ReadOrder
    /// When the first call was sent; `nil` before.
    var startedAt: Timestamp?
    var stage: Stage
    var due: Timestamp
}
