import JSON
import KubernetesModel
import RolloutModel
import Testing

@Suite("Promotion and undo") struct PromotionAndUndoTests {
    private func rollout(_ strategy: JSONValue, status: JSONValue = [:], paused: Bool = false) -> KubernetesObject {
        KubernetesObject([
            "metadata": ["name": "web", "uid": "ro"], "spec": ["strategy": strategy, "paused": .bool(paused)],
            "status": status,
        ])
    }

    private let steps: JSONValue = ["canary": ["steps": [["setWeight": 10], ["pause": [:]], ["setWeight": 50]]]]

    @Test("skipping steps needs steps") func refusals() {
        #expect(throws: RolloutVerb.Refusal.noSteps) {
            try RolloutVerb.promote(rollout(["canary": [:]]), .skipCurrentStep)
        }
        #expect(throws: RolloutVerb.Refusal.blueGreen) {
            try RolloutVerb.promote(rollout(["blueGreen": [:]]), .skipAllSteps)
        }
    }

    @Test("a promotion ends a pause, else it skips the step") func resume() throws {
        let pause: JSONValue = [["reason": "CanaryPauseStep", "startTime": "2026-01-01T00:00:00Z"]]
        let paused = rollout(steps, status: ["currentStepIndex": 1, "pauseConditions": pause], paused: true)
        let patches = try RolloutVerb.promote(paused, .resume)
        let expected: [RolloutVerb.Patch] = [
            .init(["status": ["pauseConditions": nil]], subresource: "status"), .init(["spec": ["paused": false]]),
        ]
        #expect(patches == expected)
        let skipped = try RolloutVerb.promote(rollout(steps, status: ["currentStepIndex": 2]), .resume)
        #expect(skipped.first?.body.at("status", "currentStepIndex") == 3)
    }

    @Test("a promotion after an inconclusive analysis goes to the next step") func inconclusive() throws {
        let status: JSONValue = [
            "currentStepIndex": 1, "controllerPause": true,
            "pauseConditions": [["reason": "InconclusiveAnalysisRun", "startTime": "2026-01-01T00:00:00Z"]],
            "canary": ["currentStepAnalysisRunStatus": ["name": "a", "status": "Inconclusive"]],
        ]
        let patches = try RolloutVerb.promote(rollout(steps, status: status), .resume)
        let body: JSONValue = ["status": ["pauseConditions": nil, "controllerPause": false, "currentStepIndex": 2]]
        #expect(patches == [.init(body, subresource: "status")])
    }

    private func replicaSet(_ revision: Int, image: String) -> KubernetesObject {
        KubernetesObject([
            "metadata": ["annotations": ["rollout.argoproj.io/revision": .string("\(revision)")]],
            "spec": ["template": Self.template(image, hash: "h\(revision)")],
        ])
    }

    private static func template(_ image: String, hash: String? = nil) -> JSONValue {
        var labels: JSONValue = ["app": "web"]
        labels["rollouts-pod-template-hash"] = hash.map(JSONValue.string)
        let containers: JSONValue = [["name": "web", "image": .string(image)]]
        return ["metadata": ["labels": labels], "spec": ["containers": containers]]
    }

    @Test("undo goes to the revision before, or to the one that is named") func undo() throws {
        let history = [replicaSet(3, image: "web:3"), replicaSet(1, image: "web:1"), replicaSet(2, image: "web:2")]
        let web = rollout(steps)
        let current = Self.template("web:3")
        #expect(
            try RolloutVerb.undo(web, to: 0, among: history, current: current)
                == .template(Self.template("web:2"), revision: 2))
        #expect(
            try RolloutVerb.undo(web, to: 1, among: history, current: current)
                == .template(Self.template("web:1"), revision: 1))
        #expect(try RolloutVerb.undo(web, to: 3, among: history, current: current) == .alreadyThere(revision: 3))
        #expect(throws: RolloutVerb.UndoRefusal.noRevision(7, available: [1, 2, 3])) {
            try RolloutVerb.undo(web, to: 7, among: history, current: current)
        }
        #expect(throws: RolloutVerb.UndoRefusal.noHistory(rollout: "web")) {
            try RolloutVerb.undo(web, to: 0, among: [history[0]], current: current)
        }
    }

    @Test(
        "durations are Go's",
        arguments: [("1m30s", 90_000_000), ("500ms", 500_000), ("1.5h", 5_400_000_000), ("-2s", -2_000_000)])
    func durations(text: String, microseconds: Int64) {
        #expect(GoDuration.duration(text) == .microseconds(microseconds))
        #expect(GoDuration.duration("soon") == nil)
    }
}
