import ELBModel
import JSON
import KubernetesModel
import LoadBalancerState
import RequestRouting
import RolloutModel

/// What a scenario comes to for one seed: the world, and what happens in it.
struct ScenarioPlot: Sendable {
    /// What is waited for before something happens.
    enum Wait: Sendable {
        case time(Duration)
        /// A condition, or so long.
        case until(within: Duration, @Sendable (Simulation) -> Bool)
    }

    /// One part of the script.
    struct Scene: Sendable {
        var wait: Wait
        var action: SimulationAction
    }

    /// Something that happens so long after the script began.
    struct Disturbance: Sendable {
        /// `new-images/0`.
        var id: String
        var after: Duration
        var action: SimulationAction
    }

    /// What has to be so in the end.
    enum Ending: Sendable {
        /// Every Rollout is Healthy as its spec is, and has as many pods as its spec says.
        case healthy
        /// Nothing is left: no load balancer, no pod.
        case nothingLeft
    }

    var random: SimulationRandom
    var settings: SimulationSettings
    var shops: [SimulatedShop]
    /// Applied after the shops.
    var documents: [JSONValue] = []
    /// Done before anything is applied.
    var prologue: [SimulationAction] = []
    /// In order; each begins when the one before is over.
    var script: [Scene] = []
    /// Independent of the script.
    var disturbances: [Disturbance] = []
    var ending = Ending.healthy
    /// How long it may take from the end of the script until everything is as it should be.
    var endingMax = Duration.seconds(3_600)
    /// About how long the script takes: faults happen in this time.
    var horizon = Duration.seconds(120)

    /// A world with one shop, all drawn.
    init(seed: UInt64) {
        random = SimulationRandom(seed: seed &* 0x9e37_79b9 &+ 1)
        settings = SimulationSettings(seed: seed)
        settings.momentsMax = 60_000
        settings.loadBalancing.propagationDelay = .zero...random.duration(in: .zero ... .seconds(4))
        settings.loadBalancing.registrationDelay = random.duration(in: .zero ... .seconds(3))
        settings.watchDelay = .milliseconds(1)...random.duration(in: .milliseconds(2) ... .milliseconds(200))
        settings.awsLatency = .milliseconds(20)...random.duration(in: .milliseconds(30) ... .milliseconds(400))
        // What AWS does not document, by a generator of its own.
        var unknowns = SimulationRandom(seed: seed ^ 0x756e_6b6e_6f77_6e73)
        settings.loadBalancing.choices = .drawn(using: &unknowns)
        settings.loadBalancing.answers = .drawn(using: &unknowns)
        shops = [SimulatedShop.drawn(using: &random)]
    }

    /// The first shop.
    var shop: SimulatedShop {
        get { shops[0] }
        set { shops[0] = newValue }
    }

    var key: ObjectKey { shop.key }

    /// Then, after a time.
    mutating func then(after wait: Duration, _ action: SimulationAction) {
        script.append(Scene(wait: .time(wait), action: action))
    }

    /// Then, as soon as something is so, or after `limit`.
    mutating func then(
        within limit: Duration = .seconds(600), when condition: @escaping @Sendable (Simulation) -> Bool,
        _ action: SimulationAction
    ) {
        script.append(Scene(wait: .until(within: limit, condition), action: action))
    }

    /// The update to a version begins at once.
    mutating func update(to version: String = "2.0") {
        then(after: .zero, .setImage(key, SimulatedShop.image(version)))
        let pauses = shops.map { $0.weights.count * ($0.pause + 12) }.max() ?? 0
        horizon = .seconds(40 + pauses)
    }

    /// Then, as soon as the canary's weight is confirmed to be at least so much, or after ten minutes.
    mutating func then(atWeight weight: Int, _ action: SimulationAction) {
        let key = key
        then(when: { $0.hasConfirmed(weight, of: key) }, action)
    }

    /// A duration drawn in whole milliseconds.
    mutating func draw(_ range: ClosedRange<Duration>) -> Duration { random.duration(in: range) }

    /// A number drawn evenly.
    mutating func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
}

extension Simulation {
    /// Whether two rules that split traffic split it differently.
    var hasUnequalRules: Bool {
        let splits = AWSRecord(world.loadBalancer).rules.map(\.forward).filter { $0.targetGroups.count > 1 }
        return splits.contains { $0.targetGroups != splits[0].targetGroups }
    }

    /// Whether an update has come past a step.
    func isUpdating(_ key: ObjectKey, pastStep index: Int) -> Bool {
        guard let status = rollout(key)?.status, status.currentPodHash != status.stableRS else { return false }
        return status.currentStepIndex ?? 0 >= index
    }

    /// Whether a canary has at least a weight, and it is confirmed.
    func hasConfirmed(_ weight: Int, of key: ObjectKey) -> Bool {
        guard let weights = rollout(key)?.status.weights, weights.verified == true else { return false }
        return weights.canary.weight >= weight
    }
}
