import JSON
package import KubernetesModel
import RolloutModel

/// Why a Rollout is where it is: the chain of reasons, who must act on each, and what comes next.
package struct Explanation: Hashable, Sendable {
    /// One thing that a plan has decided, and what it waits for.
    package struct Finding: Hashable, Sendable {
        /// PascalCase, from the planner: `Paused`, `ScaleDownBlocked`.
        package var code: String
        /// One sentence with the values that were seen.
        package var message: String
        /// What has to become true; `nil` when nothing is awaited.
        package var waitingFor: String?

        package init(code: String, message: String, waitingFor: String? = nil) {
            self.code = code
            self.message = message
            self.waitingFor = waitingFor
        }
    }

    /// Who or what a Rollout waits for.
    package enum Actor: String, Hashable, Sendable {
        case person = "you"
        case weir = "Weir"
        case cluster = "the cluster"
        case loadBalancer = "the load balancer"
        case time = "nobody, time has to pass"
    }

    /// One link of the chain.
    package struct Reason: Hashable, Sendable {
        package var finding: Finding
        package var actor: Actor
        /// Since when it is so, as far as the object says.
        package var since: Timestamp?
        /// When it is over by itself; `nil` when that is not known.
        package var until: Timestamp?
        /// What a person can do.
        package var action: String?
    }

    package var rollout: ObjectKey
    package var phase: ClientPhase
    /// `Canary, step 2/8, weight 20`.
    package var place: String
    package var reasons: [Reason]
    /// What happens when the reasons are gone, in order.
    package var next: [String]
    /// What Weir would do at this moment; lasting entries mean that it does not.
    package var pending: [String]
    /// What could not be found out.
    package var notes: [String]

    /// - Parameters:
    ///   - findings: what a plan for the family decides, in its order.
    ///   - pending: the changes in that plan.
    ///   - command: how a person calls this program.
    package init(
        _ family: RolloutFamily, findings: [Finding], pending: [String] = [], notes: [String] = [],
        command: String = "weir"
    ) {
        let context = ExplanationContext(family, command: command)
        rollout = family.rollout.key
        phase = ClientPhase(of: family)
        place = context.place
        reasons = context.reasons(findings)
        next = context.next
        self.pending = pending
        self.notes = notes
    }
}
