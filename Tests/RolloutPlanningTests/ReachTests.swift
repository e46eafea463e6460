import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

@Suite("Reach") struct ReachTests {
    private static let throttled = ELBFailure("Throttling", "Rate exceeded", httpStatus: 400)

    /// A cluster in which the new version has all the traffic and the old one is still up.
    private func promoted() -> FakeCluster {
        var cluster = Shop.healthy(steps: [["setWeight": 50]])
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.phase == .healthy && $0.status.stableRS != "7c8cd8b8dd" })
        return cluster
    }

    @Test("is unknown while AWS does not answer, and then nothing is destroyed") func throttling() {
        var cluster = promoted()
        cluster.awsFailure = Self.throttled
        cluster.run(for: .seconds(300))
        #expect(cluster.replicaSets.filter { $0.specReplicas == 4 }.count == 2)
        #expect(cluster.violations == [])
        cluster.awsFailure = nil
        cluster.run(for: .seconds(60))
        #expect(cluster.replicaSets.filter { $0.specReplicas == 4 }.count == 1)
        #expect(cluster.violations == [])
    }

    @Test("names what failed while it waits") func reason() throws {
        var cluster = promoted()
        cluster.awsFailure = Self.throttled
        cluster.run(for: .seconds(20))
        let key = ObjectKey(namespace: "shop", name: "web")
        let plan = cluster.controller.plan(key, in: cluster.world, now: cluster.now)
        let blocked = try #require(plan.decisions.first { $0.code == "ServiceBlocked" })
        #expect(blocked.message.contains("Throttling: Rate exceeded"))
        #expect(blocked.message.contains("web.elb.test"))
    }

    @Test("an old read proves nothing, however often it is planned") func oldRead() throws {
        var cluster = promoted()
        let read = try #require(cluster.world.observations[.loadBalancer(dnsName: "web.elb.test")])
        cluster.run(until: { $0.status.weights?.canary.weight == 100 })
        let later = read.startedAt.advanced(by: .seconds(60))
        let plan = cluster.controller.plan(ObjectKey(namespace: "shop", name: "web"), in: cluster.world, now: later)
        let kinds = plan.effects.compactMap { effect -> ResourceKind? in
            guard case .kubernetes(let write) = effect else { return nil }
            return write.kind
        }
        #expect(!kinds.contains(.service))
        #expect(plan.observations.contains { $0.subject == .loadBalancer(dnsName: "web.elb.test") })
    }

    @Test("asks for reads no more often than the interval, and more slowly when nothing moves") func economy() {
        var cluster = promoted()
        cluster.balancer.isStopped = true
        cluster.run(for: .seconds(10))
        let early = cluster.reads
        cluster.run(for: .seconds(10))
        let perSecond = Double(cluster.reads - early) / 10 / 3
        #expect(perSecond <= 1.2)
        cluster.run(for: .seconds(300))
        let late = cluster.reads
        cluster.run(for: .seconds(60))
        #expect(Double(cluster.reads - late) / 60 / 3 <= 0.2)
    }

    @Test("a restart neither forgets a wait nor shortens it") func restart() {
        var steady = promoted()
        var restarted = steady
        for _ in 0..<40 {
            steady.run(for: .seconds(1))
            restarted.run(for: .seconds(1))
            restarted.world.observations = Observations()
            restarted.isDirty = true
        }
        #expect(restarted.violations == [])
        let gone = { (cluster: FakeCluster) in cluster.trace.last { $0.contains("\"replicas\":0") } }
        #expect(gone(steady) == gone(restarted))
    }

    @Test("nothing is read at rest") func rest() {
        var cluster = Shop.healthy()
        let reads = cluster.reads
        let plans = cluster.plans
        cluster.run(for: .seconds(3600))
        #expect(cluster.reads == reads)
        #expect(cluster.plans - plans < 5)
    }

    @Test("weight edited behind the annotation does not complete a step") func edited() {
        var cluster = Shop.healthy(steps: [["setWeight": 25], ["setWeight": 50]])
        cluster.balancer.isStopped = true
        cluster.setImage("web:2")
        cluster.run(for: .seconds(60))
        #expect(cluster.status.currentStepIndex == 0)
        #expect(cluster.violations == [])
    }
}
