import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// A live Rollout gets another strategy, other Services, another port: no request may be lost on the way.
@Suite("Live changes") struct LiveChangeTests {
    private static func healthy(
        steps: JSONValue = Shop.pausing, ingresses: [String] = ["web"], edit: (inout JSONValue) -> Void = { _ in }
    ) -> FakeCluster {
        var cluster = Shop.healthy(steps: steps, ingresses: ingresses, edit: edit)
        cluster.idleServices.formUnion(["web-stable", "web-ping", "web-pong", "new-canary", "new-stable"])
        return cluster
    }

    private static func routing(_ rollout: inout JSONValue, _ name: String, _ value: JSONValue?) {
        rollout.set(value, at: "spec", "strategy", "canary", "trafficRouting", "alb", name)
    }

    /// When the change is made.
    enum Moment: String, CaseIterable, Sendable {
        case atRest, inTheMiddle, whileOldPodsGo
    }

    private func bring(_ cluster: inout FakeCluster, to moment: Moment) {
        switch moment {
        case .atRest: break
        case .inTheMiddle:
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.phase == .paused })
        case .whileOldPodsGo:
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.phase == .paused })
            cluster.patch(["status": ["promoteFull": true]], subresource: "status")
            cluster.run(until: { $0.status.stableRS == $0.status.currentPodHash })
        }
    }

    private func complete(_ cluster: inout FakeCluster) {
        cluster.run(for: .seconds(20))
        cluster.finish("web:2")
        cluster.setImage("web:3")
        cluster.finish("web:3")
        #expect(cluster.isDone("web:3"), "\(cluster.summary)")
        cluster.run(for: .seconds(30))
        #expect(cluster.violations == [])
    }

    @Test("into ping-pong with new Services", arguments: Moment.allCases) func intoPingPong(moment: Moment) {
        var cluster = Self.healthy(steps: Shop.pausing)
        for name in ["web-ping", "web-pong"] { cluster.apply(.service, Shop.service(name)) }
        bring(&cluster, to: moment)
        cluster.edit(.rollout, "web") { Shop.enterPingPong(&$0) }
        if moment == .atRest { cluster.setImage("web:2") }
        complete(&cluster)
        #expect(cluster.action().allSatisfy { $0.hasPrefix("web-p") } && cluster.action().count == 2)
        #expect(cluster.image(behind: "web-stable") == nil)
        #expect(cluster.object(.service, "web-stable")?.annotation(RolloutKeys.managedBy) == nil)
    }

    @Test("into ping-pong with the Services there are, in either order", arguments: Moment.allCases, [false, true])
    func intoPingPongWithSameServices(moment: Moment, isSwapped: Bool) {
        var cluster = Self.healthy(steps: Shop.pausing)
        bring(&cluster, to: moment)
        cluster.edit(.rollout, "web") { rollout in
            if isSwapped {
                Shop.enterPingPong(&rollout, ping: "web-stable", pong: "web-canary")
            } else {
                Shop.enterPingPong(&rollout, ping: "web-canary", pong: "web-stable")
            }
        }
        if moment == .atRest { cluster.setImage("web:2") }
        complete(&cluster)
    }

    @Test("out of ping-pong", arguments: Moment.allCases) func outOfPingPong(moment: Moment) {
        var cluster = Shop.pingPong()
        bring(&cluster, to: moment)
        cluster.edit(.rollout, "web") { rollout in
            rollout.set(nil, at: "spec", "strategy", "canary", "pingPong")
            rollout.set("web-canary", at: "spec", "strategy", "canary", "canaryService")
            rollout.set("web-stable", at: "spec", "strategy", "canary", "stableService")
        }
        if moment == .atRest { cluster.setImage("web:2") }
        complete(&cluster)
        #expect(cluster.action() == ["web-canary=0", "web-stable=100"])
    }

    @Test("to other Services, and to another port", arguments: Moment.allCases, [false, true])
    func otherServices(moment: Moment, isPort: Bool) {
        var cluster = Self.healthy(steps: Shop.pausing) {
            Self.routing(&$0, "stickinessConfig", Shop.sticky)
        }
        for name in ["new-canary", "new-stable"] { cluster.apply(.service, Shop.service(name)) }
        bring(&cluster, to: moment)
        cluster.edit(.rollout, "web") { rollout in
            if isPort {
                Self.routing(&rollout, "servicePort", 8080)
            } else {
                rollout.set("new-canary", at: "spec", "strategy", "canary", "canaryService")
                rollout.set("new-stable", at: "spec", "strategy", "canary", "stableService")
            }
        }
        if moment == .atRest { cluster.setImage("web:2") }
        complete(&cluster)
    }

    @Test("canaryService and stableService exchanged", arguments: Moment.allCases) func exchanged(moment: Moment) {
        var cluster = Self.healthy(steps: Shop.pausing)
        bring(&cluster, to: moment)
        cluster.edit(.rollout, "web") { rollout in
            rollout.set("web-stable", at: "spec", "strategy", "canary", "canaryService")
            rollout.set("web-canary", at: "spec", "strategy", "canary", "stableService")
        }
        if moment == .atRest { cluster.setImage("web:2") }
        complete(&cluster)
    }

    @Test("a new Service whose targets do not become healthy keeps the former ones") func unhealthy() {
        var cluster = Self.healthy(steps: Shop.pausing)
        for name in ["new-canary", "new-stable"] { cluster.apply(.service, Shop.service(name)) }
        cluster.balancer.checkTime = .seconds(60)
        cluster.edit(.rollout, "web") { rollout in
            rollout.set("new-canary", at: "spec", "strategy", "canary", "canaryService")
            rollout.set("new-stable", at: "spec", "strategy", "canary", "stableService")
        }
        cluster.run(for: .seconds(40))
        #expect(
            cluster.action() == ["new-canary=0", "web-canary=0", "web-stable=100", "new-stable=0"])
        cluster.run(for: .seconds(60))
        #expect(cluster.action() == ["new-canary=0", "new-stable=100"])
        #expect(cluster.violations == [])
    }

    @Test("from canary to blue-green and back", arguments: Moment.allCases) func blueGreen(moment: Moment) {
        var cluster = Self.healthy(steps: Shop.pausing)
        cluster.balancer.keepsFormerTargets = true
        bring(&cluster, to: moment)
        cluster.edit(.rollout, "web") { rollout in
            rollout.set(
                ["blueGreen": ["activeService": "web-stable", "previewService": "web-canary"]], at: "spec", "strategy")
        }
        if moment == .atRest { cluster.setImage("web:2") }
        cluster.run(until: { $0.isDone("web:2") }, limit: .seconds(200))
        #expect(cluster.isDone("web:2"), "\(cluster.summary)")
        #expect(cluster.action() == ["web-stable=100"])
        #expect(cluster.annotation(RolloutKeys.managedALBAnnotations) == nil)
        cluster.setImage("web:3")
        cluster.run(until: { $0.isDone("web:3") }, limit: .seconds(200))
        #expect(cluster.isDone("web:3"), "\(cluster.summary)")
        let strategy = Shop.rollout(steps: Shop.pausing).at("spec", "strategy")
        cluster.edit(.rollout, "web") { $0.set(strategy, at: "spec", "strategy") }
        cluster.setImage("web:4")
        cluster.finish("web:4")
        #expect(cluster.isDone("web:4"), "\(cluster.summary)")
        #expect(cluster.violations == [])
    }

    @Test("from canary to blue-green with other Services, while the Ingress stays") func otherBlueGreen() {
        var cluster = Self.healthy(steps: Shop.pausing)
        cluster.balancer.keepsFormerTargets = true
        for name in ["web-active", "web-preview"] { cluster.apply(.service, Shop.service(name)) }
        bring(&cluster, to: .inTheMiddle)
        cluster.edit(.rollout, "web") { rollout in
            rollout.set(
                ["blueGreen": ["activeService": "web-active", "previewService": "web-preview"]], at: "spec", "strategy")
        }
        cluster.run(for: .seconds(200))
        #expect(cluster.status.phase == .healthy)
        #expect(cluster.pods.pods.count == 4)
        #expect(cluster.image(behind: "web-active") == "web:2")
        #expect(cluster.image(behind: "web-stable") == nil)
        #expect(cluster.action() == ["web-stable=100"])
        #expect(cluster.violations == [])
    }

    @Test("ALB is added to a canary that splits by pods") func addALB() {
        var cluster = Shop.cluster(steps: Shop.pausing) { rollout in
            rollout.set(nil, at: "spec", "strategy", "canary", "trafficRouting")
            rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
        }
        cluster.edit(.ingress, "web") { document in
            document["spec"] = Shop.ingress("web", backend: ["name": "web-stable", "port": ["number": 80]])["spec"]
        }
        cluster.run(for: .seconds(20))
        cluster.edit(.rollout, "web") { rollout in
            rollout.set(
                ["alb": ["ingress": "web", "servicePort": 80]], at: "spec", "strategy", "canary", "trafficRouting")
        }
        cluster.run(for: .seconds(5))
        let key = "alb.ingress.kubernetes.io/actions.web-stable"
        #expect(cluster.action(key: key) == ["web-canary=0", "web-stable=100"])
        cluster.edit(.ingress, "web") { document in
            document["spec"] =
                Shop.ingress("web", backend: ["name": "web-stable", "port": ["name": "use-annotation"]])["spec"]
        }
        cluster.setImage("web:2")
        cluster.finish("web:2")
        #expect(cluster.isDone("web:2"), "\(cluster.summary)")
        #expect(cluster.violations == [])
    }

    @Test("ALB is taken away", arguments: Moment.allCases) func removeALB(moment: Moment) {
        var cluster = Self.healthy(steps: Shop.pausing)
        bring(&cluster, to: moment)
        cluster.edit(.rollout, "web") { rollout in
            rollout.set(nil, at: "spec", "strategy", "canary", "trafficRouting")
            rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
        }
        cluster.run(until: { $0.annotation(RolloutKeys.managedALBAnnotations) == nil }, limit: .seconds(60))
        #expect(cluster.action() == ["web-stable=100"])
        #expect(cluster.annotation(RolloutKeys.managedALBActions) == nil)
        #expect(cluster.annotation(RolloutKeys.releasing) == nil)
        #expect(cluster.status.weights == nil)
        #expect(cluster.violations == [])
    }

    @Test("a second Ingress is named no more", arguments: Moment.allCases) func fewerIngresses(moment: Moment) {
        var cluster = Self.healthy(steps: Shop.pausing, ingresses: ["web", "admin"])
        cluster.balancer.keepsFormerTargets = true
        bring(&cluster, to: moment)
        cluster.edit(.rollout, "web") { Self.routing(&$0, "ingresses", ["web"]) }
        cluster.run(
            until: { $0.annotation(RolloutKeys.managedALBAnnotations, of: "admin") == nil }, limit: .seconds(90))
        #expect(cluster.action(on: "admin") == ["web-stable=100"])
        if moment == .atRest { cluster.setImage("web:2") }
        complete(&cluster)
    }

    @Test("users and faults at random moments lose nothing", arguments: [UInt64](1...12)) func chaos(seed: UInt64) {
        var generator = SplitMix(state: seed)
        var cluster = Self.healthy(steps: [["setWeight": 25], ["pause": ["duration": 3]], ["setWeight": 50]])
        for name in ["web-ping", "web-pong", "new-canary", "new-stable"] { cluster.apply(.service, Shop.service(name)) }
        for turn in 1...8 {
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: cluster.edit(.rollout, "web") { Shop.enterPingPong(&$0) }
            case 1: cluster.edit(.rollout, "web") { Self.leavePingPong(&$0, "web") }
            case 2: cluster.edit(.rollout, "web") { Self.leavePingPong(&$0, "new") }
            default: cluster.crashAfter = Int.random(in: 0...3, using: &generator)
            }
            if Bool.random(using: &generator) { cluster.setImage("web:\(turn)") }
            cluster.run(for: .milliseconds(Int.random(in: 250...20_000, using: &generator)))
        }
        cluster.crashAfter = nil
        cluster.patch(["status": ["promoteFull": true]], subresource: "status")
        cluster.run(until: { $0.isAtRest }, limit: .seconds(300))
        #expect(cluster.isAtRest, "seed \(seed): \(cluster.summary)")
        #expect(cluster.violations == [], "seed \(seed): \(cluster.trace.joined(separator: "\n"))")
    }

    private static func leavePingPong(_ rollout: inout JSONValue, _ prefix: String) {
        rollout.set(nil, at: "spec", "strategy", "canary", "pingPong")
        rollout.set(.string("\(prefix)-canary"), at: "spec", "strategy", "canary", "canaryService")
        rollout.set(.string("\(prefix)-stable"), at: "spec", "strategy", "canary", "stableService")
    }
}
