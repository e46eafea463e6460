import JSON
import KubernetesModel
import RolloutModel
import Testing

@testable import RolloutPlanning

/// Numbers of pods against the reference's formulas, written down once more as they stand there.
@Suite("Replica counts") struct ReplicaCountTests {
    /// The reference's formula in floating point: the first of the options with the smallest error.
    private static func reference(_ size: Int, _ weight: Int, surge: Int) -> [Int] {
        guard size > 0 else { return [0, 0] }
        let share = Double(weight) / 100
        func isTied(_ total: Int) -> Bool {
            let exact = Double(total) * share
            return exact - exact.rounded(.down) == 0.5
        }
        let mayBeZero = weight == 100 || weight == 0 || (size == 1 && surge == 0)
        var options: [(canary: Int, total: Int)] = []
        for total in surge > 0 ? [size, size + 1] : [size] {
            let exact = Double(total * weight) / 100
            let up = Int(exact.rounded(.up))
            let down = Int(exact.rounded(.down))
            if total > size || up < size || mayBeZero { options.append((up, total)) }
            if !isTied(total), down != 0 || mayBeZero { options.append((down, total)) }
        }
        var best: (canary: Int, total: Int)?
        var smallest = Double.infinity
        for option in options {
            let error = (Double(option.canary) * 100 / Double(option.total) - Double(weight)).magnitude
            if error < smallest { (best, smallest) = (option, error) }
        }
        return best.map { [$0.canary, $0.total - $0.canary] } ?? [0, size]
    }

    @Test("by pods are the reference's for every size and weight", arguments: 0...2)
    func approximation(surge: Int) {
        for size in 0...25 {
            for weight in 0...100 {
                let counts = BasicCanary(
                    size: size, weight: weight, surge: surge, unavailable: 1, canary: nil,
                    stable: .init(asked: size, available: size)
                ).approximation
                let wanted = Self.reference(size, weight, surge: surge)
                #expect([counts.canary, counts.stable] == wanted, "\(size) pods at \(weight) %, surge \(surge)")
            }
        }
    }

    struct Routed: Sendable, CustomTestStringConvertible {
        var size: Int
        var steps: JSONValue
        var settings: [Story.Setting] = []
        var canary: Int
        var stable: Int
        var testDescription: String { "\(size) pods, \(steps.text) \(settings.map { $0.path.last ?? "" })" }
    }

    private static func weight(_ weight: Int) -> JSONValue { [["setWeight": .int(weight)], ["pause": [:]]] }

    static let routed: [Routed] = [
        Routed(size: 4, steps: weight(1), canary: 1, stable: 4),
        Routed(size: 4, steps: weight(25), canary: 1, stable: 4),
        Routed(size: 4, steps: weight(26), canary: 2, stable: 4),
        Routed(size: 10, steps: weight(33), canary: 4, stable: 10),
        Routed(size: 10, steps: weight(100), canary: 10, stable: 10),
        Routed(size: 1, steps: weight(5), canary: 1, stable: 1),
        Routed(size: 10, steps: weight(5), settings: [.canary("minPodsPerReplicaSet", to: 2)], canary: 2, stable: 10),
        Routed(size: 2, steps: weight(5), settings: [.canary("minPodsPerReplicaSet", to: 5)], canary: 2, stable: 2),
        Routed(
            size: 10, steps: [["setCanaryScale": ["replicas": 7]], ["setWeight": 10], ["pause": [:]]], canary: 7,
            stable: 10),
        Routed(
            size: 10, steps: [["setCanaryScale": ["weight": 35]], ["setWeight": 10], ["pause": [:]]], canary: 4,
            stable: 10),
        Routed(
            size: 10, steps: [["setCanaryScale": ["replicas": 1]], ["setWeight": 50], ["pause": [:]]],
            settings: [.canary("minPodsPerReplicaSet", to: 2)], canary: 1, stable: 10),
        Routed(
            size: 10,
            steps: [
                ["setCanaryScale": ["replicas": 7]], ["setCanaryScale": ["matchTrafficWeight": true]],
                ["setWeight": 20], ["pause": [:]],
            ], canary: 2, stable: 10),
        Routed(size: 10, steps: weight(25), settings: Story.Setting.dynamic, canary: 3, stable: 8),
        Routed(size: 4, steps: weight(50), settings: Story.Setting.dynamic, canary: 2, stable: 2),
        Routed(
            size: 10, steps: weight(95),
            settings: Story.Setting.dynamic + [.canary("minPodsPerReplicaSet", to: 3)], canary: 10, stable: 3),
    ]

    @Test("with a load balancer are those of the weight, of the scale and of the least", arguments: routed)
    func routedCounts(row: Routed) {
        let settings = row.settings + [.replicas(row.size), .steps(row.steps)]
        let cluster = Story("table", .canary, settings, [.image(2), .until(.paused)]).tell()
        #expect(cluster.violations == [])
        func count(_ image: String) -> Int? { cluster.replicaSets.first { $0.image == image }?.specReplicas }
        #expect(count("web:2") == row.canary)
        #expect(count("web:1") == row.stable)
    }

    @Test(
        "that may be missing round down, and are never none when nothing may be surplus",
        arguments: [(10, 0, 25, 2), (3, 0, 25, 1), (3, 25, 25, 0), (0, 25, 25, 0), (2, 0, 0, 1)])
    func unavailable(size: Int, surge: Int, unavailable: Int, expected: Int) throws {
        var cluster = Shop.cluster { rollout in
            rollout.set(.int(size), at: "spec", "replicas")
            rollout.set(nil, at: "spec", "strategy", "canary", "trafficRouting")
            rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
            rollout.set(.string("\(surge)%"), at: "spec", "strategy", "canary", "maxSurge")
            rollout.set(
                .string("\(max(unavailable, surge == 0 ? 1 : 0))%"), at: "spec", "strategy", "canary", "maxUnavailable")
        }
        cluster.run(for: .seconds(1))
        let key = ObjectKey(namespace: "shop", name: "web")
        let snapshot = try #require(RolloutSnapshot(key, in: cluster.world, settings: cluster.controller.settings))
        let pass = RolloutPass(snapshot, try Rollout(snapshot.object), now: cluster.now)
        #expect(pass.maxUnavailable == expected)
    }

    @Test("a superseded version gives its traffic back to a stable one that had shrunk") func supersededInTheEnd() {
        var cluster = Shop.healthy(
            steps: [["setWeight": 40], ["pause": ["duration": 10]], ["setWeight": 80], ["pause": ["duration": 10]]]
        ) { rollout in
            rollout.set(6, at: "spec", "replicas")
            rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
            rollout.set(true, at: "spec", "strategy", "canary", "dynamicStableScale")
        }
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.currentStepIndex == 3 })
        cluster.run(until: { $0.replicaSets.contains { $0.specReplicas == 4 } })
        cluster.setImage("web:3")
        cluster.run(until: { $0.isSettled(on: 6, image: "web:3") }, limit: .seconds(300))
        #expect(cluster.isSettled(on: 6, image: "web:3"))
        #expect(cluster.violations == [])
    }
}
