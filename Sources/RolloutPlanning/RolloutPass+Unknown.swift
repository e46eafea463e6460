import KubernetesModel
import RolloutModel

/// The condition that says why nobody knows what AWS does.
///
/// It stands in the status only while something waits for a read that gives no answer, so that Rollouts without trouble
/// have the conditions of Argo Rollouts alone.
extension RolloutPass {
    /// What is on its way for so long is missing.
    private static let patience = Duration.seconds(30)
    /// Another text of the same trouble is written this often at most.
    private static let rewriteInterval = Duration.seconds(10)

    /// Whether something waits for a read of AWS.
    var isAwaitingReads: Bool { needsFacts || needsRules || !healthNeeded.isEmpty || !membersNeeded.isEmpty }

    /// Sets or removes the condition; what is not known yet leaves it as it is.
    mutating func noteVerificationFailure() {
        guard let survey, isAwaitingReads else { return status.conditions.remove(.verificationFailure) }
        guard let (reason, problem) = trouble(in: survey) else {
            if survey.isKnown { status.conditions.remove(.verificationFailure) }
            return
        }
        let message =
            "\(problem). Until that is known, nothing is scaled down, no selector is switched and no weight is raised."
        let present = status.conditions[.verificationFailure]
        let isOld = present?.lastUpdateTime.map { $0.advanced(by: Self.rewriteInterval) <= now } ?? true
        status.conditions.set(
            .verificationFailure, .yes, reason: reason, message: message, now: now,
            force: isOld && present?.message != message)
    }

    /// Why what is waited for is not known; `nil` when it is, or is about to be.
    private func trouble(in survey: RoutingSurvey) -> (reason: String, problem: String)? {
        for route in survey.routes {
            switch route.state {
            case .notProvisioned: continue
            case .unknown(let why):
                if let trouble = route.trouble { return (Self.reason(trouble), why) }
            case .known(let facts):
                for group in facts.groups {
                    if case .unknown(let why) = group.members, let trouble = group.trouble {
                        return (Self.reason(trouble), why)
                    }
                }
                if route.isManaged, let missing = facts.groups.prefix(2).first(where: { $0.arns.isEmpty }), isLate {
                    let problem = "no target group behind Ingress \(route.ingress) has the tag \(missing.tag)"
                    return ("TargetGroupNotFound", problem)
                }
            }
        }
        if let since = snapshot.readsAwaitedSince, since.advanced(by: Self.patience) <= now {
            let seconds = Int(since.duration(to: now).inSeconds)
            return ("ReadOverdue", "AWS was to be read \(seconds) s ago, and was not yet: other calls go first")
        }
        return nil
    }

    /// Whether nothing has moved for a while.
    private var isLate: Bool {
        guard let progress = status.conditions[.progressing]?.lastUpdateTime else { return false }
        return progress.advanced(by: Self.patience) <= now
    }

    private static func reason(_ trouble: ReadTrouble) -> String {
        switch trouble {
        case .noLoadBalancer: "LoadBalancerNotFound"
        case .failed(_, let reason): reason
        }
    }
}
