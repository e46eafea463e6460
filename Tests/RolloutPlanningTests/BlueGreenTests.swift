import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// Blue-green in virtual time; every tick checks that what receives requests can answer them.
@Suite("Blue-green") struct BlueGreenTests {
    /// The image of the pods a Service selects.
    private func image(behind service: String, in cluster: FakeCluster) -> String? {
        let hash = cluster.object(.service, service)?.spec["selector"]?[RolloutKeys.podTemplateHash]?.stringValue
        let owner = cluster.replicaSets.first { $0.hash == hash }
        return owner?.object.spec.at("template", "spec", "containers")?[0]?["image"]?.stringValue
    }

    @Test("the new version becomes active at once, and the old one leaves after its delay")
    func promotes() {
        var cluster = Shop.blueGreen()
        #expect(cluster.status.phase == .healthy)
        #expect(cluster.status.blueGreen.activeSelector == cluster.status.currentPodHash)
        cluster.setImage("web:2")
        cluster.mustReach(within: .seconds(90)) { $0.isSettled(on: 4, image: "web:2") }
        #expect(image(behind: "web-active", in: cluster) == "web:2")
        #expect(image(behind: "web-preview", in: cluster) == "web:2")
        #expect(cluster.violations == [])
    }

    @Test("a pause holds the switch until a person promotes") func waitsForPerson() {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false])
        cluster.setImage("web:2")
        cluster.mustReach(within: .seconds(60)) { $0.status.pauses.map(\.reason) == ["BlueGreenPause"] }
        cluster.run(for: .seconds(60))
        #expect(cluster.status.phase == .paused)
        #expect(cluster.status.message == "BlueGreenPause")
        #expect(image(behind: "web-active", in: cluster) == "web:1")
        #expect(image(behind: "web-preview", in: cluster) == "web:2")
        cluster.patch(["status": ["pauseConditions": nil]], subresource: "status")
        cluster.mustReach(within: .seconds(90)) { $0.isSettled(on: 4, image: "web:2") }
        #expect(cluster.violations == [])
    }

    @Test("autoPromotionSeconds holds the switch for that long") func waitsForTime() {
        var cluster = Shop.blueGreen(["autoPromotionSeconds": 20])
        cluster.setImage("web:2")
        cluster.run(until: { !$0.status.pauses.isEmpty })
        let start = cluster.elapsed
        cluster.run(until: { [self] in image(behind: "web-active", in: $0) == "web:2" })
        #expect((19...22).contains(cluster.elapsed - start))
        cluster.mustReach(within: .seconds(90)) { $0.isSettled(on: 4, image: "web:2") }
        #expect(cluster.violations == [])
    }

    @Test("an abort before the switch takes the preview down and leaves the active version alone")
    func abortsBeforeSwitch() {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false])
        cluster.setImage("web:2")
        cluster.run(until: { !$0.status.pauses.isEmpty })
        cluster.patch(RolloutVerb.abort.body, subresource: "status")
        let isDown: (FakeCluster) -> Bool = { $0.pods.pods.count == 4 && $0.status.phase == .degraded }
        cluster.mustReach(within: .seconds(90), isDown)
        #expect(image(behind: "web-active", in: cluster) == "web:1")
        #expect(cluster.status.message.hasPrefix("RolloutAborted"))
        #expect(cluster.violations == [])
        cluster.patch(RolloutVerb.retry.body, subresource: "status")
        cluster.mustReach(within: .seconds(60)) { $0.status.pauses.map(\.reason) == ["BlueGreenPause"] }
        #expect(image(behind: "web-preview", in: cluster) == "web:2")
        #expect(cluster.violations == [])
    }

    @Test("abortScaleDownDelaySeconds 0 keeps the aborted version behind the preview") func keepsAborted() {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false, "abortScaleDownDelaySeconds": 0])
        cluster.setImage("web:2")
        cluster.run(until: { !$0.status.pauses.isEmpty })
        cluster.patch(RolloutVerb.abort.body, subresource: "status")
        cluster.run(for: .seconds(60))
        #expect(cluster.pods.pods.count == 8)
        #expect(image(behind: "web-preview", in: cluster) == "web:2")
        #expect(cluster.violations == [])
    }

    @Test("an abort after the switch goes back without losing a request") func abortsAfterSwitch() {
        var cluster = Shop.blueGreen()
        cluster.balancer.checkTime = .seconds(15)
        cluster.setImage("web:2")
        cluster.run(until: { [self] in image(behind: "web-active", in: $0) == "web:2" })
        #expect(cluster.status.stableRS != cluster.status.currentPodHash)
        cluster.patch(RolloutVerb.abort.body, subresource: "status")
        let isBack: (FakeCluster) -> Bool = { $0.pods.pods.count == 4 && $0.status.phase == .degraded }
        cluster.mustReach(within: .seconds(200), isBack)
        #expect(image(behind: "web-active", in: cluster) == "web:1")
        #expect(cluster.violations == [])
    }

    @Test("the stable version is not replaced before the load balancer sends everything to the new one")
    func verifiesBeforePromotion() {
        var cluster = Shop.blueGreen()
        cluster.balancer.checkTime = .seconds(40)
        cluster.setImage("web:2")
        cluster.run(until: { [self] in image(behind: "web-active", in: $0) == "web:2" })
        cluster.run(for: .seconds(20))
        #expect(cluster.status.stableRS != cluster.status.currentPodHash)
        #expect(cluster.status.message == "waiting for post-promotion verification to complete")
        #expect(cluster.pods.pods.count == 8)
        cluster.mustReach(within: .seconds(120)) { $0.isSettled(on: 4, image: "web:2") }
        #expect(cluster.violations == [])
    }

    @Test("the old version stays while AWS cannot be read") func blocksWithoutFacts() {
        var cluster = Shop.blueGreen()
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.stableRS == $0.status.currentPodHash && $0.pods.pods.count == 8 })
        cluster.awsFailure = ELBFailure("Throttling", "Rate exceeded", httpStatus: 400)
        cluster.run(for: .seconds(120))
        #expect(cluster.pods.pods.count == 8)
        cluster.awsFailure = nil
        cluster.mustReach(within: .seconds(120)) { $0.isSettled(on: 4, image: "web:2") }
        #expect(cluster.violations == [])
    }

    @Test("a preview of fewer pods grows to its full size before it becomes active") func previewReplicas() {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false, "previewReplicaCount": 1])
        cluster.setImage("web:2")
        cluster.run(until: { !$0.status.pauses.isEmpty })
        #expect(cluster.pods.pods.count == 5)
        cluster.patch(["status": ["pauseConditions": nil]], subresource: "status")
        cluster.run(until: { $0.status.blueGreen.scaleUpPreviewCheckPoint })
        #expect(image(behind: "web-active", in: cluster) == "web:1")
        cluster.mustReach(within: .seconds(120)) { $0.isSettled(on: 4, image: "web:2") }
        #expect(cluster.violations == [])
    }

    @Test("going back within the delay of the old version skips the pause") func fastRollback() {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false, "scaleDownDelaySeconds": 60])
        cluster.setImage("web:2")
        cluster.run(until: { !$0.status.pauses.isEmpty })
        cluster.patch(["status": ["pauseConditions": nil]], subresource: "status")
        cluster.mustReach(within: .seconds(120)) { $0.replicaSets.contains { $0.deadline != nil } }
        cluster.setImage("web:1")
        cluster.mustReach(within: .seconds(60)) { [self] in
            image(behind: "web-active", in: $0) == "web:1" && $0.status.phase == .healthy
        }
        #expect(cluster.violations == [])
    }

    @Test("going back at any moment after the switch needs no pause and loses nothing", arguments: 0..<48)
    func rollbackAfterSwitch(ticks: Int) {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false])
        cluster.setImage("web:2")
        cluster.run(until: { !$0.status.pauses.isEmpty })
        cluster.patch(["status": ["pauseConditions": nil]], subresource: "status")
        cluster.run(until: { [self] in image(behind: "web-active", in: $0) == "web:2" })
        for _ in 0..<ticks { cluster.step() }
        #expect(cluster.pods.pods.count == 8)
        cluster.setImage("web:1")
        cluster.mustReach(within: .seconds(90)) { $0.isSettled(on: 4, image: "web:1") }
        #expect(cluster.trace.filter { $0.contains("event RolloutPaused") }.count == 1)
        #expect(image(behind: "web-active", in: cluster) == "web:1")
        #expect(cluster.violations == [])
    }

    @Test("the delay of the former version is counted from when nothing reaches it") func delayIsPushedOn() throws {
        var cluster = Shop.blueGreen(["scaleDownDelaySeconds": 20])
        cluster.setImage("web:2")
        cluster.run(until: { $0.image(ofHash: $0.status.stableRS) == "web:2" })
        let former = { (cluster: FakeCluster) in cluster.replicaSets.first { $0.image == "web:1" } }
        let first = try #require(former(cluster)?.deadline)
        #expect(cluster.now.duration(to: first) > .seconds(18))
        cluster.run(for: .seconds(10))
        let pushed = try #require(former(cluster)?.deadline)
        #expect(pushed > first)
        cluster.run(for: .seconds(8))
        #expect(former(cluster)?.deadline == pushed)
        cluster.run(until: { former($0)?.specReplicas == 0 }, limit: .seconds(60))
        #expect(cluster.now >= pushed)
        #expect(cluster.violations == [])
    }

    @Test("another new version in the middle of an update replaces the preview only") func superseded() {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false])
        cluster.setImage("web:2")
        cluster.run(until: { !$0.status.pauses.isEmpty })
        cluster.setImage("web:3")
        cluster.run(until: { [self] in image(behind: "web-preview", in: $0) == "web:3" })
        #expect(image(behind: "web-active", in: cluster) == "web:1")
        cluster.mustReach(within: .seconds(120)) { $0.pods.pods.count == 8 && $0.status.phase == .paused }
        cluster.patch(["status": ["promoteFull": true]], subresource: "status")
        cluster.mustReach(within: .seconds(120)) { $0.isSettled(on: 4, image: "web:3") }
        #expect(cluster.violations == [])
    }

    @Test("scaling in the middle of an update reaches both versions") func scaled() {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false])
        cluster.setImage("web:2")
        cluster.run(until: { !$0.status.pauses.isEmpty })
        cluster.patch(["spec": ["replicas": 6]])
        cluster.mustReach(within: .seconds(30)) { $0.pods.pods.count == 12 }
        cluster.patch(["spec": ["replicas": 3]])
        cluster.mustReach(within: .seconds(90)) { $0.pods.pods.count == 6 }
        #expect(cluster.violations == [])
    }

    @Test("a controller that is killed before any effect goes on", arguments: 0..<40)
    func survivesCrash(effects: Int) {
        var cluster = Shop.blueGreen()
        cluster.crashAfter = effects
        cluster.setImage("web:2")
        cluster.mustReach(within: .seconds(120)) { $0.isSettled(on: 4, image: "web:2") }
        #expect(cluster.violations == [])
    }

    @Test("a Rollout without an Ingress only needs its Services") func withoutIngress() {
        var cluster = Shop.blueGreen(previewIngress: false)
        cluster.world.objects.remove(.ingress, ObjectKey(namespace: "shop", name: "web"))
        cluster.balancer.balancers = [:]
        cluster.setImage("web:2")
        cluster.mustReach(within: .seconds(60)) { $0.isSettled(on: 4, image: "web:2") }
    }

    struct Refusal: Sendable {
        var change: JSONValue
        var text: String
    }

    static let refusals = [
        Refusal(change: ["activeService": "web-preview"], text: "two different services are required"),
        Refusal(change: ["activeService": ""], text: "spec.strategy.blueGreen.activeService: Required value"),
        Refusal(change: ["scaleDownDelayRevisionLimit": 11], text: "revision history limit can not be smaller"),
        Refusal(change: ["prePromotionAnalysis": ["templates": []]], text: "analysis before promotion"),
        Refusal(change: ["previewService": "nowhere"], text: "services \"nowhere\" not found"),
    ]

    @Test("broken rules are refused by name", arguments: refusals) func refuses(_ refusal: Refusal) {
        let cluster = Shop.blueGreen(refusal.change)
        #expect(cluster.status.phase == .degraded)
        #expect(cluster.status.message.contains(refusal.text), "\(cluster.status.message)")
        #expect(cluster.replicaSets.isEmpty)
    }
}

extension FakeCluster {
    /// Runs until a condition holds, and fails the test when it does not within the limit.
    fileprivate mutating func mustReach(
        within limit: Duration, sourceLocation: SourceLocation = #_sourceLocation,
        _ condition: (FakeCluster) -> Bool
    ) {
        let isReached = run(until: condition, limit: limit)
        let phase = status.phase.map { $0.rawValue } ?? "-"
        #expect(isReached, "\(phase): \(status.message)", sourceLocation: sourceLocation)
    }
}
