import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// Numbers from a seed.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// Users and faults at random moments: nothing may be lost, and it must come to rest afterwards.
@Suite("Under random faults") struct ChaosTests {
    private static func act(_ cluster: inout FakeCluster, _ generator: inout SplitMix, versions: inout Int) {
        switch Int.random(in: 0..<16, using: &generator) {
        case 0, 1:
            versions += 1
            cluster.setImage("web:\(versions)")
        case 2: cluster.setImage("web:\(Int.random(in: 1...versions, using: &generator))")
        case 3: cluster.patch(RolloutVerb.abort.body, subresource: "status")
        case 4: cluster.patch(RolloutVerb.retry.body, subresource: "status")
        case 5: cluster.patch(["status": ["pauseConditions": nil]], subresource: "status")
        case 6: cluster.patch(["status": ["promoteFull": true]], subresource: "status")
        case 7: cluster.patch(["spec": ["replicas": .int(Int.random(in: 2...6, using: &generator))]])
        case 8: cluster.patch(["spec": ["paused": .bool(Bool.random(using: &generator))]])
        case 9: cluster.world.observations = .init()
        case 10, 11: cluster.awsFailure = ELBFailure("Throttling", "Rate exceeded", httpStatus: 400)
        case 12: cluster.awsFailure = nil
        case 13: cluster.balancer.isStopped.toggle()
        case 14: cluster.crashAfter = Int.random(in: 0...3, using: &generator)
        default: break
        }
    }

    static func lifetime(seed: UInt64, isSticky: Bool, isDynamic: Bool) -> FakeCluster {
        var generator = SplitMix(state: seed)
        var cluster = Shop.healthy(ingresses: seed % 2 == 0 ? ["web"] : ["web", "admin"]) { rollout in
            if isSticky {
                rollout.set(
                    ["enabled": true, "durationSeconds": 600], at: "spec", "strategy", "canary", "trafficRouting",
                    "alb",
                    "stickinessConfig")
            }
            guard isDynamic else { return }
            rollout.set(true, at: "spec", "strategy", "canary", "dynamicStableScale")
            rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
        }
        var versions = 1
        for _ in 0..<25 {
            act(&cluster, &generator, versions: &versions)
            cluster.run(for: .milliseconds(Int.random(in: 250...12_000, using: &generator)))
        }
        cluster.awsFailure = nil
        cluster.balancer.isStopped = false
        cluster.crashAfter = nil
        cluster.patch(["spec": ["paused": false]])
        cluster.run(for: .seconds(1))
        cluster.patch(["status": ["abort": false, "promoteFull": true]], subresource: "status")
        cluster.run(until: { $0.isAtRest }, limit: .seconds(300))
        return cluster
    }

    @Test("no request is lost and it comes to rest", arguments: [UInt64](1...20))
    func chaos(seed: UInt64) {
        let cluster = Self.lifetime(seed: seed, isSticky: seed % 3 == 0, isDynamic: seed % 5 == 0)
        #expect(cluster.violations == [], "seed \(seed)")
        let isAtRest = cluster.isAtRest
        #expect(isAtRest, "seed \(seed): \(cluster.summary)")
    }
}

extension FakeCluster {
    /// The end of the trace, and why nothing more happens.
    var summary: String {
        let plan = controller.plan(ObjectKey(namespace: "shop", name: "web"), in: world, now: now)
        let status = object(.rollout, "web")?.document.prettyText ?? ""
        return (trace.suffix(12) + plan.decisions.map(\.description) + [status]).joined(separator: "\n")
    }

    /// Whether one version is stable, has everything, and nothing else has pods.
    var isAtRest: Bool {
        let status = status
        let active = replicaSets.filter { !$0.isEmpty }
        return status.phase == .healthy && active.count == 1 && active[0].hash == status.stableRS
            && status.stableRS == status.currentPodHash && status.weights?.canary.weight == 0
            && status.weights?.verified == true
    }
}
