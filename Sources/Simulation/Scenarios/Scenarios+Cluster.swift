import ELBModel
import JSON
import KubernetesModel

/// Updates while the cluster is restless, and while people interfere.
extension SimulationScenario {
    static let cluster = [
        SimulationScenario(
            "leader-lost-between-targets", "The leader is lost between two calls that move targets",
            "The process ends after any of the effects around a blue-green promotion, and another one takes over. "
                + "Reported as aws-load-balancer-controller 1141."
        ) { plot in
            plot.shop.strategy = .blueGreen
            plot.settings.hasStandby = plot.draw(0...1) == 0
            plot.update()
            for _ in 0..<plot.draw(1...3) {
                plot.then(
                    after: plot.draw(.zero ... .seconds(12)),
                    plot.settings.hasStandby
                        ? .changeLeader(after: plot.draw(.zero ... .seconds(17)))
                        : .restartAfterNextEffects(plot.draw(1...8)))
            }
        },
        SimulationScenario(
            "lost-replicaset-events", "The watch of ReplicaSets passes events over",
            "What Weir believes about its ReplicaSets is old until the watch lists anew. "
                + "Reported as argo-rollouts 3316."
        ) { plot in
            plot.update()
            for _ in 0..<plot.draw(1...3) {
                plot.then(
                    after: plot.draw(.zero ... .seconds(20)),
                    .disturbWatch(.replicaSet, .lose(relistAfter: plot.draw(.seconds(2) ... .seconds(60)))))
            }
        },
        SimulationScenario(
            "node-drain", "Nodes are drained while the weight moves",
            "Pods of both versions are evicted and come up elsewhere. Reported as karpenter-provider-aws 4673."
        ) { plot in
            plot.shop.replicas = max(2, plot.shop.replicas)
            plot.settings.nodeCount = plot.draw(2...4)
            plot.update()
            for _ in 0..<plot.draw(1...2) {
                plot.then(after: plot.draw(.zero ... .seconds(60)), .drain(node: plot.draw(0...99)))
            }
        },
    ]

    static let people = [
        SimulationScenario(
            "conflict-storm", "An autoscaler, GitOps and people write at the same time",
            "The same objects are changed again and again while an update is under way. "
                + "Reported as argo-rollouts 3080."
        ) { plot in
            plot.update()
            let size = plot.shop.replicas
            for _ in 0..<plot.draw(4...12) {
                let after = plot.draw(.zero ... .seconds(8))
                switch plot.draw(0...4) {
                case 0: plot.then(after: after, .scale(plot.key, to: max(1, size + plot.draw(-1...2))))
                case 1: plot.then(after: after, .refuseWrites(plot.draw(1...5), .conflict))
                case 2:
                    // As GitOps does: everything but what others own.
                    plot.then(after: after, .apply([plot.shop.ingress]))
                default:
                    let kind = plot.draw(0...1) == 0 ? ResourceKind.rollout : .ingress
                    let note = "\(plot.draw(0...999))"
                    plot.then(
                        after: after,
                        .write(
                            .patch(
                                .init(
                                    kind, plot.key,
                                    body: ["metadata": ["annotations": ["example.com/note": .string(note)]]]))))
                }
            }
        },
        SimulationScenario(
            "console-edit", "A person changes the weights in the AWS console",
            "Weir stops where it is, says so, and goes on when the rule is as the Ingress says again. "
                + "Reported for the peer on ECS as containers-roadmap 2853."
        ) { plot in
            plot.shop.pause = max(plot.shop.pause, 10)
            plot.update()
            let key = plot.key
            plot.then(when: { $0.hasConfirmed(1, of: key) }, .moveWeight(canary: plot.draw(0...20) * 5))
            if plot.draw(0...1) == 0 {
                plot.then(after: plot.draw(.seconds(1) ... .seconds(30)), .moveWeight(canary: plot.draw(0...20) * 5))
            }
        },
    ]
}
