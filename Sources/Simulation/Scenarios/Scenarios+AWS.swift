import ELBModel
import JSON
import KubernetesModel
import LoadBalancerState
import RolloutModel

/// Updates while AWS is slow, full or silent.
extension SimulationScenario {
    static let weights = [
        SimulationScenario(
            "selector-swap-throttled-register", "Blue-green promotion while RegisterTargets is throttled",
            "The new version's pods cannot be registered while the active Service is to be switched. "
                + "Reported as argo-rollouts 4834 and aws-load-balancer-controller 3621."
        ) { plot in
            plot.shop.strategy = .blueGreen
            plot.update()
            let operation = plot.draw(0...2) == 0 ? nil : "RegisterTargets"
            plot.then(
                after: plot.draw(.zero ... .seconds(15)),
                .throttleAWS(operation: operation, for: plot.draw(.seconds(10) ... .seconds(120))))
        },
        SimulationScenario(
            "last-step-slow-propagation", "From 99 % to 100 % with slow propagation and a small stable version",
            "A node of the load balancer learns of the last change only 20 s later. Reported as argo-rollouts 4595."
        ) { plot in
            plot.shop.weights = [99]
            plot.shop.replicas = plot.draw(2...6)
            plot.shop.extra["dynamicStableScale"] = true
            plot.shop.extra["scaleDownDelaySeconds"] = nil
            plot.shop.annotations["weir.dev/settle-seconds"] = "25"
            plot.settings.loadBalancing.propagationDelay = .zero ... .seconds(20)
            plot.update()
        },
        SimulationScenario(
            "verification-throttled", "AWS does not answer reads when the last weight is to be verified",
            "Everything is at 100 % and every read is refused for minutes. Reported as argo-rollouts 3333."
        ) { plot in
            plot.shop.weights = [30, 100]
            plot.update()
            let key = plot.key
            let silence = plot.draw(.seconds(60) ... .seconds(400))
            plot.then(
                when: { $0.rollout(key)?.status.weights?.canary.weight == 100 },
                .throttleAWS(operation: nil, for: silence))
        },
        SimulationScenario(
            "target-quota", "A target group is full in the middle of an update",
            "RegisterTargets is refused with TooManyTargets until somebody raises the quota. "
                + "Reported as aws-load-balancer-controller 4360 and 3560."
        ) { plot in
            plot.update()
            let failure = ELBFailure(.tooManyTargets, "the quota of targets is reached")
            plot.then(
                after: plot.draw(.zero ... .seconds(30)),
                .failAWS(operation: "RegisterTargets", count: plot.draw(3...25), failure))
        },
        SimulationScenario(
            "two-listeners", "Two listeners, and the change of one rule is lost",
            "HTTP on two ports carries the same weights; one ModifyRule fails or its answer is lost. "
                + "What is verified is every rule, not the last one that was looked at."
        ) { plot in
            plot.shop.listenPorts = [80, 8080]
            plot.update()
            if plot.draw(0...1) == 0 {
                let silence = plot.draw(.seconds(5) ... .seconds(90))
                plot.then(when: { $0.hasUnequalRules }, .throttleAWS(operation: "ModifyRule", for: silence))
                return
            }
            let key = plot.key
            let count = plot.draw(1...4)
            let failure = ELBFailure(.internalFailure, "try again")
            let action: SimulationAction =
                plot.draw(0...1) == 0
                ? .failAWS(operation: "ModifyRule", count: count, failure)
                : .loseAWSAnswers(operation: "ModifyRule", count: count)
            plot.then(when: { $0.rollout(key)?.status.currentStepIndex == 0 }, action)
        },
    ]

    static let aws = [
        SimulationScenario(
            "cold-restart-urgent-rollback", "The controller restarts, AWS throttles, and one Rollout must go back",
            "Several load balancers are read anew within AWS's token buckets while one update is aborted. "
                + "Reported as aws-load-balancer-controller 3540, with hundreds of Ingresses; here there are a few."
        ) { plot in
            plot.settings.loadBalancing.isThrottling = true
            plot.shop.weights = [50]
            plot.shop.pause = 40
            for index in 1...plot.draw(2...4) {
                var other = plot.shops[0]
                other.name = "shop-\(index)"
                other.replicas = 1
                plot.shops.append(other)
            }
            plot.update()
            plot.then(atWeight: 50, .restart)
            plot.then(after: plot.draw(.zero ... .seconds(3)), .abort(plot.key))
            plot.then(after: plot.draw(.seconds(30) ... .seconds(120)), .retry(plot.key))
        },
        SimulationScenario(
            "bad-neighbour", "An Ingress beside the Rollout's, or its own, becomes invalid",
            "What is written wrong must not stop anything else, and is put right later. "
                + "Reported as aws-load-balancer-controller 4597; Weir gives every Ingress a load balancer of its own."
        ) { plot in
            plot.update()
            var neighbour = plot.shop
            neighbour.name = "neighbour"
            var bad = plot.draw(0...1) == 0 ? neighbour.ingress : plot.shop.ingress
            let annotation = "alb.ingress.kubernetes.io/listen-ports"
            bad.set("not JSON", at: "metadata", "annotations", annotation)
            plot.then(after: plot.draw(.zero ... .seconds(30)), .apply([bad]))
            let name = bad.at("metadata", "name")?.stringValue ?? ""
            let key = ObjectKey(namespace: SimulatedShop.namespace, name: name)
            let correction: JSONValue = ["metadata": ["annotations": [annotation: nil]]]
            plot.then(
                after: plot.draw(.seconds(5) ... .seconds(90)), .write(.patch(.init(.ingress, key, body: correction))))
        },
        SimulationScenario(
            "access-denied-at-start", "Weir starts without permission to ask AWS",
            "Every call is refused with AccessDenied until somebody mends the role. Reported as argo-rollouts 4240."
        ) { plot in
            let failure = ELBFailure(.accessDenied, "not authorized to perform this action")
            plot.prologue.append(.failAWS(operation: nil, count: plot.draw(3...30), failure))
            plot.update()
            plot.then(after: plot.draw(.seconds(5) ... .seconds(40)), .restart)
            plot.then(
                after: plot.draw(.zero ... .seconds(4)), .failAWS(operation: nil, count: plot.draw(3...30), failure))
        },
    ]
}
