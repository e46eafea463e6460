import FoundationEssentials
import JSON
import KubernetesModel
import RolloutModel
import RolloutPlanning
import Testing

/// Whole lifetimes in virtual time, compared with what they were: `UPDATE_GOLDEN=1` rewrites the files.
@Suite("Golden lifetimes") struct GoldenTests {
    struct Scenario: Sendable, CustomTestStringConvertible {
        var name: String
        var run: @Sendable () -> FakeCluster
        var testDescription: String { name }
    }

    static let fourSteps: JSONValue = [
        ["setWeight": 10], ["pause": ["duration": "3s"]], ["setWeight": 25], ["pause": ["duration": "3s"]],
        ["setWeight": 50], ["pause": ["duration": "3s"]], ["setWeight": 100],
    ]

    static let scenarios: [Scenario] = [
        Scenario(name: "first-deploy") { Shop.healthy() },
        Scenario(name: "canary-to-the-end") {
            var cluster = Shop.healthy(steps: fourSteps)
            cluster.setImage("web:2")
            cluster.run(until: { $0.isSettled(on: 4, image: "web:2") }, limit: .seconds(120))
            return cluster
        },
        Scenario(name: "abort-at-half") {
            var cluster = Shop.healthy()
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.currentStepIndex == 3 })
            cluster.run(for: .seconds(3))
            cluster.patch(RolloutVerb.abort.body, subresource: "status")
            cluster.run(for: .seconds(60))
            return cluster
        },
        Scenario(name: "abort-and-retry") {
            var cluster = Shop.healthy()
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.currentStepIndex == 3 })
            cluster.patch(RolloutVerb.abort.body, subresource: "status")
            cluster.run(for: .seconds(10))
            cluster.patch(RolloutVerb.retry.body, subresource: "status")
            cluster.run(until: { $0.status.currentStepIndex == 3 })
            return cluster
        },
        Scenario(name: "superseded-at-half") {
            var cluster = Shop.healthy()
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.currentStepIndex == 3 })
            cluster.setImage("web:3")
            cluster.run(until: { $0.status.currentStepIndex == 3 && $0.status.message == "CanaryPauseStep" })
            cluster.run(for: .seconds(10))
            return cluster
        },
        Scenario(name: "back-to-stable-at-half") {
            var cluster = Shop.healthy()
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.currentStepIndex == 3 })
            cluster.setImage("web:1")
            cluster.run(until: { $0.isSettled(on: 4, image: "web:1") })
            return cluster
        },
        Scenario(name: "two-ingresses-sticky") {
            var cluster = Shop.healthy(ingresses: ["web", "admin"]) { rollout in
                rollout.set(
                    ["enabled": true, "durationSeconds": 600], at: "spec", "strategy", "canary", "trafficRouting",
                    "alb",
                    "stickinessConfig")
            }
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.currentStepIndex == 3 })
            cluster.patch(["status": ["pauseConditions": nil]], subresource: "status")
            cluster.run(until: { $0.isSettled(on: 4, image: "web:2") })
            return cluster
        },
        Scenario(name: "promote-in-full") {
            var cluster = Shop.healthy()
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.currentStepIndex == 1 })
            cluster.patch(["status": ["promoteFull": true]], subresource: "status")
            cluster.run(until: { $0.isSettled(on: 4, image: "web:2") })
            return cluster
        },
        Scenario(name: "dynamic-stable-scale") {
            var cluster = Shop.healthy { rollout in
                rollout.set(true, at: "spec", "strategy", "canary", "dynamicStableScale")
                rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
            }
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.currentStepIndex == 3 })
            cluster.run(for: .seconds(10))
            cluster.patch(["status": ["pauseConditions": nil]], subresource: "status")
            cluster.run(until: { $0.isSettled(on: 4, image: "web:2") })
            return cluster
        },
        Scenario(name: "dynamic-abort") {
            var cluster = Shop.healthy { rollout in
                rollout.set(true, at: "spec", "strategy", "canary", "dynamicStableScale")
                rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
            }
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.currentStepIndex == 3 })
            cluster.run(for: .seconds(10))
            cluster.patch(RolloutVerb.abort.body, subresource: "status")
            cluster.run(for: .seconds(60))
            return cluster
        },
        Scenario(name: "canary-scale-steps") {
            var cluster = Shop.healthy(steps: [
                ["setCanaryScale": ["replicas": 3]], ["setWeight": 25], ["setCanaryScale": ["weight": 75]],
                ["setCanaryScale": ["matchTrafficWeight": true]], ["pause": ["duration": 1]],
            ])
            cluster.setImage("web:2")
            cluster.run(until: { $0.isSettled(on: 4, image: "web:2") })
            return cluster
        },
        Scenario(name: "scaled-during-update") {
            var cluster = Shop.healthy()
            cluster.setImage("web:2")
            cluster.run(until: { $0.status.currentStepIndex == 3 })
            cluster.patch(["spec": ["replicas": 6]])
            cluster.run(for: .seconds(15))
            cluster.patch(["spec": ["replicas": 3]])
            cluster.run(for: .seconds(15))
            return cluster
        },
        Scenario(name: "basic-canary") {
            var cluster = Shop.healthy(steps: [["setWeight": 25], ["pause": ["duration": 3]], ["setWeight": 50]]) {
                rollout in
                rollout.set(nil, at: "spec", "strategy", "canary", "trafficRouting")
                rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
            }
            cluster.setImage("web:2")
            cluster.run(until: { $0.isSettled(on: 4, image: "web:2") })
            return cluster
        },
        Scenario(name: "without-steps") {
            var cluster = Shop.healthy(steps: []) { rollout in
                rollout.set(["maxUnavailable": 0], at: "spec", "strategy", "canary")
            }
            cluster.setImage("web:2")
            cluster.run(until: { $0.isSettled(on: 4, image: "web:2") })
            return cluster
        },
    ]

    @Test("are as they were, and lose no request", arguments: scenarios)
    func golden(_ scenario: Scenario) throws {
        let cluster = scenario.run()
        #expect(cluster.violations == [])
        let text = cluster.trace.joined(separator: "\n") + "\n"
        let path = #filePath.replacing("GoldenTests.swift", with: "Golden/\(scenario.name).txt")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: URL(filePath: path))
            return
        }
        let golden = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        #expect(text == golden, "run with UPDATE_GOLDEN=1 and explain the difference")
    }

    @Test("are the same every time") func deterministic() {
        let first = Self.scenarios[1].run().trace
        #expect(first == Self.scenarios[1].run().trace)
    }
}

extension FakeCluster {
    /// Whether an image is stable and everything else is gone.
    func isSettled(on count: Int, image: String) -> Bool {
        let images = replicaSets.filter { !$0.isEmpty }.map { replicaSet in
            replicaSet.object.spec.at("template", "spec", "containers")?[0]?["image"]?.stringValue
        }
        return status.phase == .healthy && images == [image] && pods.pods.count == count
            && status.weights.map { $0.canary.weight == 0 && $0.verified == true } ?? true
    }
}
