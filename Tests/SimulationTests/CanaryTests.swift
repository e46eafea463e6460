import JSON
import KubernetesModel
import RolloutModel
import Simulation
import Testing

@Suite("A simulated canary") struct CanaryTests {
    private static let key = CanaryWorld.rollout
    private static let settings = SimulationSettings(seed: 7)

    @Test("of one hour ends Healthy without breaking a promise") func oneHour() {
        var shape = CanaryWorld.Shape()
        shape.steps = CanaryWorld.steps(weights: [5, 10, 25, 50, 75, 100], pause: 600)
        let clock = ContinuousClock()
        let began = clock.now
        var simulation = CanaryWorld.updating(SimulationSettings(seed: 1), shape)
        let start = simulation.elapsed
        let isDone = simulation.run(within: .seconds(7200)) { $0.isHealthy(Self.key, image: CanaryWorld.image("2.0")) }
        let duration = simulation.elapsed - start
        let statistics = simulation.statistics
        print(
            "a canary of \(duration.inSeconds) s was simulated in \(began.duration(to: clock.now)): "
                + "\(statistics.moments) moments, \(statistics.effects) effects, \(statistics.awsCallCount) AWS calls, "
                + "at most \(statistics.podsMax) pods, plans \(statistics.plans)")
        #expect(isDone)
        #expect(duration > .seconds(3600))
        #expect(statistics.podsMax == 8)
        Expect.convergence(of: &simulation, to: "2.0")
    }

    @Test("aborted at 50 % returns to stable, and the spec can follow") func abort() {
        var simulation = CanaryWorld.updating(Self.settings, untilPausedAt: 5)
        simulation.perform(.abort(Self.key))
        let isBack = simulation.run(within: .seconds(300)) {
            let weights = $0.rollout(Self.key)?.status.weights
            return weights?.canary.weight == 0 && weights?.verified == true
        }
        #expect(isBack)
        simulation.run(within: .seconds(300))
        #expect(simulation.rollout(Self.key)?.status.phase == .degraded)
        let count = simulation.objects(.pod).count
        #expect(count == 4)
        simulation.perform(.setImage(Self.key, CanaryWorld.image("1.0")))
        Expect.convergence(of: &simulation, to: "1.0")
    }

    @Test("aborted at 50 % and retried ends Healthy", arguments: [1, 20, 200])
    func retry(afterSeconds seconds: Int) {
        var simulation = CanaryWorld.updating(Self.settings, untilPausedAt: 5)
        simulation.perform(.abort(Self.key))
        simulation.run(within: .seconds(seconds))
        simulation.perform(.retry(Self.key))
        Expect.convergence(of: &simulation, to: "2.0")
    }

    @Test("superseded in mid-flight ends Healthy with the newest version", arguments: [1, 3, 5, 7])
    func supersede(atStep step: Int) {
        var simulation = CanaryWorld.updating(Self.settings, untilPausedAt: step)
        simulation.perform(.setImage(Self.key, CanaryWorld.image("3.0")))
        simulation.run(within: .seconds(7))
        simulation.perform(.setImage(Self.key, CanaryWorld.image("4.0")))
        Expect.convergence(of: &simulation, to: "4.0")
    }

    @Test("rolled back in mid-flight ends Healthy with the stable version", arguments: [1, 5, 7])
    func rollback(atStep step: Int) {
        var simulation = CanaryWorld.updating(Self.settings, untilPausedAt: step)
        simulation.perform(.setImage(Self.key, CanaryWorld.image("1.0")))
        Expect.convergence(of: &simulation, to: "1.0")
    }

    @Test("scaled in between ends Healthy", arguments: [2, 7, 9])
    func scale(to size: Int) {
        var simulation = CanaryWorld.updating(Self.settings, untilPausedAt: 5)
        simulation.perform(.scale(Self.key, to: size))
        Expect.convergence(of: &simulation, to: "2.0", pods: size)
    }

    @Test("promoted in full at 10 % ends Healthy at once") func promote() {
        var simulation = CanaryWorld.updating(Self.settings, untilPausedAt: 1)
        simulation.perform(.promote(Self.key, .full))
        Expect.convergence(of: &simulation, to: "2.0")
    }

    @Test("with dynamicStableScale ends Healthy with fewer pods") func dynamicStableScale() {
        var shape = CanaryWorld.Shape()
        shape.replicas = 8
        shape.canary = ["dynamicStableScale": true]
        var simulation = CanaryWorld.updating(Self.settings, shape, untilPausedAt: 5)
        simulation.perform(.abort(Self.key))
        simulation.run(within: .seconds(60))
        simulation.perform(.retry(Self.key))
        Expect.convergence(of: &simulation, to: "2.0", pods: 8)
        // Five quarters and more of the size are there only while an abort brings stable back.
        #expect(simulation.statistics.podsMax <= 12)
    }

    @Test("whose pods never become ready stays on stable, and a rollback ends Healthy") func broken() {
        var shape = CanaryWorld.Shape()
        var simulation = CanaryWorld.started(Self.settings, shape)
        shape.startupSeconds = "100000"
        shape.version = "2.0"
        simulation.perform(.apply(CanaryWorld.manifests(shape)))
        simulation.run(within: .seconds(900))
        let status = simulation.rollout(Self.key)?.status
        #expect(status?.phase == .degraded)
        #expect(status?.weights?.canary.weight == 0)
        simulation.perform(.apply(CanaryWorld.manifests()))
        Expect.convergence(of: &simulation, to: "1.0")
    }
}
