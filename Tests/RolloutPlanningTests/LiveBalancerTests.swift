import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// A load balancer comes to a live Rollout, or leaves it: no request may be lost on the way.
@Suite("Live changes of the load balancer") struct LiveBalancerTests {
    /// When the change is made.
    enum Moment: String, CaseIterable, Sendable {
        case atRest, inTheMiddle, whileOldPodsGo
    }

    private func bring(_ cluster: inout FakeCluster, to moment: Moment) {
        guard moment != .atRest else { return }
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        #expect(cluster.status.phase == .paused)
        guard moment == .whileOldPodsGo else { return }
        cluster.patch(["status": ["promoteFull": true]], subresource: "status")
        cluster.run(until: { $0.image(ofHash: $0.status.stableRS) == "web:2" })
    }

    private func complete(_ cluster: inout FakeCluster, from moment: Moment) {
        if moment == .atRest { cluster.setImage("web:2") }
        cluster.finish("web:2")
        #expect(cluster.isDone("web:2"), "\(cluster.summary)")
        cluster.setImage("web:3")
        cluster.finish("web:3")
        #expect(cluster.isDone("web:3"), "\(cluster.summary)")
        #expect(cluster.violations == [])
    }

    @Test("an Ingress and alb are added to a canary that splits by pods", arguments: Moment.allCases)
    func addALB(moment: Moment) {
        var cluster = Shop.cluster(steps: Shop.pausing, ingresses: []) { rollout in
            rollout.set(nil, at: "spec", "strategy", "canary", "trafficRouting")
            rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
        }
        cluster.balancer.keepsFormerTargets = true
        cluster.run(for: .seconds(20))
        bring(&cluster, to: moment)
        let backend: JSONValue = ["name": "web-stable", "port": ["name": "use-annotation"]]
        cluster.apply(.ingress, Shop.ingress("web", backend: backend))
        cluster.edit(.rollout, "web") { rollout in
            rollout.set(
                ["alb": ["ingress": "web", "servicePort": 80]], at: "spec", "strategy", "canary", "trafficRouting")
        }
        cluster.run(for: .seconds(10))
        let key = "alb.ingress.kubernetes.io/actions.web-stable"
        #expect(cluster.action(key: key).count == 2)
        complete(&cluster, from: moment)
        #expect(cluster.action(key: key) == ["web-canary=0", "web-stable=100"])
    }

    @Test("an Ingress leads to a blue-green Rollout from now on", arguments: Moment.allCases)
    func addIngress(moment: Moment) {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false], previewIngress: false)
        cluster.world.objects.remove(.ingress, ObjectKey(namespace: "shop", name: "web"))
        cluster.balancer.balancers = [:]
        cluster.hasServed = []
        cluster.run(for: .seconds(5))
        bring(&cluster, to: moment)
        cluster.apply(.ingress, Shop.ingress("web", backend: ["name": "web-active", "port": ["number": 80]]))
        cluster.run(for: .seconds(10))
        complete(&cluster, from: moment)
    }

    @Test("no Ingress leads to a blue-green Rollout any more", arguments: Moment.allCases)
    func removeIngress(moment: Moment) {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false])
        bring(&cluster, to: moment)
        for name in ["web", "preview"] {
            cluster.world.objects.remove(.ingress, ObjectKey(namespace: "shop", name: name))
        }
        cluster.balancer.balancers = [:]
        cluster.isDirty = true
        cluster.run(for: .seconds(5))
        complete(&cluster, from: moment)
    }

    @Test("another Ingress takes the place of a blue-green Rollout's", arguments: Moment.allCases)
    func replaceIngress(moment: Moment) {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false])
        bring(&cluster, to: moment)
        cluster.apply(.ingress, Shop.ingress("second", backend: ["name": "web-active", "port": ["number": 80]]))
        cluster.run(for: .seconds(10))
        cluster.world.objects.remove(.ingress, ObjectKey(namespace: "shop", name: "web"))
        cluster.balancer.balancers["web"] = nil
        cluster.isDirty = true
        complete(&cluster, from: moment)
    }
}
