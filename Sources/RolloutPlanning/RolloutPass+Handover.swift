import KubernetesModel
import RolloutModel

/// From the services that an action names to others: when a live Rollout begins or ends ping-pong, or names other
/// Services or another port.
///
/// The new target groups are named with weight 0 first. Only when their targets are healthy do they get what the former
/// ones had, and the former ones go when nothing can reach them any more.
extension RolloutPass {
    /// What an action names that the spec does not.
    func formerDestinations(in action: ForwardActionText?) -> [ForwardActionText.Destination] {
        guard let action, let port = canary.alb?.servicePort else { return [] }
        return action.destinations.filter { destination in
            destination.servicePort != port || ![routed.canary, routed.stable].contains(destination.serviceName)
        }
    }

    /// Whether some Ingress still leads to a Service that the spec does not split traffic between any more.
    func isFormer(_ service: String) -> Bool {
        (canary.alb?.ingresses ?? []).contains { ingress in
            formerDestinations(in: writtenAction(on: ingress)).contains { $0.serviceName == service }
        }
    }

    /// The next action on the way from `action` to one that names the spec's services alone.
    mutating func handOver(
        _ action: ForwardActionText, on ingress: String, _ current: ReplicaSetView, _ stable: ReplicaSetView
    ) -> ForwardActionText {
        let port = canary.alb?.servicePort ?? 0
        func written(_ service: String) -> Int? {
            action.destinations.first { $0.serviceName == service && $0.servicePort == port }?.weight
        }
        needsFacts = true
        var canaryWeight = written(routed.canary) ?? 0
        var stableWeight = written(routed.stable) ?? 0
        // A Service that is gone would keep the load balancer controller from doing anything.
        var former = formerDestinations(in: action).filter { snapshot.serviceNames.contains($0.serviceName) }
        let isIntroduced = written(routed.canary) != nil && written(routed.stable) != nil
        if former.contains(where: { $0.weight > 0 }) {
            let toCanary = former.filter { follows($0.serviceName, current) }.reduce(0) { $0 + $1.weight }
            let toStable = former.reduce(0) { $0 + $1.weight } - toCanary
            let why = obstacle(on: ingress, former, toCanary: toCanary, toStable: toStable, current, stable)
            if isIntroduced, why == nil {
                let total = canaryWeight + stableWeight + toCanary + toStable
                canaryWeight = 100 * (canaryWeight + toCanary) / total
                stableWeight = 100 - canaryWeight
                for index in former.indices { former[index].weight = 0 }
                decide("HandedOver", "Ingress \(ingress) leads to \(routed.stable) and \(routed.canary) from now on.")
            } else {
                decide(
                    "HandoverWaits", "Ingress \(ingress) still leads to \(Self.names(former)).",
                    waitingFor: why ?? "target groups of \(routed.canary) and \(routed.stable)")
            }
        } else {
            if canaryWeight + stableWeight != 100 { stableWeight = 100 - min(100, canaryWeight) }
            let reach = former.map { self.reach(of: $0, on: ingress) }.reduce(Reach.unreachable(since: now)) {
                $0.combined(with: $1)
            }
            if isIntroduced, reach.permitsDestruction {
                former = []
            } else if !former.isEmpty {
                decide(
                    "HandoverWaits", "Ingress \(ingress) still names \(Self.names(former)): it \(reach).",
                    waitingFor: "the target groups of \(Self.names(former)) to be unreachable")
                follow(reach)
            }
        }
        return ForwardActionText(
            destinations: [.init(serviceName: routed.canary, servicePort: port, weight: canaryWeight)] + former
                + [.init(serviceName: routed.stable, servicePort: port, weight: stableWeight)])
    }

    /// Whether what a former service has goes to the new version, not to the stable one.
    private func follows(_ service: String, _ current: ReplicaSetView) -> Bool {
        !isAborted && !isFullyPromoted && isBound(service, to: current)
    }

    private func reach(of destination: ForwardActionText.Destination, on ingress: String) -> Reach {
        guard let facts = survey?.facts(of: ingress) else { return .unknown(why: "Ingress \(ingress) was not read") }
        let group = facts.groups.first {
            $0.service == destination.serviceName && $0.port == destination.servicePort
        }
        return group.map(reach(of:)) ?? .unknown(why: "\(destination.serviceName) was not read")
    }

    /// Why the former services must keep what they have; `nil` when the new ones can take it.
    private func obstacle(
        on ingress: String, _ former: [ForwardActionText.Destination], toCanary: Int, toStable: Int,
        _ current: ReplicaSetView, _ stable: ReplicaSetView
    ) -> String? {
        if survey?.routes.contains(where: { $0.ingress == ingress && $0.isNotProvisioned }) == true { return nil }
        guard let facts = survey?.facts(of: ingress) else { return "a read of Ingress \(ingress)" }
        for (group, version, weight) in [(facts.canary, current, toCanary), (facts.stable, stable, toStable)]
        where weight > 0 {
            guard isBound(group.service, to: version) else {
                return "Service \(group.service) to select \(version.name)"
            }
            let pods = snapshot.pods(of: version)
            switch group.readiness(for: pods, of: version.name) {
            case .ready: continue
            case .waiting(let what), .unknown(let what):
                let names = Set(former.filter { $0.weight > 0 }.map(\.serviceName))
                let isServed = facts.groups.contains { names.contains($0.service) && $0.healthyCount != 0 }
                if isServed || group.healthyCount(of: pods) ?? 0 == 0 { return what }
            }
        }
        return nil
    }

    private static func names(_ former: [ForwardActionText.Destination]) -> String {
        former.map { "\($0.serviceName):\($0.servicePort)" }.joined(separator: ", ")
    }
}

extension RoutingSurvey.Route {
    var isNotProvisioned: Bool {
        if case .notProvisioned = state { return true }
        return false
    }
}
