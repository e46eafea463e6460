import JSON
import KubernetesModel
import RolloutModel
import Simulation
import Testing

@Suite("Where requests go in a simulation") struct TrafficSharesTests {
    @Test("shares follow the rules as the nodes know them, and nothing fails") func canary() throws {
        let key = CanaryWorld.rollout
        var simulation = CanaryWorld.started(SimulationSettings(seed: 3), CanaryWorld.short)
        var meter = TrafficMeter(of: key)
        let first = meter.look(at: simulation)
        #expect(first)
        let stable = try #require(simulation.rollout(key)?.status.stableRS)
        #expect(meter.shares?.versions == [stable: 1])
        let second = meter.look(at: simulation)
        #expect(!second, "nothing has changed")
        simulation.perform(.setImage(key, CanaryWorld.image("2.0")))
        var shares: [Double] = []
        var failing = 0.0
        simulation.run(within: .seconds(120)) { simulation in
            guard meter.look(at: simulation) else { return false }
            failing = max(failing, meter.shares?.failing ?? 1)
            let share = 1 - (meter.shares?.share(of: stable) ?? 0)
            if shares.last != share { shares.append(share) }
            return simulation.isHealthy(key, image: CanaryWorld.image("2.0"))
        }
        #expect(failing == 0)
        #expect(shares.contains(0.5) && shares.last == 1, "\(shares)")
        #expect(shares == shares.sorted(), "traffic only moves one way: \(shares)")
    }

    @Test("requests for pods that do not answer are counted as failing") func broken() throws {
        let key = CanaryWorld.rollout
        var simulation = CanaryWorld.started(SimulationSettings(seed: 3), CanaryWorld.short)
        let pods = simulation.objects(.pod)
        for pod in pods { simulation.perform(.delete(.pod, pod.key)) }
        var meter = TrafficMeter(of: key)
        var most = 0.0
        simulation.run(within: .seconds(60)) { simulation in
            _ = meter.look(at: simulation)
            most = max(most, meter.shares?.failing ?? 0)
            return false
        }
        #expect(most == 1, "all pods are killed under traffic")
        let shares = try #require(meter.shares)
        #expect(shares.failing == 0 && shares.versions.values.reduce(0, +) == 1, "and come back")
    }

    @Test("without a load balancer every ready pod gets the same") func basic() throws {
        var shape = CanaryWorld.short
        shape.isRouted = false
        shape.canary = [:]
        shape.steps = CanaryWorld.steps(weights: [50], pause: 600)
        var simulation = CanaryWorld.started(SimulationSettings(seed: 3), shape)
        let key = CanaryWorld.rollout
        let stable = try #require(simulation.rollout(key)?.status.stableRS)
        simulation.perform(.setImage(key, CanaryWorld.image("2.0")))
        simulation.run(within: .seconds(60))
        var meter = TrafficMeter(of: key)
        _ = meter.look(at: simulation)
        #expect(meter.shares?.share(of: stable) == 0.5)
    }
}
