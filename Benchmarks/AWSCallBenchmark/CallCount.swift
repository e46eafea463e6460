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
/// counts those of Argo Rollouts' algorithm for the same update, as few as its description allows: a pass for a Rollout
/// whose current step sets a weight, or that has all of it and is not promoted, at most once a second and only when the
/// Rollout or one of its ReplicaSets has changed, or ten seconds after the last; at the end one call to look at the
/// targets. A pass lists load balancers, target groups, tags in batches of twenty, listeners, and rules of each.
struct CallCount {
    private let fleet: Fleet
    private var simulation: Simulation
    private var peer = PeerCount()

    init(_ fleet: Fleet) {
        self.fleet = fleet
        var configuration = LoadBalancerConfiguration()
        configuration.isThrottling = false
        var settings = SimulationSettings(seed: fleet.seed)
        var ingress = IngressSettings(clusterName: "simulation", vpcID: configuration.vpcID)
        ingress.defaultSubnets = configuration.subnets.map(\.id)
        settings.loadBalancing = configuration
        settings.controllers = [RolloutController(), IngressController(settings: ingress)]
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
        let start = simulation.now
        simulation.perform(.apply(fleet.manifests(version: "2").filter { $0["kind"]?.stringValue == "Rollout" }))
        var seconds = 0
        while seconds < 7_200 {
            simulation.run(within: .seconds(1))
            seconds += 1
            for key in keys { peer.look(at: key, in: simulation, second: seconds) }
            if keys.allSatisfy({ simulation.isHealthy($0, image: "example.com/app:2") }) { break }
        }
        let after = simulation.statistics.callsByActor["weir"] ?? [:]
        let calls = after.map { ($0.key, $0.value - (before[$0.key] ?? 0)) }.filter { $0.1 > 0 }.sorted { $0.0 < $1.0 }
        let total = calls.reduce(0) { $0 + $1.1 }
        let reference = peer.calls(balancers: fleet.balancerCount, groupsPerBalancer: 2 * fleet.rolloutsPerBalancer)
        let share = reference == 0 ? 0 : 100 * Double(total) / Double(reference)
        return """
            rollouts: \(keys.count), load balancers: \(fleet.balancerCount), steps: \(Fleet.weights.count), \
            seed: \(fleet.seed)
            update of all: \(Int(start.duration(to: simulation.now).inSeconds)) s of virtual time
            Weir: \(total) calls (\(calls.map { "\($0.0)=\($0.1)" }.joined(separator: " ")))
            Argo Rollouts' algorithm: \(reference) calls in \(peer.passes) passes
            share: \(Double(Int(share * 10)) / 10) %
            """
    }
}

/// What the peer's algorithm would call.
struct PeerCount {
    private(set) var passes = 0
    private var targetReads = 0
    private var seen: [ObjectKey: String] = [:]
    private var lastPass: [ObjectKey: Int] = [:]
    private var promoted: Set<ObjectKey> = []

    /// Counts what one Rollout would cause in a second.
    mutating func look(at key: ObjectKey, in simulation: Simulation, second: Int) {
        guard let object = simulation.object(.rollout, key) else { return }
        let status = object.status
        let index = status["currentStepIndex"]?.intValue ?? 0
        let isPromoted = status["stableRS"]?.stringValue == status["currentPodHash"]?.stringValue
        if isPromoted {
            if second > 1, index == Fleet.weights.count, promoted.insert(key).inserted { targetReads += 1 }
            return
        }
        let versions = simulation.objects(.replicaSet).filter { $0.controllerReference?.uid == object.uid }
            .map(\.resourceVersion)
        let state = ([object.resourceVersion] + versions).joined(separator: ",")
        let isChanged = seen.updateValue(state, forKey: key) != state
        guard isChanged || second - (lastPass[key] ?? 0) >= 10 else { return }
        lastPass[key] = second
        passes += 1
    }

    func calls(balancers: Int, groupsPerBalancer: Int) -> Int {
        let pages = (balancers + 299) / 300
        let batches = (groupsPerBalancer + 19) / 20
        return passes * (pages + 1 + batches + 1 + 1) + targetReads
    }
}
