import JSON
import KubernetesModel
import RolloutModel
import RolloutView
import Simulation

/// Watches one Rollout of a simulation: where its requests go, its pods, and a copy of the world at every step.
struct TimelineRecorder: Sendable {
    /// The world at the moment a step was reached.
    struct Fork: Sendable {
        /// `step 2/8, 25 %`.
        var name: String
        var at: Duration
        var simulation: Simulation
    }

    private struct Sample: Equatable, Sendable {
        var at: Duration
        var shares: TrafficShares?
        var pods: [String: Int]
        var ready: [String: Int]
    }

    let key: ObjectKey
    /// Whether copies of the world are kept.
    private let forks: Bool
    private let begin: Duration
    private var meter: TrafficMeter
    private var samples: [Sample] = []
    /// In the order in which they were first seen.
    private var hashes: [String] = []
    private var names: [String: String] = [:]
    private(set) var steps: [Fork] = []
    private var stepName = ""

    /// - Parameters:
    ///   - forks: whether a copy of the world is kept at every step.
    ///   - begin: the time of the simulation that is 0 in the timeline.
    init(of key: ObjectKey, forks: Bool, begin: Duration) {
        self.key = key
        self.forks = forks
        self.begin = begin
        meter = TrafficMeter(of: key)
    }

    /// Takes note of the present moment.
    mutating func look(at simulation: Simulation) {
        guard meter.look(at: simulation), let rollout = simulation.rollout(key) else { return }
        let counts = simulation.podCounts(of: rollout)
        let sample = Sample(
            at: simulation.elapsed - begin, shares: meter.shares, pods: counts.mapValues(\.all),
            ready: counts.mapValues(\.ready))
        if samples.last.map({ $0.shares != sample.shares || $0.pods != sample.pods || $0.ready != sample.ready })
            ?? true
        {
            samples.append(sample)
        }
        let stable = rollout.status.stableRS
        let found = counts.keys.sorted { ($0 != stable ? 1 : 0, $0) < ($1 != stable ? 1 : 0, $1) }
        for hash in found where !hashes.contains(hash) {
            hashes.append(hash)
            names[hash] = Self.name(hash, rollout, simulation)
        }
        guard forks, let name = Self.step(of: rollout), name != stepName else { return }
        stepName = name
        steps.append(Fork(name: name, at: simulation.elapsed - begin, simulation: simulation))
    }

    /// The timeline up to now.
    func timeline(title: String, marks: [RolloutTimeline.Mark], length: Duration) -> RolloutTimeline {
        var timeline = RolloutTimeline(title: title, versions: hashes.map { names[$0] ?? $0 }, length: length)
        timeline.marks = marks
        timeline.moments = samples.map { sample in
            RolloutTimeline.Moment(
                at: max(.zero, sample.at), shares: hashes.map { sample.shares?.share(of: $0) ?? 0 },
                failing: sample.shares?.failing ?? 0, pods: hashes.map { sample.pods[$0] ?? 0 },
                ready: hashes.map { sample.ready[$0] ?? 0 })
        }
        return timeline
    }

    /// `checkout-7d9f:2.0`, the ReplicaSet and the tag of its first image.
    private static func name(_ hash: String, _ rollout: Rollout, _ simulation: Simulation) -> String {
        let replicaSet = simulation.objects(.replicaSet).first { $0.label(RolloutKeys.podTemplateHash) == hash }
        let containers = replicaSet?.spec.at("template", "spec", "containers")?.arrayValue ?? []
        guard let image = containers.first?["image"]?.stringValue else { return hash }
        return "\(image.split(separator: "/").last ?? "") (\(hash))"
    }

    /// What the Rollout's update has come to; `nil` when none is going on.
    private static func step(of rollout: Rollout) -> String? {
        let status = rollout.status
        guard rollout.isObserved, !status.isFullyPromoted, !status.abort else { return nil }
        guard let index = status.currentStepIndex, rollout.spec.blueGreen == nil else { return "before the switch" }
        let weight = status.weights.map { ", \($0.canary.weight) %" } ?? ""
        return "step \(index)/\(rollout.spec.canary.steps.count)\(weight)"
    }
}

extension TimelineRecorder.Fork {
    /// No abort takes longer than this in virtual time.
    private static let abortMax = Duration.seconds(7_200)

    /// Aborts the update in the copy of the world.
    ///
    /// - Returns: how long it takes until every request goes to the former version; `nil` when it never does, or
    ///   nothing is known about requests.
    func timeToSafe(of key: ObjectKey) -> Duration? {
        var world = simulation
        guard let stable = world.rollout(key)?.status.stableRS else { return nil }
        var meter = TrafficMeter(of: key)
        let begin = world.elapsed
        world.perform(.abort(key))
        let isSafe = world.run(within: Self.abortMax) { world in
            _ = meter.look(at: world)
            guard let shares = meter.shares, world.rollout(key)?.status.abort ?? false else { return false }
            return shares.failing == 0 && shares.versions.allSatisfy { $0.key == stable || $0.value == 0 }
        }
        return isSafe ? world.elapsed - begin : nil
    }
}
