import KubernetesModel
import LoadBalancerState
import RolloutModel

extension PromiseChecker {
    /// Whether what a Rollout calls verified is so.
    ///
    /// A new verdict must agree with every rule. A standing one may be overtaken by the weight that the Ingress asks
    /// for now, because the status is written after the annotation.
    mutating func brokenWeights(
        of rollout: Rollout, _ observer: SimulatedObserver, _ world: SimulatedWorld, now: Timestamp, _ elapsed: Duration
    ) -> [SimulationViolation] {
        guard let alb = rollout.spec.canary.alb, let weights = rollout.status.weights, weights.verified == true else {
            verdicts[rollout.key] = nil
            return []
        }
        guard !environment.explainsRules(now: now) else { return [] }
        let verified = weights.canary.weight
        let isNew = verdicts.updateValue(verified, forKey: rollout.key) != verified
        if aws?.mutations != world.elbMutations {
            aws = (world.elbMutations, AWSRecord(world.loadBalancer))
        }
        let canary = rollout.spec.canary
        let routed = canary.routed(stable: rollout.status.stablePingPong)
        var found: [SimulationViolation] = []
        for name in alb.ingresses {
            let prefix = "\(rollout.key.namespace)/\(name)-"
            let shares =
                aws?.record.shares(
                    of: "\(prefix)\(routed.canary):\(alb.servicePort)",
                    beside: "\(prefix)\(routed.stable):\(alb.servicePort)") ?? []
            let ingress = observer.object(.ingress, ObjectKey(namespace: rollout.key.namespace, name: name))
            let action = ingress?.annotation("\(alb.annotationPrefix)/actions.\(canary.actionService)")
            let intended = action.flatMap(ForwardActionText.init(parsing:))?.weight(of: routed.canary)
            // A promotion exchanges the roles of ping and pong, and the weights follow with the next plan.
            let isExchanged = canary.pingPong != nil && rollout.status.isFullyPromoted
            let wrong = shares.filter {
                $0 != verified && (isNew || $0 != intended) && !(isExchanged && 100 - $0 == verified)
            }
            guard !wrong.isEmpty || (shares.isEmpty && isNew) else { continue }
            let said = shares.isEmpty ? "no rule with both services" : "\(shares)"
            found.append(
                SimulationViolation(
                    .verifiedWeightsAreTrue, "Rollout \(rollout.key), Ingress \(name)",
                    "weight \(verified) is called verified, ELBv2 says \(said), the Ingress asks for "
                        + (intended.map(String.init) ?? "nothing"),
                    elapsed: elapsed))
        }
        return found
    }
}
