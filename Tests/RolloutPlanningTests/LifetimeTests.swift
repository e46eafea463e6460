import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

@Suite("Lifetimes") struct LifetimeTests {
    @Test("every Ingress is written, also when the first is right already") func everyIngress() {
        var cluster = Shop.healthy(ingresses: ["web", "admin"])
        let key = "alb.ingress.kubernetes.io/actions.web-root"
        let right = cluster.annotation(key)
        guard var admin = cluster.object(.ingress, "admin") else { return }
        admin.document.set(nil, at: "metadata", "annotations", key)
        cluster.store(admin, .ingress)
        cluster.run(for: .seconds(5))
        #expect(cluster.annotation(key, of: "admin") == right)
        #expect(cluster.annotation(RolloutKeys.managedALBAnnotations, of: "admin") == #"{"web":["\#(key)"]}"#)
    }

    @Test("a ReplicaSet of Argo Rollouts is taken over, not replaced") func adoption() throws {
        var cluster = Shop.healthy()
        var foreign = try #require(cluster.replicaSets.first).object
        // As if another controller had hashed the same template differently, and the server had filled in defaults.
        foreign.document.set("6b56c8cdb4", at: "metadata", "labels", RolloutKeys.podTemplateHash)
        foreign.document.set(
            "6b56c8cdb4", at: "spec", "template", "metadata", "labels", RolloutKeys.podTemplateHash)
        foreign.document.set("Always", at: "spec", "template", "spec", "restartPolicy")
        cluster.store(foreign, .replicaSet)
        cluster.patch(
            ["status": ["stableRS": "6b56c8cdb4", "currentPodHash": "6b56c8cdb4"]], subresource: "status")
        cluster.run(for: .seconds(20))
        #expect(cluster.replicaSets.count == 1)
        #expect(cluster.status.currentPodHash == "6b56c8cdb4")
        #expect(cluster.status.stableRS == "6b56c8cdb4")
    }

    @Test("an update that gets nowhere is reported, and given up when that is asked for", arguments: [false, true])
    func deadline(givesUp: Bool) {
        var cluster = Shop.healthy { rollout in
            rollout.set(30, at: "spec", "progressDeadlineSeconds")
            rollout.set(.bool(givesUp), at: "spec", "progressDeadlineAbort")
        }
        cluster.pods.brokenImages = ["web:2"]
        cluster.setImage("web:2")
        cluster.run(for: .seconds(120))
        #expect(cluster.status.phase == .degraded)
        #expect(cluster.status.abort == givesUp)
        let reason = cluster.status.conditions[.progressing]?.reason
        #expect(reason == (givesUp ? "RolloutAborted" : "ProgressDeadlineExceeded"))
        #expect(cluster.violations == [])
    }

    @Test("a pause lasts as long as it says") func pause() throws {
        var cluster = Shop.healthy(steps: [["setWeight": 25], ["pause": ["duration": "1h"]]])
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.message == "CanaryPauseStep" })
        let start = cluster.now
        let plans = cluster.plans
        cluster.run(until: { $0.status.currentStepIndex == 2 }, limit: .seconds(4000))
        let lasted = start.duration(to: cluster.now)
        #expect(lasted >= .seconds(3599) && lasted <= .seconds(3601))
        #expect(cluster.plans - plans < 20)
    }

    @Test("a paused Rollout stays where it is until it is resumed") func manualPause() {
        var cluster = Shop.healthy()
        cluster.patch(RolloutVerb.pause.body)
        cluster.setImage("web:2")
        cluster.run(for: .seconds(60))
        #expect(cluster.status.phase == .paused)
        #expect(cluster.status.message == "manually paused")
        #expect(cluster.pods.pods.count == 4)
        cluster.patch(["spec": ["paused": false]])
        cluster.run(until: { $0.status.currentStepIndex == 1 })
        #expect(cluster.status.currentStepIndex == 1)
    }

    @Test("old ReplicaSets beyond the limit are deleted") func history() {
        var cluster = Shop.healthy(steps: [["setWeight": 50]]) { $0.set(1, at: "spec", "revisionHistoryLimit") }
        for version in 2...4 {
            cluster.setImage("web:\(version)")
            cluster.run(until: { $0.isSettled(on: 4, image: "web:\(version)") })
        }
        #expect(cluster.replicaSets.count == 2)
        #expect(cluster.violations == [])
    }

    @Test("a restart replaces every pod, never more at once than may be missing") func restart() {
        var cluster = Shop.healthy()
        let before = Set(cluster.pods.pods.map(\.name))
        cluster.patch(RolloutVerb.restart(at: cluster.now.wholeSeconds).body)
        var fewest = 4
        for _ in 0..<800 {
            cluster.step()
            fewest = min(fewest, cluster.pods.pods.filter(\.isReady).count)
        }
        let after = cluster.pods.pods.map(\.name)
        #expect(before.isDisjoint(with: after))
        #expect(fewest == 3)
        #expect(cluster.status.phase == .healthy)
    }

    @Test("pods leave their target groups before a smaller size deletes them") func drain() {
        var cluster = Shop.healthy()
        cluster.patch(["spec": ["replicas": 2]])
        cluster.run(until: { $0.pods.pods.count == 2 }, limit: .seconds(60))
        #expect(cluster.pods.pods.count == 2)
        cluster.run(for: .seconds(5))
        #expect(cluster.violations == [])
        #expect(cluster.markedPods == 0)
    }

    @Test("pods that are marked to leave stay when the size grows again") func undrain() {
        var cluster = Shop.healthy()
        cluster.patch(["spec": ["replicas": 2]])
        cluster.run(for: .seconds(1))
        #expect(cluster.markedPods == 2)
        cluster.patch(["spec": ["replicas": 4]])
        cluster.run(for: .seconds(10))
        #expect(cluster.markedPods == 0)
        #expect(cluster.pods.pods.count == 4)
        #expect(cluster.violations == [])
    }

    @Test("a load balancer controller that does not know the mark delays a smaller size, and no more") func foreign() {
        var cluster = Shop.healthy()
        cluster.balancer.honoursDrain = false
        cluster.patch(["spec": ["replicas": 2]])
        cluster.run(for: .seconds(25))
        #expect(cluster.pods.pods.count == 4)
        cluster.run(for: .seconds(15))
        #expect(cluster.pods.pods.count == 2)
    }

    @Test("a load balancer controller that is known to honour the mark is waited for as long as it is away")
    func patience() throws {
        var cluster = Shop.healthy()
        var ingress = try #require(cluster.object(.ingress, "web"))
        ingress.document.set("true", at: "metadata", "annotations", RolloutKeys.honoursDrain)
        cluster.store(ingress, .ingress)
        cluster.balancer.isStopped = true
        cluster.patch(["spec": ["replicas": 2]])
        cluster.run(for: .seconds(120))
        #expect(cluster.pods.pods.count == 4)
        cluster.balancer.isStopped = false
        cluster.run(until: { $0.pods.pods.count == 2 }, limit: .seconds(60))
        #expect(cluster.pods.pods.count == 2)
        #expect(cluster.violations == [])
    }

    @Test("kubectl's skip of a step is followed") func skip() {
        var cluster = Shop.healthy()
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.currentStepIndex == 1 })
        cluster.patch(["status": ["currentStepIndex": 3]], subresource: "status")
        cluster.run(for: .seconds(20))
        #expect(cluster.status.currentStepIndex == 3)
        #expect(cluster.status.weights?.canary.weight == 50)
        #expect(cluster.status.message == "CanaryPauseStep")
        #expect(cluster.violations == [])
    }

    @Test("a rollback within the window skips the steps") func rollbackWindow() {
        var cluster = Shop.healthy { $0.set(["revisions": 3], at: "spec", "rollbackWindow") }
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.currentStepIndex == 3 })
        cluster.patch(["status": ["pauseConditions": nil]], subresource: "status")
        cluster.run(until: { $0.isSettled(on: 4, image: "web:2") })
        cluster.setImage("web:1")
        let isBack = cluster.run(until: { $0.isSettled(on: 4, image: "web:1") }, limit: .seconds(120))
        #expect(isBack)
        #expect(!cluster.trace.contains { $0.contains("to desiredWeight '25'") && $0.hasPrefix("t=9") })
        #expect(cluster.violations == [])
    }

    @Test("an absent spec.replicas is written back as 1") func defaultReplicas() {
        var cluster = Shop.cluster { $0.set(nil, at: "spec", "replicas") }
        cluster.run(for: .seconds(20))
        #expect(cluster.object(.rollout, "web")?.spec["replicas"] == 1)
        #expect(cluster.status.phase == .healthy)
    }
}

extension FakeCluster {
    /// How many pods are marked to leave their target groups.
    var markedPods: Int { pods.pods.filter(\.isMarked).count }
}
