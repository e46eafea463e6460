import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// Ping-pong in virtual time; every tick checks that what receives requests can answer them.
@Suite("Ping-pong") struct PingPongTests {
    @Test("roles swap at a promotion, and selectors do not change then") func promotion() {
        var cluster = Shop.pingPong()
        #expect(cluster.status.phase == .healthy)
        #expect(cluster.status.stablePingPong == .ping)
        #expect(cluster.action() == ["web-pong=0", "web-ping=100"])
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        #expect(cluster.action() == ["web-pong=25", "web-ping=75"])
        #expect(cluster.image(behind: "web-pong") == "web:2")
        #expect(cluster.image(behind: "web-ping") == "web:1")
        cluster.finish("web:2")
        #expect(cluster.isDone("web:2"))
        #expect(cluster.status.stablePingPong == .pong)
        #expect(cluster.action() == ["web-ping=0", "web-pong=100"])
        #expect(cluster.image(behind: "web-pong") == "web:2")
        #expect(!cluster.trace.contains { $0.contains("service 'web-ping' from 'b") })
        cluster.setImage("web:3")
        cluster.finish("web:3")
        #expect(cluster.isDone("web:3"))
        #expect(cluster.status.stablePingPong == .ping)
        #expect(cluster.image(behind: "web-ping") == "web:3")
        #expect(cluster.violations == [])
    }

    @Test("the new version's Service selects it before it has pods") func earlySwitch() throws {
        var cluster = Shop.pingPong()
        cluster.pods.startup = .seconds(20)
        cluster.setImage("web:2")
        cluster.run(for: .seconds(5))
        #expect(cluster.image(behind: "web-pong") == "web:2")
        #expect(cluster.action() == ["web-pong=0", "web-ping=100"])
        #expect(cluster.violations == [])
    }

    /// A pod made earlier would have no readiness gate: the webhook gives it by the Services that select the new pod.
    @Test("the new version gets no pod before its Service selects it") func selectedBeforePods() throws {
        var cluster = Shop.pingPong()
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        let switched = try #require(cluster.trace.firstIndex { $0.contains("patch Service web-pong ") })
        let scaled = try #require(cluster.trace.firstIndex { $0.contains("(revision 2) from 0 to 1") })
        #expect(switched < scaled)
        #expect(cluster.violations == [])
    }

    @Test("an abort takes the weight back and leaves the selector") func abort() {
        var cluster = Shop.pingPong()
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        cluster.patch(RolloutVerb.abort.body, subresource: "status")
        cluster.run(until: { $0.pods.pods.count == 4 }, limit: .seconds(120))
        #expect(cluster.action() == ["web-pong=0", "web-ping=100"])
        #expect(cluster.image(behind: "web-pong") == "web:2")
        #expect(cluster.status.stablePingPong == .ping)
        #expect(cluster.pods.pods.count == 4)
        cluster.patch(RolloutVerb.retry.body, subresource: "status")
        cluster.finish("web:2")
        #expect(cluster.isDone("web:2"))
        #expect(cluster.violations == [])
    }

    @Test("going back to the stable version in the middle keeps the roles") func backToStable() {
        var cluster = Shop.pingPong()
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.currentStepIndex == 3 || $0.status.phase == .paused })
        cluster.setImage("web:1")
        cluster.run(until: { $0.isDone("web:1") }, limit: .seconds(120))
        #expect(cluster.isDone("web:1"))
        #expect(cluster.status.stablePingPong == .ping)
        #expect(cluster.violations == [])
    }

    @Test("going back after the promotion goes through the other Service again") func backAfterPromotion() {
        var cluster = Shop.pingPong(steps: [["setWeight": 50]])
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.stablePingPong == .pong })
        cluster.setImage("web:1")
        cluster.run(until: { $0.isDone("web:1") }, limit: .seconds(200))
        #expect(cluster.isDone("web:1"))
        #expect(cluster.status.stablePingPong == .ping)
        #expect(cluster.violations == [])
    }

    @Test("a version that replaces one with traffic waits until nothing reaches that one") func superseded() {
        var cluster = Shop.pingPong()
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        cluster.setImage("web:3")
        cluster.finish("web:3")
        #expect(cluster.isDone("web:3"))
        #expect(cluster.status.stablePingPong == .pong)
        #expect(cluster.violations == [])
    }

    @Test("nothing is read at rest, with stickiness neither") func rest() {
        var cluster = Shop.pingPong {
            $0.set(Shop.sticky, at: "spec", "strategy", "canary", "trafficRouting", "alb", "stickinessConfig")
        }
        cluster.setImage("web:2")
        cluster.finish("web:2")
        #expect(cluster.isDone("web:2"))
        cluster.run(for: .seconds(60))
        let reads = cluster.reads
        cluster.run(for: .seconds(1800))
        #expect(cluster.reads == reads)
        #expect(cluster.violations == [])
    }

    @Test("stableService and canaryService follow the versions beside it") func fourServices() {
        var cluster = Shop.pingPong {
            $0.set("web-canary", at: "spec", "strategy", "canary", "canaryService")
            $0.set("web-stable", at: "spec", "strategy", "canary", "stableService")
        }
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        #expect(cluster.image(behind: "web-canary") == "web:2")
        #expect(cluster.image(behind: "web-stable") == "web:1")
        #expect(cluster.status.weights?.canary.serviceName == "web-canary")
        cluster.finish("web:2")
        #expect(cluster.image(behind: "web-stable") == "web:2")
        #expect(cluster.violations == [])
    }

    @Test("a full promotion, a new size and a killed controller lose nothing", arguments: 0...11)
    func crashes(point: Int) {
        var cluster = Shop.pingPong(ingresses: point % 2 == 0 ? ["web"] : ["web", "admin"])
        cluster.setImage("web:2")
        cluster.crashAfter = point
        cluster.run(until: { $0.status.phase == .paused }, limit: .seconds(60))
        cluster.patch(["spec": ["replicas": 6]])
        cluster.crashAfter = point / 2
        cluster.run(for: .seconds(8))
        cluster.patch(["status": ["promoteFull": true]], subresource: "status")
        cluster.crashAfter = point
        cluster.run(until: { $0.isSettled(on: 6, image: "web:2") }, limit: .seconds(200))
        #expect(cluster.isSettled(on: 6, image: "web:2"), "\(cluster.summary)")
        #expect(cluster.violations == [])
    }

    @Test("the status names what AWS has") func resources() throws {
        let cluster = Shop.pingPong(ingresses: ["web", "admin"])
        let albs = cluster.status.albs
        #expect(albs.map(\.ingress) == ["web", "admin"])
        #expect(albs.first?.loadBalancer?.fullName == "web.elb.test/1")
        #expect(albs.first?.stableTargetGroup?.fullName == "web-web-ping-80/1")
        #expect(albs.last?.canaryTargetGroup?.name == "admin-web-pong-80")
        let document = try #require(cluster.object(.rollout, "web")?.status)
        #expect(document["alb"] == document["albs"]?[1])
    }
}
