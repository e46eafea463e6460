import JSON
import KubernetesModel
import RolloutModel
import RolloutPlanning
import Testing

/// `status.duration`: when updates begin, how long they wait for a person, and how they end.
@Suite("The duration of an update") struct DurationTests {
    private static let steps: JSONValue = [["setWeight": 25], ["pause": [:]], ["setWeight": 50]]

    private func seconds(_ duration: RolloutDuration) -> Int? {
        duration.finishedAt.map { Int(duration.startedAt.duration(to: $0).inSeconds) }
    }

    @Test("is counted from the first deploy to its end") func firstDeploy() throws {
        let cluster = Shop.healthy(steps: Self.steps)
        let duration = try #require(cluster.status.duration)
        #expect(duration.startedAt == FakeCluster.start)
        #expect(duration.completion == .promoted)
        #expect(duration.isFinished)
        #expect(duration.pausedSeconds == 0)
    }

    @Test("tells how long the update waited for a person") func manualPause() throws {
        var cluster = Shop.healthy(steps: Self.steps)
        let start = cluster.now
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        let waiting = try #require(cluster.status.duration)
        #expect(waiting.pausedAt != nil && !waiting.isFinished && waiting.completion == nil)
        #expect(start.duration(to: waiting.startedAt) < .seconds(2))
        cluster.run(for: .seconds(40))
        cluster.resume()
        cluster.run(until: { $0.isDone("web:2") })
        let duration = try #require(cluster.status.duration)
        #expect((39...42).contains(duration.pausedSeconds))
        #expect(duration.pausedAt == nil)
        #expect(duration.completion == .promoted)
        #expect(try #require(seconds(duration)) > 40)
        let patch = cluster.object(.rollout, "web")?.status["duration"]
        #expect(patch?["totalManualPauseDurationSeconds"]?.intValue == duration.pausedSeconds)
        #expect(patch?["completionStatus"] == "Promoted")
    }

    @Test("a pause with a time of its own is no wait for a person") func timedPause() throws {
        var cluster = Shop.healthy(steps: [["setWeight": 25], ["pause": ["duration": 10]]])
        cluster.setImage("web:2")
        cluster.run(until: { $0.isDone("web:2") })
        let duration = try #require(cluster.status.duration)
        #expect(duration.pausedSeconds == 0 && duration.completion == .promoted)
    }

    @Test("a full promotion is one that was fast") func fullPromotion() throws {
        var cluster = Shop.healthy(steps: Self.steps)
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        cluster.patch(["status": ["promoteFull": true]], subresource: "status")
        cluster.run(until: { $0.isDone("web:2") })
        #expect(cluster.status.duration?.completion == .fastPromoted)
    }

    @Test("an abort ends it, and a retry begins another") func abortAndRetry() throws {
        var cluster = Shop.healthy(steps: Self.steps)
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        cluster.patch(RolloutVerb.abort.body, subresource: "status")
        cluster.run(for: .seconds(20))
        let aborted = try #require(cluster.status.duration)
        #expect(aborted.completion == .aborted && aborted.isFinished && aborted.pausedAt == nil)
        cluster.patch(RolloutVerb.retry.body, subresource: "status")
        cluster.run(for: .seconds(1))
        let retried = try #require(cluster.status.duration)
        #expect(retried.startedAt > aborted.startedAt && !retried.isFinished && retried.completion == nil)
    }

    @Test("going back to stable is a fast rollback that lasts until it is done") func rollback() throws {
        var cluster = Shop.healthy(steps: Self.steps)
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        let start = try #require(cluster.status.duration).startedAt
        cluster.setImage("web:1")
        cluster.run(until: { $0.isDone("web:1") })
        let duration = try #require(cluster.status.duration)
        #expect(duration.completion == .fastRolledBack && duration.isFinished && duration.startedAt == start)
    }

    @Test("going back to an older version than stable is a rollback") func slowRollback() throws {
        var cluster = Shop.healthy(steps: Self.steps)
        cluster.setImage("web:2")
        cluster.finish("web:2")
        cluster.setImage("web:3")
        cluster.run(until: { $0.status.phase == .paused })
        cluster.setImage("web:1")
        cluster.finish("web:1")
        #expect(cluster.status.duration?.completion == .rolledBack)
    }

    @Test("another version begins another one") func superseded() throws {
        var cluster = Shop.healthy(steps: Self.steps)
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        let first = try #require(cluster.status.duration)
        cluster.setImage("web:3")
        cluster.run(for: .seconds(2))
        let second = try #require(cluster.status.duration)
        #expect(second.startedAt > first.startedAt && second.completion == nil && second.pausedSeconds == 0)
    }

    @Test("scaling and restarts are no updates") func noUpdates() throws {
        var cluster = Shop.healthy(steps: Self.steps)
        let before = cluster.status.duration
        cluster.patch(["spec": ["replicas": 6]])
        cluster.run(for: .seconds(10))
        cluster.patch(RolloutVerb.restart(at: cluster.now.wholeSeconds).body)
        cluster.run(for: .seconds(60))
        #expect(cluster.status.duration == before)
    }

    @Test("blue-green waits for a person only when it does not promote by itself", arguments: [false, true])
    func blueGreen(promotesItself: Bool) throws {
        var cluster = Shop.blueGreen(
            promotesItself ? ["autoPromotionSeconds": 10] : ["autoPromotionEnabled": false])
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .paused })
        #expect((cluster.status.duration?.pausedAt != nil) == !promotesItself)
        cluster.run(for: .seconds(5))
        if !promotesItself { cluster.resume() }
        cluster.run(until: { $0.isDone("web:2") })
        let duration = try #require(cluster.status.duration)
        #expect(duration.isFinished && duration.completion == .promoted)
        #expect(promotesItself ? duration.pausedSeconds == 0 : (4...7).contains(duration.pausedSeconds))
    }
}
