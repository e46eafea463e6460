import IngressPlanning
import JSON
import KubernetesModel
import LoadBalancerState
import Planning
import RolloutPlanning
import Simulation

/// One update of every Rollout of a fleet at once, and what verifying it costs.
///
/// The load balancers are another controller's: it runs beside, and its calls are not counted. Beside Weir's calls it
/// counts those of Argo Rollouts' algorithm for the same updates (`PeerCount`).
struct CallCount {
    private let fleet: Fleet
    private var simulation: Simulation
    private var peer: PeerCount
    private let ledger = ReadLedger()

    init(_ fleet: Fleet) {
        self.fleet = fleet
        peer = PeerCount(fleet)
        var configuration = LoadBalancerConfiguration()
        configuration.isThrottling = false
        var settings = SimulationSettings(seed: fleet.seed)
        var ingress = IngressSettings(clusterName: "simulation", vpcID: configuration.vpcID)
        ingress.defaultSubnets = configuration.subnets.map(\.id)
        settings.loadBalancing = configuration
        settings.controllers = [ObservedRollouts(ledger: ledger), IngressController(settings: ingress)]
        settings.separatesIngress = true
        settings.checksPromises = false
        settings.nodeCount = 40
        settings.momentsMax = 20_000_000
        simulation = Simulation(settings)
    }

    /// Runs it; the report.
    mutating func run() -> String {
        let keys = fleet.keys
        simulation.perform(.apply(fleet.manifests(version: "1")))
        guard simulation.run(within: .seconds(3_600), until: { world in keys.allSatisfy { world.isHealthy($0) } })
        else {
            return "not every Rollout became Healthy at first"
        }
        simulation.run(within: .seconds(60))
        let before = simulation.statistics.callsByActor["weir"] ?? [:]
        ledger.clear()
        let start = simulation.now
        simulation.perform(.apply(fleet.manifests(version: "2").filter { $0["kind"]?.stringValue == "Rollout" }))
        while start.duration(to: simulation.now) < .seconds(7_200) {
            for _ in 0..<20 {
                simulation.run(within: .milliseconds(50))
                peer.look(at: keys, in: simulation, at: start.duration(to: simulation.now).inSeconds)
            }
            if keys.allSatisfy({ simulation.isHealthy($0, image: "example.com/app:2") }) { break }
        }
        let after = simulation.statistics.callsByActor["weir"] ?? [:]
        let calls = after.map { ($0.key, $0.value - (before[$0.key] ?? 0)) }.filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
        let total = calls.reduce(0) { $0 + $1.1 }
        let share = peer.calls == 0 ? 0 : 100 * Double(total) / Double(peer.calls)
        return """
            rollouts: \(keys.count), load balancers: \(fleet.balancerCount), steps: \(Fleet.weights.count), \
            seed: \(fleet.seed)
            update of all: \(Int(start.duration(to: simulation.now).inSeconds)) s of virtual time
            Weir: \(total) calls (\(calls.map { "\($0.0)=\($0.1)" }.joined(separator: " ")))
            Argo Rollouts' algorithm: \(peer.calls) calls in \(peer.passes) passes
            share: \(Double(Int(share * 10)) / 10) %
            what was waited for when a read was asked for:
            \(ledger.report)
            """
    }
}
