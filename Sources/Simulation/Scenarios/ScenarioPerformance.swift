import KubernetesModel
import RolloutModel

/// One run of a scenario.
struct ScenarioPerformance {
    /// How long the first version may take to serve.
    private static let openingMax = Duration.seconds(900)
    /// For how long everything must stay well in the end.
    private static let calm = Duration.seconds(30)

    private(set) var outcome: SimulationOutcome
    private var plot: ScenarioPlot
    private var simulation: Simulation
    private let omitted: Set<String>

    init(
        _ scenario: SimulationScenario, seed: UInt64, faults: SimulationFaults, omitted: Set<String>,
        _ change: (inout SimulationSettings) -> Void
    ) {
        let kinds = faults.kinds(of: seed)
        self.omitted = omitted
        outcome = SimulationOutcome(
            SimulationCase(
                scenario: scenario.name, seed: seed, faults: SimulationFaults(kinds), omitted: omitted))
        plot = ScenarioPlot(seed: seed)
        scenario.plot(&plot)
        for kind in kinds { plot.weave(kind, seed: seed) }
        // Each process has a budget of its own, and two of them know nothing of each other's calls.
        plot.settings.checksBudget = !plot.settings.separatesIngress
        plot.settings.controllers = SimulationSettings.weir(plot.settings.loadBalancing)
        change(&plot.settings)
        simulation = Simulation(plot.settings)
        let script = plot.script.indices.map { "script/\($0)" }
        outcome.events = script + plot.disturbances.sorted { $0.after < $1.after }.map(\.id)
    }

    mutating func run() {
        perform()
        outcome.violations = simulation.violations
        outcome.trace = simulation.trace
        outcome.statistics = simulation.statistics
        outcome.duration = simulation.elapsed
    }

    private mutating func perform() {
        for action in plot.prologue { simulation.perform(action) }
        for shop in plot.shops { simulation.perform(.apply(shop.manifests)) }
        if !plot.documents.isEmpty { simulation.perform(.apply(plot.documents)) }
        simulation.run(within: Self.openingMax) { $0.isInService || !$0.violations.isEmpty }
        guard simulation.isInService else {
            return simulation.report(.waitsEnd, "the world", "the first version does not come into service")
        }
        for disturbance in plot.disturbances where !omitted.contains(disturbance.id) {
            simulation.schedule(disturbance.action, at: simulation.elapsed + disturbance.after)
        }
        for (index, scene) in plot.script.enumerated() where !omitted.contains("script/\(index)") {
            wait(scene.wait)
            guard simulation.violations.isEmpty else { return }
            simulation.perform(scene.action)
        }
        end()
    }

    private mutating func wait(_ wait: ScenarioPlot.Wait) {
        switch wait {
        case .time(let duration): simulation.run(within: duration) { !$0.violations.isEmpty }
        case .until(let limit, let condition):
            simulation.run(within: limit) { !$0.violations.isEmpty || condition($0) }
        }
    }

    private mutating func end() {
        let isOver: @Sendable (Simulation) -> Bool = { [plot] in plot.isOver($0) }
        simulation.run(within: plot.endingMax) { !$0.violations.isEmpty || (!$0.isDisturbed && isOver($0)) }
        guard simulation.violations.isEmpty else { return }
        guard isOver(simulation) else {
            return simulation.report(.waitsEnd, "the world", plot.whatIsMissing(in: simulation))
        }
        simulation.run(within: Self.calm) { !$0.violations.isEmpty }
        // What went wrong last may still show: a pod that hangs has yet to be found out.
        if simulation.violations.isEmpty, !isOver(simulation) {
            simulation.run(within: plot.endingMax) { !$0.violations.isEmpty || isOver($0) }
        }
        guard simulation.violations.isEmpty, !isOver(simulation) else { return }
        simulation.report(.waitsEnd, "the world", "it does not stay so: \(plot.whatIsMissing(in: simulation))")
    }
}

extension ScenarioPlot {
    /// Whether everything is as it has to be in the end.
    func isOver(_ simulation: Simulation) -> Bool {
        switch ending {
        case .healthy:
            guard shops.allSatisfy({ simulation.isHealthy($0.key) }) else { return false }
            return simulation.podCount == shops.reduce(0) { $0 + (simulation.rollout($1.key)?.spec.replicas ?? 0) }
        case .nothingLeft:
            return simulation.loadBalancers.isEmpty && simulation.objects(.pod).isEmpty
                && simulation.objects(.rollout).isEmpty
        }
    }

    /// What is not as it has to be.
    func whatIsMissing(in simulation: Simulation) -> String {
        guard ending == .healthy else {
            return "\(simulation.loadBalancers.count) load balancers and \(simulation.podCount) pods are left"
        }
        for shop in shops {
            guard let rollout = simulation.rollout(shop.key) else { return "there is no valid Rollout \(shop.key)" }
            guard simulation.isHealthy(shop.key) else {
                let status = rollout.status
                return "Rollout \(shop.key) is \(status.phase?.rawValue ?? "new") (\(status.message)), not Healthy"
            }
        }
        return "there are \(simulation.podCount) pods"
    }
}

extension Simulation {
    /// Pods, those that are going included.
    fileprivate var podCount: Int { objects(.pod).count }
}
