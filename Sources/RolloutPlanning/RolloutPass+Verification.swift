import ELBModel
import KubernetesModel
import Planning
import RolloutModel

/// The Events about what AWS was read to do.
///
/// Source: argo-rollouts `VerifyWeight` and `awsVerifyTargetGroups`. They are told when an answer changes, not with
/// every read.
extension RolloutPass {
    /// Whether a load balancer whose weights the Rollout writes could not be read.
    var hasTrouble: Bool { survey?.routes.contains { $0.isManaged && $0.trouble != nil } ?? false }

    /// Tells whether the weights are in effect, when the answer or the weight is another than before.
    mutating func tellVerification(of weights: TrafficWeights) {
        let weight = weights.canary.weight
        guard let verdict = weights.verified, let survey,
            verdict != was.weights?.verified || weight != was.weights?.canary.weight
        else { return }
        for route in survey.routes where route.isManaged {
            guard case .known(let facts) = route.state else {
                tell(route.trouble, about: routed.canary, isWeight: true)
                continue
            }
            guard let group = facts.canary.arns.first else { continue }
            let name = Self.name(routed.canary, group)
            if verdict {
                statusEvents.append(event("TargetGroupVerified", "\(name) verified: canary weight \(weight) set"))
            } else if let share = facts.shares.first(where: { $0 != weight }) {
                statusEvents.append(
                    event(
                        "TargetGroupUnverified",
                        "\(name) not verified: canary weight \(weight) not yet set (current: \(share))",
                        severity: .warning))
            }
        }
    }

    /// Tells that all pods of a version are targets.
    mutating func tellRegistration(of group: GroupSurvey, _ pods: [PodView]) {
        guard let arn = group.arns.first else { return }
        let count = pods.filter(\.isReady).count
        statusEvents.append(
            event("TargetGroupVerified", "\(Self.name(group.service, arn)) verified: \(count) endpoints registered"))
    }

    /// Tells once that pods of the version that has become active are no targets yet, or that nobody knows.
    mutating func tellActivation(_ strategy: BlueGreenStrategy, _ current: ReplicaSetView) {
        guard !isFullyPromoted, !isAborted, !was.stableRS.isEmpty, let survey,
            status.blueGreen.activeSelector == current.hash
        else {
            record.told = nil
            return
        }
        guard record.told != current.hash else { return }
        let count = statusEvents.count
        for route in survey.routes { tellRegistration(on: route, of: strategy.activeService, current) }
        if statusEvents.count > count { record.told = current.hash }
    }

    private mutating func tellRegistration(
        on route: RoutingSurvey.Route, of service: String, _ current: ReplicaSetView
    ) {
        guard case .known(let facts) = route.state else { return tell(route.trouble, about: service) }
        guard let group = facts.serving(service), let arn = group.arns.first else { return }
        guard case .known(let states) = group.members else { return tell(group.trouble, about: service, arn) }
        let ready = snapshot.pods(of: current).filter(\.isReady)
        let count = ready.filter { states[$0.address] != nil }.count
        guard count < ready.count else { return }
        statusEvents.append(
            event(
                "TargetGroupUnverified",
                "\(Self.name(service, arn)) not verified: \(count)/\(ready.count) endpoints registered",
                severity: .warning))
    }

    private mutating func tell(
        _ trouble: ReadTrouble?, about service: String, _ group: TargetGroupARN? = nil, isWeight: Bool = false
    ) {
        switch trouble {
        case nil: return
        case .noLoadBalancer(let hostname):
            statusEvents.append(
                event("LoadBalancerNotFound", "Failed to find load balancer: \(hostname)", severity: .warning))
        case .failed(let problem, _):
            statusEvents.append(
                event(
                    "TargetGroupVerifyError", "Failed to verify \(Self.name(service, group)): \(problem)",
                    severity: .warning))
            guard isWeight else { return }
            statusEvents.append(
                event("WeightVerifyError", "Failed to verify weight: \(problem)", severity: .warning))
        }
    }

    private static func name(_ service: String, _ group: TargetGroupARN?) -> String {
        "Service \(service) (TargetGroup \(group?.rawValue ?? "unknown"))"
    }
}

extension RoutingSurvey.Facts {
    /// The target group through which a load balancer sends requests to a Service; `nil` when it sends it none.
    func serving(_ service: String) -> GroupSurvey? {
        groups.first { $0.service == service && !$0.arns.isEmpty && $0.share > 0 }
    }
}
