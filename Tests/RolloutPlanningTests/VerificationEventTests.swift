import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// The Events about reads of AWS, and about what happens to Rollouts.
@Suite("Events about the load balancer") struct VerificationEventTests {
    private static let group = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web-web-canary-80/1"

    private func events(_ reason: String, in cluster: FakeCluster) -> [String] {
        cluster.trace.compactMap { line in
            guard let range = line.firstRange(of: "event \(reason): ") else { return nil }
            return String(line[range.upperBound...])
        }
    }

    @Test("every weight is told as verified once, and as unverified when a read shows another") func weights() {
        var cluster = Shop.healthy(steps: Shop.pausing)
        cluster.balancer.reaction = .seconds(4)
        cluster.trace = []
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        cluster.run(for: .seconds(20))
        let name = "Service web-canary (TargetGroup \(Self.group))"
        #expect(
            events("TargetGroupVerified", in: cluster) == [
                "\(name) verified: canary weight 0 set", "\(name) verified: canary weight 25 set",
            ])
        #expect(
            events("TargetGroupUnverified", in: cluster) == [
                "\(name) not verified: canary weight 25 not yet set (current: 0)"
            ])
    }

    @Test("the stable Service is told as verified before it gets the traffic back") func registration() {
        var cluster = Shop.healthy(steps: [["setWeight": 50]])
        cluster.trace = []
        cluster.setImage("web:2")
        cluster.run(until: { $0.isDone("web:2") })
        let texts = events("TargetGroupVerified", in: cluster)
        #expect(texts.filter { $0.hasSuffix("verified: 4 endpoints registered") }.count == 1)
        #expect(texts.filter { $0.hasSuffix("canary weight 100 set") }.count == 1)
        #expect(cluster.violations == [])
    }

    @Test("a refused read is told once, and blocks") func refused() {
        var cluster = Shop.healthy(steps: Shop.pausing)
        cluster.trace = []
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.weights?.canary.weight == 25 })
        cluster.awsFailure = ELBFailure("AccessDenied", "not authorized to describe", httpStatus: 403)
        cluster.run(for: .seconds(60))
        #expect(cluster.status.currentStepIndex == 0)
        #expect(cluster.status.weights?.verified == false)
        let failures = events("TargetGroupVerifyError", in: cluster)
        #expect(failures.count == 1)
        #expect(failures.first?.hasPrefix("Failed to verify Service web-canary (TargetGroup unknown): ") == true)
        #expect(failures.first?.contains("AccessDenied") == true)
        #expect(events("WeightVerifyError", in: cluster).count == 1)
        cluster.awsFailure = nil
        cluster.run(until: { $0.status.phase == .paused })
        let verified = events("TargetGroupVerified", in: cluster)
        #expect(verified.filter { $0.hasSuffix("canary weight 25 set") }.count == 1)
    }

    @Test("a refused read is a condition that names the permission, until a read succeeds") func condition() throws {
        var cluster = Shop.healthy(steps: Shop.pausing)
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.weights?.canary.weight == 25 })
        #expect(cluster.status.conditions[.verificationFailure] == nil)
        cluster.awsFailure = ELBFailure(
            "AccessDenied", "not authorized [allow elasticloadbalancing:DescribeRules in eu-west-1]", httpStatus: 403)
        cluster.run(for: .seconds(20))
        let condition = try #require(cluster.status.conditions[.verificationFailure])
        #expect(condition.state == .yes && condition.reason == "AccessDenied")
        #expect(condition.message.contains("[allow elasticloadbalancing:DescribeRules in eu-west-1]"))
        #expect(condition.message.contains("nothing is scaled down"))
        cluster.awsFailure = ELBFailure(.throttling, "Rate exceeded", httpStatus: 400)
        cluster.run(for: .seconds(20))
        #expect(cluster.status.conditions[.verificationFailure]?.reason == "Throttled")
        #expect(cluster.status.phase == .progressing)
        cluster.awsFailure = nil
        cluster.run(until: { $0.status.phase == .paused })
        #expect(cluster.status.conditions[.verificationFailure] == nil)
    }

    @Test("a read whose turn does not come is a condition, until it is made") func overdue() throws {
        var cluster = Shop.healthy(steps: Shop.pausing)
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.weights?.canary.weight == 25 })
        cluster.isReadHeld = true
        cluster.run(for: .seconds(29))
        #expect(cluster.status.conditions[.verificationFailure] == nil)
        cluster.run(for: .seconds(15))
        let condition = try #require(cluster.status.conditions[.verificationFailure])
        #expect(condition.state == .yes && condition.reason == "ReadOverdue")
        #expect(condition.message.contains("other calls go first"))
        #expect(cluster.status.currentStepIndex == 0)
        cluster.isReadHeld = false
        cluster.run(until: { $0.status.phase == .paused })
        #expect(cluster.status.conditions[.verificationFailure] == nil)
    }

    @Test("a target group without its tag is a condition that names the tag") func missingTag() throws {
        var cluster = Shop.healthy(steps: Shop.pausing)
        cluster.controller.settings.resourceTagKey = "example.com/other"
        cluster.setImage("web:2")
        cluster.run(for: .seconds(90))
        let condition = try #require(cluster.status.conditions[.verificationFailure])
        #expect(condition.reason == "TargetGroupNotFound")
        #expect(condition.message.contains("example.com/other=shop/web-web-canary:80"))
        #expect(cluster.status.currentStepIndex == 0)
    }

    @Test("a load balancer that AWS does not know is told by its name") func notFound() {
        var cluster = Shop.cluster()
        cluster.edit(.ingress, "web") { document in
            document["status"] = ["loadBalancer": ["ingress": [["hostname": "gone.elb.test"]]]]
        }
        cluster.balancer.isStopped = true
        cluster.run(for: .seconds(30))
        #expect(events("LoadBalancerNotFound", in: cluster) == ["Failed to find load balancer: gone.elb.test"])
        #expect(cluster.status.conditions[.verificationFailure]?.reason == "LoadBalancerNotFound")
    }

    @Test("blue-green tells whether the new version's pods are registered behind the active Service")
    func blueGreen() {
        var cluster = Shop.blueGreen()
        cluster.trace = []
        cluster.setImage("web:2")
        cluster.run(until: { $0.isDone("web:2") })
        let name = "Service web-active (TargetGroup \(Self.group.replacing("web-canary", with: "web-active")))"
        #expect(
            events("TargetGroupUnverified", in: cluster) == ["\(name) not verified: 0/4 endpoints registered"])
        #expect(events("TargetGroupVerified", in: cluster) == ["\(name) verified: 4 endpoints registered"])
    }

    private func change(_ before: KubernetesObject?, _ after: KubernetesObject?) -> ObjectChange {
        ObjectChange(kind: .rollout, before: before, after: after)
    }

    @Test("a Rollout that comes or goes is told by the controller that serves it") func informer() throws {
        let rollout = KubernetesObject(["metadata": ["name": "web", "namespace": "shop", "uid": "u"]])
        let controller = RolloutController()
        let added = try #require(controller.news(of: change(nil, rollout)).first)
        #expect(added.reason == "RolloutAddedToInformer")
        #expect(added.message == "Rollout resource added to informer: shop/web")
        let deleted = try #require(controller.news(of: change(rollout, nil)).first)
        #expect(deleted.reason == "RolloutDeleted" && deleted.message == "Rollout web/shop is deleted.")
        #expect(deleted.uid == "u")
        #expect(controller.news(of: change(rollout, rollout)).isEmpty)
        #expect(RolloutController(settings: .init(instanceID: "blue")).news(of: change(nil, rollout)).isEmpty)
        let service = ObjectChange(kind: .service, before: nil, after: rollout)
        #expect(controller.news(of: service).isEmpty)
    }

    @Test("a refused patch of an Ingress is told with the Ingress' name, a conflict is not") func refusedPatch() {
        let cluster = Shop.healthy()
        let key = ObjectKey(namespace: "shop", name: "web")
        let write = KubernetesWrite.patch(.init(.ingress, key, body: [:]))
        func effects(_ code: Int) -> [Effect] {
            let reason = code == 409 ? "Conflict" : "Forbidden"
            let failure = KubernetesFailure(
                status: ["kind": "Status", "code": .int(code), "reason": .string(reason), "message": "no"], code: code)
            return cluster.controller.followUp(
                .refused(failure), of: write, for: key, in: cluster.world, now: cluster.now)
        }
        #expect(effects(409).isEmpty)
        guard case .event(let record)? = effects(403).first else {
            Issue.record("no Event")
            return
        }
        #expect(record.reason == "TrafficRoutingError" && record.severity == .warning)
        #expect(record.message.hasPrefix("error patching alb ingress `web`: "))
    }
}
