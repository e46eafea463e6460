import ClusterPlanning
import ClusterState
import ELBModel
package import KubernetesModel
import LoadBalancerState
import RequestRouting
package import RolloutModel

/// Where the requests for one Rollout go at one moment.
///
/// With an ALB: the mean over all of its nodes and over the rules that lead to the Rollout's Services, as each node
/// knows them now; rules that match only requests with a certain header, method, query or source are left out. Without
/// one: requests go to every ready pod alike, as a Service spreads them.
package struct TrafficShares: Equatable, Sendable {
    /// Fractions, 0...1, by pod-template hash.
    package private(set) var versions: [String: Double] = [:]
    /// The fraction of requests that nobody would answer: no target is there, or its program does not listen.
    package private(set) var failing = 0.0

    /// The fraction that one version gets.
    package func share(of hash: String) -> Double { versions[hash] ?? 0 }

    mutating func add(_ share: Double, to hash: String?) {
        guard let hash else {
            failing += share
            return
        }
        versions[hash, default: 0] += share
    }

    mutating func scale(by factor: Double) {
        versions = versions.mapValues { $0 * factor }
        failing *= factor
    }
}

/// The traffic of a Rollout, worked out anew only when something that matters to it has changed.
package struct TrafficMeter: Sendable {
    private struct Fingerprint: Equatable, Sendable {
        var pods: Int
        var cluster: UInt64
        var elb: Int
        var views: [UInt64]
    }

    private let key: ObjectKey
    private var fingerprint: Fingerprint?
    private var record: (mutations: Int, resources: [TargetGroupARN: String])?
    /// As of the last look.
    package private(set) var shares: TrafficShares?

    /// A meter for one Rollout.
    package init(of key: ObjectKey) {
        self.key = key
    }

    /// Looks at the present moment.
    ///
    /// - Returns: whether anything that could matter to traffic or pods has changed since the last look.
    package mutating func look(at simulation: Simulation) -> Bool {
        let views = simulation.world.nodeViews(count: simulation.settings.loadBalancing.nodes, now: simulation.now)
            .map(\.view)
        let print = Fingerprint(
            pods: simulation.pods.generation, cluster: simulation.world.cluster.currentResourceVersion,
            elb: simulation.world.elbMutations, views: views.map(\.version))
        guard print != fingerprint else { return false }
        fingerprint = print
        if record?.mutations != print.elb {
            let resources = AWSRecord(simulation.world.loadBalancer).resources
            record = (print.elb, resources)
        }
        shares = simulation.rollout(key).flatMap { shares(of: $0, views, simulation) }
        return true
    }

    private func shares(
        of rollout: Rollout, _ views: [DataPlaneConfiguration], _ simulation: Simulation
    ) -> TrafficShares? {
        let services = Self.services(of: rollout)
        guard !services.isEmpty else { return Self.spread(of: rollout, simulation) }
        var shares = TrafficShares()
        var count = 0
        for view in views {
            for rule in view.listeners.flatMap(\.rules) where Self.matchesAnyone(rule) {
                for case .forward(let forward) in rule.actions where leads(forward, to: services) {
                    Self.add(forward, view, simulation.pods, to: &shares)
                    count += 1
                }
            }
        }
        guard count > 0 else { return nil }
        shares.scale(by: 1 / Double(count))
        return shares
    }

    /// `namespace/service` of the Services that carry the Rollout's traffic whenever all is well.
    private static func services(of rollout: Rollout) -> Set<String> {
        let canary = rollout.spec.canary
        let names: [String]
        if let blueGreen = rollout.spec.blueGreen {
            names = [blueGreen.activeService]
        } else if canary.alb != nil {
            names = canary.pingPong.map { [$0.pingService, $0.pongService] } ?? [canary.stableService]
        } else {
            names = []
        }
        return Set(names.filter { !$0.isEmpty })
    }

    private static func matchesAnyone(_ rule: Rule) -> Bool {
        rule.conditions.allSatisfy { condition in
            switch condition {
            case .hostHeader, .pathPattern: true
            default: false
            }
        }
    }

    /// Whether a target group of the action stands for one of the Services; its tag is `namespace/ingress-service:port`
    private func leads(_ forward: ForwardAction, to services: Set<String>) -> Bool {
        forward.targetGroups.contains { group in
            guard let resource = record?.resources[group.arn], resource.hasPrefix(key.namespace + "/"),
                let end = resource.lastIndex(of: ":")
            else { return false }
            return services.contains { resource[..<end].hasSuffix("-\($0)") }
        }
    }

    private static func add(
        _ forward: ForwardAction, _ view: DataPlaneConfiguration, _ pods: SimulatedPods, to shares: inout TrafficShares
    ) {
        let total = forward.targetGroups.reduce(0) { $0 + ($1.weight ?? 1) }
        guard total > 0 else {
            shares.add(1, to: nil)
            return
        }
        for group in forward.targetGroups where (group.weight ?? 1) > 0 {
            let share = Double(group.weight ?? 1) / Double(total)
            let targets = view.targetGroups[group.arn].map {
                TargetSelection.eligible($0, choices: view.settings.choices).targets.map(\.address)
            }
            guard let targets, !targets.isEmpty else {
                shares.add(share, to: nil)
                continue
            }
            for target in targets {
                let isServing = pods.isServing(target.host, port: target.port)
                let hash = pods.pod(at: target.host)?.label(RolloutKeys.podTemplateHash)
                shares.add(share / Double(targets.count), to: isServing ? hash : nil)
            }
        }
    }

    /// Without a load balancer: every ready pod gets the same.
    private static func spread(of rollout: Rollout, _ simulation: Simulation) -> TrafficShares? {
        let uids = Set(simulation.observer.replicaSets(of: rollout).map(\.uid))
        let ready = simulation.objects(.pod).filter { pod in
            guard !pod.isDeleting, let owner = pod.controllerUID else { return false }
            return uids.contains(owner) && PodView(pod).isReady
        }
        guard !ready.isEmpty else { return nil }
        var shares = TrafficShares()
        for pod in ready { shares.add(1 / Double(ready.count), to: pod.label(RolloutKeys.podTemplateHash)) }
        return shares
    }
}

extension Simulation {
    /// The pods of each version of a Rollout that are not going away, all of them and the ready ones, by
    /// pod-template hash.
    package func podCounts(of rollout: Rollout) -> [String: (all: Int, ready: Int)] {
        let uids = Set(observer.replicaSets(of: rollout).map(\.uid))
        var counts: [String: (all: Int, ready: Int)] = [:]
        for pod in objects(.pod) where !pod.isDeleting {
            guard let owner = pod.controllerUID, uids.contains(owner),
                let hash = pod.label(RolloutKeys.podTemplateHash)
            else { continue }
            let isReady = PodView(pod).isReady
            counts[hash, default: (0, 0)].all += 1
            if isReady { counts[hash, default: (0, 0)].ready += 1 }
        }
        return counts
    }
}
