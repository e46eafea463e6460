import KubernetesModel
import LoadBalancerState
import Simulation
import Testing

@Suite("A simulated canary under faults") struct FaultTests {
    private static let key = CanaryWorld.rollout

    @Test("ends Healthy although Weir crashes after any one of its effects") func crashes() {
        let start = CanaryWorld.updating(SimulationSettings(seed: 11), CanaryWorld.short)
        let before = start.statistics.effects
        var undisturbed = start
        Expect.convergence(of: &undisturbed, to: "2.0", pods: 2)
        let last = undisturbed.statistics.effects
        #expect(last - before > 20)
        for count in (before + 1)...last {
            var simulation = start
            simulation.perform(.restartAfterEffect(count))
            Expect.convergence(of: &simulation, to: "2.0", pods: 2)
            guard simulation.violations.isEmpty else { return }
        }
        print("crashed after each of \(last - before) effects; undisturbed: \(undisturbed.statistics)")
    }

    @Test("ends Healthy although Weir is superseded and crashes after any one of its effects")
    func crashesWhileSuperseded() {
        var start = CanaryWorld.updating(SimulationSettings(seed: 12), CanaryWorld.short, untilPausedAt: 1)
        start.perform(.setImage(Self.key, CanaryWorld.image("3.0")))
        let before = start.statistics.effects
        for count in stride(from: before + 1, through: before + 40, by: 3) {
            var simulation = start
            simulation.perform(.restartAfterEffect(count))
            Expect.convergence(of: &simulation, to: "3.0", pods: 2)
            guard simulation.violations.isEmpty else { return }
        }
    }

    @Test("ends Healthy whatever is drawn", arguments: Seeds.range(50)) func seeds(seed: Int) {
        var simulation = CanaryWorld.updating(settings(seed: UInt64(seed)), CanaryWorld.short)
        switch seed % 5 {
        case 0: simulation.schedule(.restart, at: simulation.elapsed + .seconds(seed))
        case 1:
            simulation.run(within: .seconds(seed))
            simulation.perform(.setImage(Self.key, CanaryWorld.image("1.5")))
            simulation.run(within: .seconds(seed / 2))
            simulation.perform(.setImage(Self.key, CanaryWorld.image("2.0")))
        case 2:
            simulation.run(within: .seconds(seed))
            simulation.perform(.abort(Self.key))
            simulation.run(within: .seconds(seed / 2))
            simulation.perform(.retry(Self.key))
        default: break
        }
        Expect.convergence(of: &simulation, to: "2.0", pods: 2)
    }

    /// Late watches, slow answers and a slow data plane, each as far as it is drawn.
    private func settings(seed: UInt64) -> SimulationSettings {
        var random = SimulationRandom(seed: seed &* 7_919)
        var settings = SimulationSettings(seed: seed)
        let watch = random.duration(in: .milliseconds(1) ... .seconds(3))
        settings.watchDelay = .zero...watch
        settings.awsLatency = .zero...random.duration(in: .milliseconds(10) ... .seconds(2))
        settings.kubernetesLatency = .zero...random.duration(in: .milliseconds(1) ... .milliseconds(500))
        settings.loadBalancing.propagationDelay = .zero...random.duration(in: .zero ... .seconds(9))
        settings.loadBalancing.registrationDelay = random.duration(in: .zero ... .seconds(5))
        return settings
    }
}
