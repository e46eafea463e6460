import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// The status as clients read it: names, types and values at the moments that matter.
@Suite("Status") struct StatusFieldTests {
    private func status(_ cluster: FakeCluster) throws -> JSONValue {
        try #require(cluster.object(.rollout, "web")).status
    }

    @Test("of a canary at a pause counts, names and explains") func canary() throws {
        var cluster = Shop.healthy()
        cluster.setImage("web:2")
        cluster.run(until: Goal.step(3).isReached)
        cluster.run(for: .seconds(2))
        let status = try status(cluster)
        let hash = try #require(cluster.replicaSets.first { $0.image == "web:2" }).hash
        let stable = try #require(cluster.replicaSets.first { $0.image == "web:1" }).hash
        let expected: [(String, JSONValue)] = [
            ("phase", "Paused"), ("message", "CanaryPauseStep"), ("replicas", 6), ("updatedReplicas", 2),
            ("readyReplicas", 6), ("availableReplicas", 6), ("HPAReplicas", 6), ("selector", "app=web"),
            ("currentStepIndex", 3), ("controllerPause", true), ("observedGeneration", "2"),
            ("currentPodHash", .string(hash)), ("stableRS", .string(stable)),
        ]
        for (field, value) in expected { #expect(status[field] == value, "\(field)") }
        let spec = try RolloutSpec(parsing: try #require(cluster.object(.rollout, "web")).spec)
        #expect(status["currentStepHash"] == .string(spec.stepHash))
        let pause = try #require(status["pauseConditions"]?[0])
        #expect(pause["reason"] == "CanaryPauseStep")
        #expect(Timestamp(parsing: pause["startTime"]?.stringValue ?? "") != nil)
        let weights: JSONValue = [
            "canary": ["weight": 50, "serviceName": "web-canary", "podTemplateHash": .string(hash)],
            "stable": ["weight": 50, "serviceName": "web-stable", "podTemplateHash": .string(stable)],
            "verified": true,
        ]
        #expect(status.at("canary", "weights") == weights)
        for absent in ["abort", "abortedAt", "promoteFull", "restartedAt", "collisionCount"] {
            #expect(status[absent] == nil, "\(absent)")
        }
    }

    @Test("says since when an update is given up, and until when") func abort() throws {
        var cluster = Shop.healthy()
        cluster.setImage("web:2")
        cluster.run(until: Goal.step(3).isReached)
        cluster.perform(.abort)
        cluster.run(for: .seconds(2))
        let aborted = try status(cluster)
        let time = try #require(aborted["abortedAt"]?.stringValue)
        #expect(aborted["abort"] == true && aborted["currentStepIndex"] == 0)
        #expect(aborted["pauseConditions"] == nil && aborted["controllerPause"] == nil)
        cluster.run(for: .seconds(20))
        #expect(try status(cluster)["abortedAt"] == .string(time))
        cluster.perform(.retry)
        cluster.run(for: .seconds(2))
        #expect(try status(cluster)["abortedAt"] == nil)
    }

    @Test("has the full promotion until it is done") func promoteFull() throws {
        var cluster = Shop.healthy()
        cluster.setImage("web:2")
        cluster.run(until: Goal.step(1).isReached)
        cluster.perform(.promoteFull)
        cluster.run(for: .seconds(1))
        #expect(try status(cluster)["promoteFull"] == true)
        cluster.run(until: Goal.settled(2).isReached)
        #expect(try status(cluster)["promoteFull"] == nil)
    }

    @Test("notes the restart that was done") func restart() throws {
        var cluster = Shop.healthy()
        cluster.perform(.restart)
        let at = try #require(cluster.object(.rollout, "web")?.spec["restartAt"])
        #expect(try status(cluster)["restartedAt"] == nil)
        cluster.run(for: .seconds(150))
        #expect(try status(cluster)["restartedAt"] == at)
    }

    @Test("of a blue-green Rollout is about the active pods") func blueGreen() throws {
        var cluster = Shop.blueGreen(["autoPromotionEnabled": false, "previewReplicaCount": 2])
        cluster.setImage("web:2")
        cluster.run(until: Goal.paused.isReached)
        cluster.run(for: .seconds(3))
        let status = try status(cluster)
        let hash = try #require(cluster.replicaSets.first { $0.image == "web:2" }).hash
        let active = try #require(cluster.replicaSets.first { $0.image == "web:1" }).hash
        let expected: [(String, JSONValue)] = [
            ("replicas", 6), ("updatedReplicas", 2), ("readyReplicas", 4), ("availableReplicas", 4),
            ("HPAReplicas", 4), ("selector", .string("app=web,rollouts-pod-template-hash=\(active)")),
            ("message", "BlueGreenPause"),
        ]
        for (field, value) in expected { #expect(status[field] == value, "\(field)") }
        #expect(status.at("blueGreen", "activeSelector") == .string(active))
        #expect(status.at("blueGreen", "previewSelector") == .string(hash))
        #expect(status.at("blueGreen", "scaleUpPreviewCheckPoint") == nil)
        cluster.perform(.resume)
        cluster.run(until: { $0.status.blueGreen.scaleUpPreviewCheckPoint }, limit: .seconds(10))
        #expect(try self.status(cluster).at("blueGreen", "scaleUpPreviewCheckPoint") == true)
    }

    @Test("counts collisions of the hash, and goes on with another") func collision() throws {
        var cluster = Shop.healthy()
        let name = try #require(cluster.replicaSets.first).name
        var other = Shop.healthy()
        other.setImage("web:2")
        other.run(for: .seconds(1))
        let taken = try #require(other.replicaSets.first { $0.name != name }).name
        cluster.apply(
            .replicaSet,
            [
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": ["name": .string(taken)],
                "spec": ["replicas": 0, "selector": ["matchLabels": ["app": "other"]], "template": [:]],
            ])
        cluster.setImage("web:2")
        cluster.run(for: .seconds(5))
        #expect(try status(cluster)["collisionCount"] == 0)
        #expect(cluster.replicaSets.contains { $0.image == "web:2" && $0.name != taken })
    }

    @Test("keeps what belongs to features that are not there") func others() throws {
        var cluster = Shop.healthy()
        let foreign: JSONValue = [
            "currentStepAnalysisRunStatus": ["name": "a", "status": "Running"], "currentExperiment": "e",
        ]
        cluster.patch(["status": ["canary": foreign]], subresource: "status")
        cluster.setImage("web:2")
        cluster.run(until: Goal.step(1).isReached)
        let canary = try #require(try status(cluster)["canary"])
        #expect(canary["currentExperiment"] == "e")
        #expect(canary["currentStepAnalysisRunStatus"] == foreign["currentStepAnalysisRunStatus"])
    }
}

/// What stands on objects beside their spec.
@Suite("Annotations of ReplicaSets") struct InheritedAnnotationTests {
    @Test("are the Rollout's, but for those about one object") func inherited() throws {
        let kept = ["team": "shop", "notifications.argoproj.io/subscribe.on-rollout-completed.slack": "shop"]
        let own = [
            "kubectl.kubernetes.io/last-applied-configuration": "{}", "notified.notifications.argoproj.io": "{}",
            "weir.dev/settle-seconds": "2",
        ]
        var cluster = Shop.healthy { rollout in
            for (key, value) in kept.merging(own, uniquingKeysWith: { $1 }) {
                rollout.set(.string(value), at: "metadata", "annotations", key)
            }
        }
        cluster.setImage("web:2")
        cluster.run(for: .seconds(3))
        let made = try #require(cluster.replicaSets.first { $0.image == "web:2" }).object
        for (key, value) in kept { #expect(made.annotation(key) == value, "\(key)") }
        for key in own.keys { #expect(made.annotation(key) == nil, "\(key)") }
    }

    @Test("count revisions, and say how many pods were wanted") func bookkeeping() throws {
        var cluster = Shop.healthy(steps: [["setWeight": 50]])
        cluster.setImage("web:2")
        cluster.run(until: Goal.settled(2).isReached)
        cluster.setImage("web:1")
        cluster.run(until: Goal.settled(1).isReached)
        cluster.patch(["spec": ["replicas": 5]])
        cluster.run(for: .seconds(3))
        let replicaSet = try #require(cluster.replicaSets.first { $0.image == "web:1" }).object
        #expect(replicaSet.annotation("rollout.argoproj.io/revision") == "3")
        #expect(replicaSet.annotation("rollout.argoproj.io/revision-history") == "1")
        #expect(replicaSet.annotation("rollout.argoproj.io/desired-replicas") == "5")
        #expect(cluster.object(.rollout, "web")?.annotation("rollout.argoproj.io/revision") == "3")
        let hash = try #require(replicaSet.label("rollouts-pod-template-hash"))
        #expect(replicaSet.name == "web-\(hash)" && replicaSet.annotation("weir.dev/template-hash") == "v1-\(hash)")
        for name in ["web-canary", "web-stable"] {
            let service = try #require(cluster.object(.service, name))
            #expect(service.annotation("argo-rollouts.argoproj.io/managed-by-rollouts") == "web")
            #expect(service.spec.at("selector", "rollouts-pod-template-hash") == .string(hash))
        }
    }

    @Test("do not part a ReplicaSet from its Rollout when its labels fit no more") func foreignLabels() throws {
        var cluster = Shop.healthy()
        var replicaSet = try #require(cluster.replicaSets.first).object
        replicaSet.document.set("other", at: "metadata", "labels", "app")
        cluster.store(replicaSet, .replicaSet)
        cluster.run(for: .seconds(30))
        #expect(cluster.replicaSets.count == 1)
        #expect(cluster.replicaSets.first?.object.controllerReference?.uid == "uid-rollouts-web")
        #expect(cluster.status.phase == .healthy && cluster.pods.pods.count == 4)
        #expect(cluster.violations == [])
    }

    @Test(
        "of the Rollout set the settle time when they are 0 to 3600 seconds",
        arguments: [("2", 2000), ("0", 0), ("0.5", 500), ("3601", nil), ("-1", nil), ("soon", nil)])
    func settleTime(text: String, milliseconds: Int?) throws {
        let cluster = Shop.cluster { $0.set(.string(text), at: "metadata", "annotations", RolloutKeys.settleSeconds) }
        let rollout = try Rollout(try #require(cluster.object(.rollout, "web")))
        #expect(rollout.settleTime == milliseconds.map { .milliseconds($0) })
    }
}
