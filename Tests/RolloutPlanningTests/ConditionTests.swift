import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// What other tools read: types, states, reasons and texts, in the course of a life.
@Suite("Conditions") struct ConditionTests {
    /// What happens, and what must have been written by the end of it.
    struct Course: Sendable, CustomTestStringConvertible {
        var name: String
        var settings: [Story.Setting] = []
        var acts: [Act]
        var conditions: [String]
        var testDescription: String { name }
    }

    static let courses = [
        Course(
            name: "a pause and a promotion", acts: [.image(2), .until(.step(3)), .resume, .until(.settled(2))],
            conditions: [
                "Completed=False RolloutCompleted: RolloutCompleted",
                "Healthy=False RolloutHealthy: Rollout is not healthy",
                "Progressing=True NewReplicaSetCreated: Created new replica set \"web-v2\"",
                "Progressing=True ReplicaSetUpdated: ReplicaSet \"web-v2\" is progressing.",
                "Paused=True RolloutPaused: Rollout is paused",
                "Progressing=Unknown RolloutPaused: Rollout is paused",
                "Paused=False RolloutPaused: Rollout is paused",
                "Progressing=True NewReplicaSetAvailable: ReplicaSet \"web-v2\" has successfully progressed.",
                "Completed=True RolloutCompleted: RolloutCompleted",
                "Healthy=True RolloutHealthy: Rollout is healthy",
                "Available=True AvailableReason: Rollout has minimum availability",
            ]),
        Course(
            name: "an abort and a retry",
            acts: [.image(2), .until(.step(1)), .abort, .until(.degraded), .retry, .wait(5)],
            conditions: [
                "Progressing=False RolloutAborted: Rollout aborted update to revision 2",
                "Progressing=Unknown RolloutRetry: Retrying Rollout after abort",
            ]),
        Course(
            name: "a missed deadline",
            settings: [
                .spec("progressDeadlineSeconds", to: 20), .spec("progressDeadlineAbort", to: true),
            ], acts: [.broken(2, true), .image(2), .until(.degraded), .wait(30)],
            conditions: [
                "Progressing=False ProgressDeadlineExceeded: ReplicaSet \"web-v2\" has timed out progressing.",
                "Progressing=False RolloutAborted: Rollout aborted update to revision 2: "
                    + "ReplicaSet \"web-v2\" has timed out progressing.",
            ]),
        Course(
            name: "a pod that is lost at rest",
            acts: [
                .change("a pod is gone") { $0.loseOnePod(of: 1) }, .wait(20),
            ],
            conditions: [
                "Available=False AvailableReason: Rollout does not have minimum availability",
                "Progressing=True ReplicaSetNotAvailable: Rollout does not have minimum availability",
            ]),
        Course(
            name: "a stop while nothing moves",
            acts: [.broken(2, true), .image(2), .wait(5), .pause, .wait(5), .unpause, .wait(5)],
            conditions: [
                "Progressing=Unknown RolloutPaused: Rollout is paused",
                "Progressing=Unknown RolloutResumed: Rollout is resumed",
            ]),
        Course(
            name: "conditions that were lost while nothing moves",
            acts: [.broken(2, true), .image(2), .wait(5), .status(["conditions": nil]), .wait(5)],
            conditions: [
                "Progressing=True FoundNewReplicaSet: Found new replica set \"web-v2\""
            ]),
    ]

    @Test("have the reference's types, reasons and texts", arguments: courses) func course(_ course: Course) {
        var cluster = Shop.cluster { rollout in
            for setting in course.settings { rollout.set(setting.value, path: setting.path[...]) }
        }
        cluster.run(for: .seconds(30))
        cluster.conditionsSeen = []
        for act in course.acts { cluster.perform(act) }
        #expect(cluster.violations == [])
        let seen = cluster.conditionsSeen.map { line in
            cluster.aliases.reduce(line) { $0.replacing($1.key, with: $1.value) }
        }
        for condition in course.conditions { #expect(seen.contains(condition), "\(condition) is not in \(seen)") }
    }

    @Test("of a ReplicaSet that cannot make pods are copied, and go when it can") func replicaFailure() throws {
        var cluster = Shop.healthy()
        let failure: JSONValue = [
            "type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": "exceeded quota: small",
        ]
        try cluster.replan(withConditions: [failure])
        let condition = try #require(cluster.status.conditions[.replicaFailure])
        #expect(condition.state == .yes && condition.reason == "FailedCreate")
        #expect(condition.message == "exceeded quota: small")
        try cluster.replan(withConditions: [])
        #expect(cluster.status.conditions[.replicaFailure] == nil)
    }

    @Test("name a ReplicaSet that the API server refuses, and so does an Event") func refusedReplicaSet() throws {
        let cluster = Shop.cluster()
        let rollout = try #require(cluster.object(.rollout, "web"))
        let controller = RolloutController()
        let plan = controller.plan(rollout.key, in: cluster.world, now: cluster.now)
        let creation = try #require(
            plan.effects.compactMap { effect in
                if case .kubernetes(let write) = effect, case .create(.replicaSet, _) = write { write } else { nil }
            }.first)
        let failure = KubernetesFailure(code: 403, reason: "Forbidden", message: "exceeded quota: small")
        let effects = controller.followUp(
            .refused(failure), of: creation, for: rollout.key, in: cluster.world, now: cluster.now)
        let records = effects.compactMap { if case .event(let record) = $0 { record } else { nil } }
        let record = try #require(records.first)
        #expect(record.reason == "ReplicaSetCreateError" && record.severity == .warning)
        #expect(record.message.hasPrefix("Failed to create new replica set \"web-"), "\(record.message)")
        #expect(record.message.contains("exceeded quota: small"))
        var after = cluster
        for effect in effects { _ = after.perform(effect) }
        let condition = try #require(after.status.conditions[.progressing])
        #expect(condition.reason == "ReplicaSetCreateError" && condition.state == .no)
        #expect(condition.message == record.message)
    }

    @Test("a write that is refused is reported as an Event") func refusedWrite() throws {
        let cluster = Shop.cluster()
        let key = try #require(cluster.object(.rollout, "web")).key
        let record = try #require(
            RolloutController().event(forFailure: "patch Service shop/web: no", of: key, in: cluster.world))
        #expect(record.reason == "ReconciliationError" && record.severity == .warning)
        #expect(record.message.contains("patch Service shop/web: no"))
    }
}

extension FakeCluster {
    /// One plan, after the ReplicaSet was given conditions that nobody in this world would write.
    fileprivate mutating func replan(withConditions conditions: JSONValue) throws {
        var replicaSet = try #require(replicaSets.first).object
        replicaSet.document.set(conditions, at: "status", "conditions")
        store(replicaSet, .replicaSet)
        let rollout = try #require(object(.rollout, "web"))
        for effect in controller.plan(rollout.key, in: world, now: now).effects { _ = perform(effect) }
    }
}
