import ClusterPlanning
package import ELBModel
import JSON
package import KubernetesModel
import LoadBalancerState
import Planning
package import RolloutModel

/// A cluster, AWS, pods and Weir in one value, in virtual time.
///
/// The same planners and state machines as in production and in the sandbox; what lies between them is a queue of
/// things to come. Nothing waits, nothing is concurrent, and everything that is drawn comes from one seed: equal
/// settings and equal actions give equal traces, in every process.
///
/// A simulation goes from moment to moment. At each, everything that is due is done in a fixed order until nothing
/// more happens at this time; then the promises are checked, and time jumps to whatever is due next.
package struct Simulation: Sendable {
    /// An action that waits for its time.
    struct Appointment: Sendable {
        var due: Timestamp
        var action: SimulationAction
    }

    package let settings: SimulationSettings
    /// The present moment.
    package internal(set) var now: Timestamp
    var world: SimulatedWorld
    var pods: SimulatedPods
    var builtIns: SimulatedActor
    var weir: SimulatedActor
    /// The process that takes over when the leader changes.
    var standby: SimulatedActor?
    /// The process of the Ingress controller, where it has one of its own.
    var ingress: SimulatedActor?
    var observer = SimulatedObserver()
    var promises: PromiseChecker
    /// In order of time; equal times in the order in which they were made.
    var agenda: [Appointment] = []
    var moments = 0

    /// A world with nodes and controllers, and no load.
    package init(_ settings: SimulationSettings) {
        self.settings = settings
        now = settings.start
        world = SimulatedWorld(settings)
        let nodes = SimulatedNodes.names(count: settings.nodeCount)
        pods = SimulatedPods(nodes: nodes)
        let controllers: [any Controller] = [
            ReplicaSetController(), EndpointsController(), EndpointSliceController(), GarbageCollector(),
            NamespaceController(), Scheduler(),
        ]
        builtIns = SimulatedActor(name: SimulatedActor.clusterName, controllers: controllers, settings: settings)
        let own = settings.controllers.filter { !settings.separatesIngress || $0.name != Self.ingressControllerName }
        weir = SimulatedActor(name: SimulatedActor.weirName, controllers: own, settings: settings)
        weir.skew = settings.clockSkews.first ?? .zero
        if settings.hasStandby {
            standby = SimulatedActor(name: SimulatedActor.weirName, controllers: own, settings: settings)
            standby?.stepDown()
            standby?.skew = settings.clockSkews.dropFirst().first ?? .zero
        }
        if settings.separatesIngress {
            let others = settings.controllers.filter { $0.name == Self.ingressControllerName }
            ingress = SimulatedActor(name: SimulatedActor.ingressName, controllers: others, settings: settings)
        }
        promises = PromiseChecker(settings)
        for (index, node) in nodes.enumerated() {
            for write in SimulatedNodes.registration(of: node, number: index + 1, now: now) {
                world.perform(write, by: nil, now: now)
            }
        }
    }

    private static let ingressControllerName = "ingress"

    /// The time since the start.
    package var elapsed: Duration { settings.start.duration(to: now) }

    /// What happened so far, one line per event.
    package var trace: [String] { world.trace.lines }

    /// The promises that were broken so far.
    package var violations: [SimulationViolation] { promises.violations }

    /// The load balancers that exist, in the order of their creation.
    package var loadBalancers: [LoadBalancer] { world.loadBalancer.allLoadBalancers }

    /// Whether every Rollout has been Healthy and every routed target group has answered: from then on promises count.
    package var isInService: Bool { promises.isInService }

    /// What was counted so far.
    package var statistics: SimulationStatistics {
        var statistics = SimulationStatistics()
        statistics.awsCalls = world.loadBalancer.callCounts
        statistics.callsByActor = world.callsByActor
        for (bucket, count) in world.budget.counts { statistics.awsCallsByBucket[bucket.rawValue] = count }
        statistics.rollbackTimes = promises.rollbacks.times
        statistics.riskSeconds = promises.risk.seconds(now: now)
        statistics.podsMax = promises.podsMax
        statistics.moments = moments
        let processes = [weir, standby, ingress].compactMap { $0 }
        statistics.effects = processes.reduce(0) { $0 + $1.effectsSent }
        statistics.plans = processes.reduce(builtIns.plans) { $0.merging($1.plans) { $0 + $1 } }
        statistics.checks = promises.checks
        return statistics
    }

    /// An object of the kinds Rollout, ReplicaSet, Pod and Ingress as the API server has it.
    package func object(_ kind: ResourceKind, _ key: ObjectKey) -> KubernetesObject? { observer.object(kind, key) }

    /// The objects of one of these kinds, by namespace and name.
    package func objects(_ kind: ResourceKind) -> [KubernetesObject] { observer.objects(kind) }

    /// The state of a Rollout; `nil` when there is none or its spec is not valid.
    package func rollout(_ key: ObjectKey) -> Rollout? { observer.rollouts.first { $0.key == key } }

    /// Whether a Rollout is Healthy as its spec is now, with this image if one is given.
    package func isHealthy(_ key: ObjectKey, image: String? = nil) -> Bool {
        guard let rollout = rollout(key), PromiseChecker.isHealthy(rollout) else { return false }
        guard let image else { return true }
        let containers = rollout.object.spec.at("template", "spec", "containers")?.arrayValue ?? []
        return containers.contains { $0["image"]?.stringValue == image }
    }
}
