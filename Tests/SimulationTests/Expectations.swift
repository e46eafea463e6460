import FoundationEssentials
import KubernetesModel
import RolloutModel
import Simulation
import Testing

/// What the tests ask of a simulation, with the end of the trace where it fails.
enum Expect {
    /// Runs until a Rollout is Healthy with a version, and on for a while; everything must have stayed well.
    static func convergence(
        of simulation: inout Simulation, to version: String, pods: Int = 4, key: ObjectKey = CanaryWorld.rollout,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let image = CanaryWorld.image(version)
        let hasArrived = simulation.run(within: .seconds(1800)) { $0.isHealthy(key, image: image) }
        simulation.run(within: .seconds(600)) { $0.objects(.pod).count == pods }
        simulation.run(within: .seconds(20))
        let end = "\(simulation.trace.suffix(40).joined(separator: "\n"))"
        let isHealthy = simulation.isHealthy(key, image: image)
        #expect(hasArrived && isHealthy, "not Healthy with \(image)\n\(end)", sourceLocation: sourceLocation)
        let count = simulation.objects(.pod).count
        #expect(count == pods, "\(end)", sourceLocation: sourceLocation)
        promises(in: simulation, sourceLocation: sourceLocation)
    }

    /// Nothing that is promised was broken.
    static func promises(in simulation: Simulation, sourceLocation: SourceLocation = #_sourceLocation) {
        let isInService = simulation.isInService
        #expect(isInService, sourceLocation: sourceLocation)
        let violations = simulation.violations
        guard !violations.isEmpty else { return }
        let first = simulation.trace.firstIndex { $0.contains("violation of") } ?? 0
        let around = simulation.trace[max(0, first - 30)..<min(simulation.trace.count, first + 5)]
        Issue.record("\(violations)\n\(around.joined(separator: "\n"))", sourceLocation: sourceLocation)
    }
}

/// How many seeds are tried: WEIR_SIMULATION_SEEDS, or a default that suits a debug build.
enum Seeds {
    static func range(_ standard: Int) -> ClosedRange<Int> {
        let asked = ProcessInfo.processInfo.environment["WEIR_SIMULATION_SEEDS"].flatMap { Int($0) }
        return 1...max(1, asked ?? standard)
    }
}

extension CanaryWorld {
    /// Starts an update to version 2.0.
    static func updating(_ settings: SimulationSettings, _ shape: Shape = Shape()) -> Simulation {
        var simulation = started(settings, shape)
        simulation.perform(.setImage(rollout, image("2.0")))
        return simulation
    }

    /// Starts an update to version 2.0 and runs until it pauses at a step.
    static func updating(
        _ settings: SimulationSettings, _ shape: Shape = Shape(), untilPausedAt step: Int
    ) -> Simulation {
        var simulation = updating(settings, shape)
        let isPaused = simulation.run(within: .seconds(900)) { simulation in
            guard let status = simulation.rollout(rollout)?.status else { return false }
            return status.currentStepIndex == step && !status.pauses.isEmpty
        }
        #expect(isPaused, "\(simulation.trace.suffix(30).joined(separator: "\n"))")
        return simulation
    }
}
