import JSON
import KubernetesModel
import RolloutModel

/// Updates that are hard by themselves.
extension SimulationScenario {
    static let updates = [
        SimulationScenario(
            "superseded-in-flight", "A newer version while another one has traffic",
            "A is stable, B has a quarter of the traffic, and C is pushed; sometimes D at once after it. "
                + "Reported as argo-rollouts 3617."
        ) { plot in
            plot.shop.weights = [25, 60]
            if plot.draw(0...1) == 0 { plot.shop.strategy = .pingPong }
            plot.update()
            let image = SimulatedShop.image("3.0")
            plot.then(atWeight: 25, .setImage(plot.key, image))
            if plot.draw(0...1) == 0 {
                plot.then(after: plot.draw(.zero ... .seconds(20)), .setImage(plot.key, SimulatedShop.image("4.0")))
            }
        },
        SimulationScenario(
            "abort-shrunken-stable", "Abort at 80 % while stable is small, and the autoscaler adds pods",
            "dynamicStableScale has taken stable down to its share; the abort comes together with a larger size. "
                + "Reported as argo-rollouts 3020, 4973 and 4898."
        ) { plot in
            plot.shop.replicas = plot.draw(4...8)
            plot.shop.weights = [40, 80]
            plot.shop.extra["dynamicStableScale"] = true
            plot.shop.extra["scaleDownDelaySeconds"] = nil
            plot.update()
            plot.then(atWeight: 80, .abort(plot.key))
            let size = plot.shop.replicas + plot.draw(1...4)
            plot.then(after: plot.draw(.zero ... .seconds(10)), .scale(plot.key, to: size))
            plot.then(after: plot.draw(.seconds(20) ... .seconds(200)), .retry(plot.key))
        },
        SimulationScenario(
            "strategy-switch", "From canary to blue-green and back on a live Rollout",
            "The strategy of a serving Rollout changes with the next version. Reported as argo-rollouts 3275 and 4223."
        ) { plot in
            plot.update()
            var other = plot.shop
            other.version = "3.0"
            other.strategy = [.pingPong, .blueGreen, .canary][plot.draw(0...2)]
            if other.strategy == .canary {
                plot.shop.strategy = .blueGreen
                // Without an action of its own the new Ingress would answer 503, as it says.
                other.firstBackend = "\(plot.shop.name)-active"
            }
            plot.then(after: plot.draw(.zero ... .seconds(90)), .apply(other.manifests))
            if plot.draw(0...1) == 0 {
                var back = plot.shop
                back.version = "4.0"
                plot.then(after: plot.draw(.zero ... .seconds(120)), .apply(back.manifests))
            }
        },
        SimulationScenario(
            "first-update-at-once", "The first update right after the first version, Services without hash",
            "The Services' selectors carry no pod-template hash when the Rollout meets them, and the first update "
                + "comes as soon as the first version serves. Reported as argo-rollouts 5006."
        ) { plot in
            plot.shop.strategy = .pingPong
            plot.update()
            if plot.draw(0...1) == 0 {
                plot.then(after: plot.draw(.zero ... .seconds(40)), .setImage(plot.key, SimulatedShop.image("3.0")))
            }
        },
        SimulationScenario(
            "surge-limit", "A large update with room for twice the pods and not one more",
            "Twice the size is all that the database behind it can serve. Reported as argo-rollouts 3284 and 3397."
        ) { plot in
            plot.shop.replicas = plot.draw(6...10)
            plot.settings.podsPerSizeMax = 2
            plot.update()
        },
        SimulationScenario(
            "hash-change", "An upgrade of the controller that computes another template hash",
            "The ReplicaSet that serves was made by another controller with a hash that Weir would not compute; it is "
                + "adopted, not replaced. Reported as argo-rollouts 4696."
        ) { plot in
            plot.shop.foreignHash = "5f7c6d94b8"
            plot.update()
        },
        SimulationScenario(
            "header-route-flapping", "A header route while the new version comes and goes",
            "The route to the canary has to stay where it is while its pods are not ready. "
                + "Reported as argo-rollouts 4486."
        ) { plot in
            plot.shop.hasHeaderRoute = true
            plot.shop.pause = max(plot.shop.pause, 15)
            plot.update()
            let key = plot.key
            plot.then(
                when: { $0.isUpdating(key, pastStep: 2) },
                .breakCanaryPod(of: key, for: .seconds(12)))
            plot.then(after: plot.draw(.seconds(1) ... .seconds(30)), .breakCanaryPod(of: key, for: .seconds(5)))
        },
        SimulationScenario(
            "sticky-clients", "Clients with cookies, and the version they stick to is taken away",
            "A cookie outranks every weight: a target group without weight is still reached. "
                + "Reported as argo-rollouts 2726."
        ) { plot in
            plot.shop.stickySeconds = plot.draw(20...3_600)
            plot.update()
            if plot.draw(0...1) == 0 {
                plot.then(after: plot.draw(.seconds(5) ... .seconds(60)), .abort(plot.key))
                plot.then(after: plot.draw(.seconds(1) ... .seconds(60)), .retry(plot.key))
            } else {
                plot.then(
                    after: plot.draw(.seconds(5) ... .seconds(90)), .setImage(plot.key, SimulatedShop.image("3.0")))
            }
            plot.endingMax = .seconds(6 * 3_600)
        },
        SimulationScenario(
            "delete-mid-update", "The application is deleted in the middle of an update",
            "Rollout and Ingress are deleted; nothing may be left in AWS. "
                + "Reported as aws-load-balancer-controller 4773."
        ) { plot in
            plot.update()
            let wait = plot.draw(.zero ... .seconds(90))
            let objects: [(ResourceKind, ObjectKey)] = [(.rollout, plot.key), (.ingress, plot.key)]
            let isReversed = plot.draw(0...1) == 0
            for (index, (kind, key)) in (isReversed ? objects.reversed() : objects).enumerated() {
                plot.then(after: index == 0 ? wait : plot.draw(.zero ... .seconds(20)), .delete(kind, key))
            }
            plot.ending = .nothingLeft
        },
        SimulationScenario(
            "metrics-without-answer", "The metric provider answers with nothing or nonsense",
            "An analysis must not pass on no data. Reported as argo-rollouts 4479 and 1905.",
            missing: "Weir has no analysis yet, so there is no metric provider that could fail"),
        SimulationScenario(
            "lockstep-group", "Several Rollouts move together and one of them fails",
            "All go back when one does. Reported as argo-rollouts 4778.",
            missing: "Weir has no groups of Rollouts yet; each moves on its own"),
    ]
}
