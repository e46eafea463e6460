import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// A person changes the weights of a rule in AWS, past the Ingress.
@Suite("A rule that somebody else has moved") struct MovedRuleTests {
    /// A canary with 25 % of the traffic, confirmed, whose load balancer controller does nothing any more, and a rule
    /// that gives it more.
    private func moved(to weight: Int) -> FakeCluster {
        var cluster = Shop.healthy(steps: [["setWeight": 25], ["pause": ["duration": 10]], ["setWeight": 50]])
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.weights?.canary.weight == 25 && $0.status.weights?.verified == true })
        cluster.balancer.isStopped = true
        let action = ForwardActionText(destinations: [
            .init(serviceName: "web-canary", servicePort: 80, weight: weight),
            .init(serviceName: "web-stable", servicePort: 80, weight: 100 - weight),
        ])
        cluster.balancer.balancers["web"]?.rules = [action]
        return cluster
    }

    private func weight(of cluster: FakeCluster) -> Int? {
        cluster.annotation("alb.ingress.kubernetes.io/actions.web-root").flatMap(ForwardActionText.init(parsing:))?
            .weight(of: "web-canary")
    }

    @Test("stops the update where it is, and says so once") func stops() {
        var cluster = moved(to: 40)
        cluster.run(for: .seconds(60))
        #expect(weight(of: cluster) == 25)
        #expect(cluster.status.weights?.verified == false)
        let events = cluster.trace.filter { $0.contains("event WeightMoved:") }
        #expect(events.count == 1, "\(cluster.trace.joined(separator: "\n"))")
        #expect(events.first?.contains("a rule has 40 now") == true)
        let key = ObjectKey(namespace: "shop", name: "web")
        let plan = cluster.controller.plan(key, in: cluster.world, now: cluster.now)
        #expect(plan.decisions.contains { $0.code == "WeightHeld" && $0.message.contains("a rule has 40 %") })
    }

    @Test("lets the update go on when it is as the Ingress says again") func goesOn() {
        var cluster = moved(to: 40)
        cluster.run(for: .seconds(60))
        cluster.balancer.isStopped = false
        cluster.run(until: { $0.status.phase == .healthy })
        #expect(cluster.status.phase == .healthy)
        #expect(cluster.violations == [])
    }

    @Test("does not keep an abort from going back to stable") func abort() {
        var cluster = moved(to: 40)
        cluster.run(for: .seconds(20))
        cluster.patch(["status": ["abort": true]], subresource: "status")
        cluster.run(for: .seconds(5))
        #expect(weight(of: cluster) == 0)
    }
}
