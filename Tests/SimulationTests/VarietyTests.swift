import ELBModel
import JSON
import KubernetesModel
import LoadBalancerState
import RolloutModel
import Simulation
import Testing

@Suite("A simulated world") struct VarietyTests {
    private static let key = CanaryWorld.rollout

    @Test("without a load balancer keeps its size while it replaces pods") func basicCanary() {
        var shape = CanaryWorld.Shape()
        shape.isRouted = false
        shape.replicas = 8
        shape.canary = ["maxSurge": 1, "maxUnavailable": 1]
        var simulation = CanaryWorld.updating(SimulationSettings(seed: 21), shape, untilPausedAt: 3)
        simulation.perform(.abort(Self.key))
        simulation.run(within: .seconds(30))
        simulation.perform(.retry(Self.key))
        Expect.convergence(of: &simulation, to: "2.0", pods: 8)
        let most = simulation.statistics.podsMax
        #expect(most == 9)
    }

    @Test("with sticky clients keeps their pods until the cookies have ended") func sticky() {
        var shape = CanaryWorld.short
        shape.stickySeconds = 120
        var simulation = CanaryWorld.updating(SimulationSettings(seed: 22), shape, untilPausedAt: 1)
        simulation.perform(.setImage(Self.key, CanaryWorld.image("3.0")))
        simulation.run(within: .seconds(60))
        Expect.convergence(of: &simulation, to: "3.0", pods: 2)
    }

    @Test("with two Rollouts behind two Ingresses moves both") func two() {
        var other = CanaryWorld.short
        other.name = "cart"
        let cart = ObjectKey(namespace: "shop", name: "cart")
        var simulation = Simulation(SimulationSettings(seed: 23))
        simulation.perform(.apply(CanaryWorld.manifests(CanaryWorld.short) + CanaryWorld.manifests(other)))
        simulation.run(within: .seconds(600)) { $0.isInService }
        simulation.perform(.setImage(Self.key, CanaryWorld.image("2.0")))
        simulation.perform(.setImage(cart, CanaryWorld.image("2.0")))
        Expect.convergence(of: &simulation, to: "2.0", pods: 4)
        Expect.convergence(of: &simulation, to: "2.0", pods: 4, key: cart)
    }

    @Test("whose AWS account throttles loses nothing but time") func throttled() {
        var settings = SimulationSettings(seed: 24)
        settings.loadBalancing.isThrottling = true
        var simulation = CanaryWorld.updating(settings, CanaryWorld.short, untilPausedAt: 1)
        simulation.perform(.failAWS(operation: nil, count: 200, ELBFailure(.throttling, "Rate exceeded")))
        Expect.convergence(of: &simulation, to: "2.0", pods: 2)
    }

    @Test(
        "in which AWS refuses one operation for a while loses nothing but time",
        arguments: ["ModifyRule", "DescribeRules", "DescribeTargetHealth", "RegisterTargets", "DeregisterTargets"])
    func refused(operation: String) {
        var simulation = CanaryWorld.updating(SimulationSettings(seed: 25), CanaryWorld.short)
        simulation.perform(.failAWS(operation: operation, count: 8, ELBFailure(.internalFailure, "try again")))
        simulation.run(within: .seconds(25))
        simulation.perform(.failAWS(operation: operation, count: 8, ELBFailure(.accessDenied, "not allowed")))
        simulation.run(within: .seconds(15))
        simulation.perform(.setImage(Self.key, CanaryWorld.image("3.0")))
        Expect.convergence(of: &simulation, to: "3.0", pods: 2)
    }

    @Test("in which everything is deleted leaves nothing behind") func deletion() {
        var simulation = CanaryWorld.updating(SimulationSettings(seed: 26), CanaryWorld.short, untilPausedAt: 1)
        simulation.perform(.delete(.rollout, Self.key))
        simulation.perform(.delete(.ingress, CanaryWorld.ingress))
        simulation.run(within: .seconds(300))
        let end = "\(simulation.trace.suffix(30).joined(separator: "\n"))"
        #expect(simulation.loadBalancers.isEmpty, "\(end)")
        #expect(simulation.objects(.ingress).isEmpty, "\(end)")
        #expect(simulation.objects(.replicaSet).isEmpty, "\(end)")
        #expect(simulation.objects(.pod).isEmpty, "\(end)")
    }

    @Test("in which a person skips a weight breaks no promise") func skip() {
        var simulation = CanaryWorld.updating(SimulationSettings(seed: 27), CanaryWorld.short, untilPausedAt: 1)
        simulation.perform(.promote(Self.key, .resume))
        simulation.run(within: .seconds(60)) { $0.rollout(Self.key)?.status.currentStepIndex == 2 }
        simulation.perform(.promote(Self.key, .resume))
        let status = simulation.rollout(Self.key)?.status
        #expect(status?.currentStepIndex == 3 && status?.weights?.canary.weight == 50)
        Expect.convergence(of: &simulation, to: "2.0", pods: 2)
    }

    /// Seeds in which a weight was once called verified on a read from before the write before it.
    @Test("in which a weight is changed twice in a second is not believed too early", arguments: [43, 148, 358, 434])
    func twice(seed: Int) { people(seed: seed) }

    @Test("in which people do what they like ends where the last of them wanted", arguments: Seeds.range(12))
    func people(seed: Int) {
        var random = SimulationRandom(seed: UInt64(seed))
        var simulation = CanaryWorld.started(SimulationSettings(seed: UInt64(seed)), CanaryWorld.short)
        for _ in 0..<6 {
            simulation.run(within: random.duration(in: .zero ... .seconds(40)))
            simulation.perform(Self.action(&random))
        }
        simulation.run(within: .seconds(5))
        simulation.perform(.scale(Self.key, to: 3))
        simulation.perform(.setImage(Self.key, CanaryWorld.image("9.0")))
        Expect.convergence(of: &simulation, to: "9.0", pods: 3)
    }

    private static func action(_ random: inout SimulationRandom) -> SimulationAction {
        switch Int.random(in: 0..<12, using: &random) {
        case 0...4:
            .setImage(key, CanaryWorld.image(["1.0", "2.0", "3.0"].randomElement(using: &random) ?? "1.0"))
        case 5: .abort(key)
        case 6: .retry(key)
        case 7: .promote(key, .full)
        case 8: .promote(key, .resume)
        case 9, 10: .scale(key, to: Int.random(in: 2...4, using: &random))
        default: .restart
        }
    }
}
