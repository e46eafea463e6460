import ControllerRuntime
import ELBModel
import KubernetesModel
import Planning

/// The work on one key: its plan, and how far it has been carried out.
struct ActorJob: Sendable {
    /// What happens at `due`. Goes down the list; a refusal ends the job.
    enum Stage: Sendable {
        /// The effect with this index is sent; past the last one, the reads begin.
        case send(Int)
        /// The answer to an effect arrives.
        case answered(Int, EffectAnswer)
        /// The next subject is read, or the job ends.
        case read
        /// A call of a read is sent.
        case ask(Reading, ELBRequest)
        /// Its answer arrives.
        case told(Reading, Result<ELBResponse, ELBFailure>)
    }

    /// What came back.
    enum EffectAnswer: Sendable {
        case kubernetes(KubernetesWrite, Result<KubernetesObject?, KubernetesFailure>)
        case elb(Result<ELBResponse, ELBFailure>)
    }

    /// A read that is under way.
    struct Reading: Sendable {
        var subject: ObservationSubject
        var procedure: ObservationProcedure
        var startedAt: Timestamp
    }

    let key: WorkKey
    let plan: Plan
    var stage = Stage.send(0)
    var due: Timestamp
    /// Still to be read; `nil` before the effects are carried out.
    var subjects: [ObservationSubject]?
    var hasNewFacts = false
}
