import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

@Suite("A Rollout that is gone") struct GoneRolloutTests {
    @Test("leaves Ingress and Services as they would be without it", arguments: [false, true]) func orphans(
        isMiddle: Bool
    ) {
        var cluster = Shop.healthy(steps: Shop.pausing, ingresses: ["web", "admin"]) {
            $0.set(Shop.sticky, at: "spec", "strategy", "canary", "trafficRouting", "alb", "stickinessConfig")
        }
        if isMiddle {
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.phase == .paused })
        }
        cluster.deleteRollout(orphans: true)
        cluster.run(for: .seconds(30))
        for name in ["web", "admin"] {
            #expect(
                cluster.annotation(FakeCluster.actionKey, of: name)
                    == #"{"Type":"forward","ForwardConfig":{"TargetGroups":["#
                    + #"{"ServiceName":"web-stable","ServicePort":"80","Weight":100}],"#
                    + #""TargetGroupStickinessConfig":{"Enabled":true,"DurationSeconds":600}}}"#)
            #expect(cluster.annotation(RolloutKeys.managedALBAnnotations, of: name) == nil)
            #expect(cluster.annotation(RolloutKeys.managedALBActions, of: name) == nil)
            #expect(cluster.annotation(RolloutKeys.releasing, of: name) == nil)
        }
        let service = cluster.object(.service, "web-stable")
        #expect(service?.spec["selector"] == ["app": "web"])
        #expect(service?.annotation(RolloutKeys.managedBy) == nil)
        #expect(cluster.violations == [])
    }

    @Test("takes its header routes along") func headerRoutes() {
        let steps = Array((HeaderRouteTests.steps.arrayValue ?? []).prefix(5))
        var cluster = Shop.healthy(steps: .array(steps)) {
            $0.set([["name": "beta"]], at: "spec", "strategy", "canary", "trafficRouting", "managedRoutes")
        }
        cluster.setImage("web:2")
        cluster.run(until: { $0.backends == ["beta", "web-root"] })
        cluster.deleteRollout(orphans: true)
        cluster.run(for: .seconds(30))
        #expect(cluster.backends == ["web-root"])
        #expect(cluster.annotation("alb.ingress.kubernetes.io/conditions.beta") == nil)
        #expect(cluster.annotation("alb.ingress.kubernetes.io/actions.beta") == nil)
        #expect(cluster.action() == ["web-stable=100"])
        #expect(cluster.violations == [])
    }

    @Test("is cleaned up after when its bookkeeping is the older one") func older() {
        var cluster = Shop.healthy()
        cluster.edit(.ingress, "web") { document in
            document.set(nil, at: "metadata", "annotations", RolloutKeys.managedALBAnnotations)
            document.set(
                .string("web:\(FakeCluster.actionKey),other:x/actions.y"), at: "metadata", "annotations",
                RolloutKeys.managedALBActions)
        }
        cluster.deleteRollout(orphans: true)
        cluster.run(for: .seconds(30))
        #expect(cluster.action() == ["web-stable=100"])
        #expect(cluster.annotation(RolloutKeys.managedALBActions) == "other:x/actions.y")
    }

    @Test("does not touch what other Rollouts wrote") func others() {
        var cluster = Shop.healthy()
        cluster.edit(.ingress, "web") { document in
            document.set(
                .string(#"{"other":["x/actions.y"],"web":["\#(FakeCluster.actionKey)"]}"#), at: "metadata",
                "annotations", RolloutKeys.managedALBAnnotations)
            document.set("{}", at: "metadata", "annotations", "x/actions.y")
        }
        cluster.deleteRollout(orphans: true)
        cluster.run(for: .seconds(30))
        #expect(cluster.annotation(RolloutKeys.managedALBAnnotations) == #"{"other":["x/actions.y"]}"#)
        #expect(cluster.annotation("x/actions.y") == "{}")
    }

    @Test("is replaced by one with another name, which takes pods, Services and Ingress over") func renamed() {
        var cluster = Shop.healthy()
        let pods = cluster.pods.pods.map(\.name)
        cluster.deleteRollout(orphans: true)
        var successor = Shop.rollout(steps: Shop.pausing)
        successor.set("shop", at: "metadata", "name")
        cluster.apply(.rollout, successor)
        cluster.run(for: .seconds(60))
        let status = RolloutStatus(document: cluster.object(.rollout, "shop")?.status ?? [:])
        #expect(status.phase == .healthy)
        #expect(cluster.pods.pods.map(\.name) == pods)
        #expect(cluster.action() == ["web-canary=0", "web-stable=100"])
        #expect(
            cluster.annotation(RolloutKeys.managedALBAnnotations) == #"{"shop":["\#(FakeCluster.actionKey)"]}"#)
        #expect(cluster.object(.service, "web-stable")?.annotation(RolloutKeys.managedBy) == "shop")
        #expect(cluster.violations == [])
    }

    @Test("stays, when its user asks for it, until no request reaches its pods") func held() {
        var cluster = Shop.healthy { $0.set([.string(RolloutKeys.holdFinalizer)], at: "metadata", "finalizers") }
        cluster.deleteRollout()
        cluster.run(for: .seconds(60))
        #expect(cluster.pods.pods.count == 4)
        #expect(cluster.object(.rollout, "web") != nil)
        cluster.note("the Ingress is deleted, and its load balancer with it")
        cluster.world.objects.remove(.ingress, ObjectKey(namespace: "shop", name: "web"))
        cluster.balancer.balancers = [:]
        cluster.isDirty = true
        cluster.run(until: { $0.object(.rollout, "web") == nil }, limit: .seconds(60))
        #expect(cluster.object(.rollout, "web") == nil)
        #expect(cluster.pods.pods.isEmpty)
        #expect(!cluster.violations.contains { $0.contains("deleted while") })
    }

    @Test("with the finalizer goes at once when nothing leads to it") func unreachable() {
        var cluster = Shop.cluster { $0.set([.string(RolloutKeys.holdFinalizer)], at: "metadata", "finalizers") }
        cluster.world.objects.remove(.ingress, ObjectKey(namespace: "shop", name: "web"))
        cluster.run(for: .seconds(2))
        cluster.deleteRollout()
        cluster.run(for: .seconds(2))
        #expect(cluster.object(.rollout, "web") == nil)
    }

    @Test("is found by what it left") func keys() {
        let cluster = Shop.healthy()
        let controller = cluster.controller
        for (kind, name) in [(ResourceKind.ingress, "web"), (.service, "web-stable")] {
            let object = cluster.object(kind, name)
            var world = cluster.world
            world.objects.remove(.rollout, ObjectKey(namespace: "shop", name: "web"))
            let keys = controller.keys(for: ObjectChange(kind: kind, before: nil, after: object), in: world)
            #expect(keys == [ObjectKey(namespace: "shop", name: "web")])
        }
    }

    @Test("an Ingress class does not matter to the weights", arguments: ["nginx", "my-alb", ""]) func classes(
        name: String
    ) {
        var cluster = Shop.cluster()
        cluster.edit(.ingress, "web") { document in
            document.set(nil, at: "metadata", "annotations", "kubernetes.io/ingress.class")
            if !name.isEmpty { document.set(.string(name), at: "spec", "ingressClassName") }
        }
        cluster.run(for: .seconds(30))
        #expect(cluster.action() == ["web-canary=0", "web-stable=100"])
    }
}
