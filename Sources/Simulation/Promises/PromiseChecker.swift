import ClusterState
import ELBModel
import KubernetesModel
import LoadBalancerState
import RequestRouting
import RolloutModel

/// Compares the world with what was promised, whenever something has changed.
///
/// Nothing is promised before every Rollout has been Healthy once and every routed target group has been able to
/// answer: until then there is no service to keep up.
struct PromiseChecker: Sendable {
    private struct Fingerprint: Equatable, Sendable {
        var cluster: UInt64
        var pods: Int
        var elb: Int
        var views: [UInt64]
    }

    private let start: Timestamp
    private let nodesPerLoadBalancer: Int
    private(set) var violations: [SimulationViolation] = []
    private(set) var checks = 0
    private(set) var podsMax = 0
    private var fingerprint: Fingerprint?
    /// As of the last check.
    private var nodes: [NodeRouting] = []
    private var broken: [String: SimulationPromise] = [:]
    private var routingTexts: [String: String] = [:]
    private var healthyOnce: Set<ObjectKey> = []
    /// Whether there is a service that promises are about.
    private(set) var isInService = false
    var aws: (mutations: Int, record: AWSRecord)?
    /// Weights that were found verified, to tell a new verdict from a standing one.
    var verdicts: [ObjectKey: Int] = [:]
    var capacity: [ObjectKey: CapacityPromise] = [:]
    var excuses = DeletionExcuses()
    var environment = EnvironmentExcuses()
    var waitPromises: [ObjectKey: WaitPromise] = [:]
    /// When waits are looked at next.
    var waitsDue: Timestamp?
    var rollbacks: RollbackPromise
    /// The weights that each Rollout's rules may have.
    var weightHistories: [ObjectKey: WeightHistory] = [:]
    /// The share of requests that could fail now, by node, and since when it is so.
    var risk = RiskAccount()
    /// The most pods that the world can bear, times the size of the Rollouts.
    var podsLimit: Int?
    private let registrationDelay: Duration
    /// When a ReplicaSet, by its uid, last was the stable or the current one, or had a pod that is a target.
    var lastNeeded: [String: Timestamp] = [:]
    /// When a node last gave a group a weight above 0.
    var lastServed: [String: Timestamp] = [:]

    init(_ settings: SimulationSettings) {
        start = settings.start
        nodesPerLoadBalancer = settings.loadBalancing.nodes
        rollbacks = RollbackPromise(settings)
        podsLimit = settings.podsPerSizeMax
        registrationDelay = settings.loadBalancing.registrationDelay
    }

    /// Checks everything, if anything has changed since the last check.
    mutating func check(
        _ observer: SimulatedObserver, _ pods: SimulatedPods, _ world: inout SimulatedWorld,
        now: Timestamp
    ) {
        if let refused = world.takeRefusal() { environment.noteOutage(from: refused, until: refused) }
        let views = world.latestNodeViews(count: nodesPerLoadBalancer, now: now)
        let print = Fingerprint(
            cluster: world.cluster.currentResourceVersion, pods: pods.generation, elb: world.elbMutations,
            views: views.map(\.view.version))
        guard print != fingerprint else { return }
        fingerprint = print
        nodes = views.enumerated().map { index, entry in
            if nodes.indices.contains(index), nodes[index].isCurrent(entry.view, node: entry.node) {
                return nodes[index]
            }
            return NodeRouting(entry.view, node: entry.node)
        }
        for node in nodes where routingTexts[node.name] != node.text {
            routingTexts[node.name] = node.text
            world.trace.add("node \(node.name) routes \(node.text)", now: now)
        }
        checks += 1
        let active = observer.objects(.pod).filter { !$0.isDeleting }
        podsMax = max(podsMax, active.count)
        excuses.note(observer.objects(.pod))
        risk.note(nodes, pods, now: now)
        let rollouts = observer.rollouts
        for rollout in rollouts where Self.isHealthy(rollout) { healthyOnce.insert(rollout.key) }
        let isHealthy = observer.rolloutCount > 0 && rollouts.allSatisfy { healthyOnce.contains($0.key) }
        if isHealthy, !isInService {
            let isRouted = rollouts.contains { $0.spec.isTrafficRouted }
            let isKnown = nodes.count == nodesPerLoadBalancer * world.loadBalancer.allLoadBalancers.count
            isInService = isKnown && !(isRouted && nodes.isEmpty) && nodes.allSatisfy { Self.serves($0, pods) }
        }
        var found: [SimulationViolation] = []
        let elapsed = start.duration(to: now)
        if isInService {
            for node in nodes { found += brokenRoutes(of: node, pods, now: now, elapsed) }
            for rollout in rollouts {
                found += brokenWeights(of: rollout, observer, world, now: now, elapsed)
                found += brokenCapacity(of: rollout, observer, now: now, elapsed)
                found += strayWeights(of: rollout, observer, world, now: now, elapsed)
            }
            found += brokenRoom(rollouts, observer, nodes, active, now: now, elapsed)
        }
        for (what, who) in world.takeTrespasses() {
            found.append(SimulationViolation(.gitOwnedFieldsStay, who, what, elapsed: elapsed))
        }
        for problem in world.budget.takeProblems() where world.checksBudget {
            found.append(SimulationViolation(.awsBudgetHolds, "the account", problem, elapsed: elapsed))
        }
        if rollbacks.isRunning {
            let late = rollbacks.check(rollouts, isSafe: { Self.isSafe($0, nodes, world) }, now: now)
            found += late.map { SimulationViolation(.rollbackIsTimely, $0.subject, $0.details, elapsed: elapsed) }
        }
        report(found, in: &world)
    }

    /// A person aborts an update.
    mutating func noteAbort(of rollout: Rollout, now: Timestamp) {
        rollbacks.begin(rollout, registration: registrationDelay, now: now)
    }

    /// Whether no node sends anything to the version that is given up.
    private static func isSafe(_ rollout: Rollout, _ nodes: [NodeRouting], _ world: SimulatedWorld) -> Bool {
        let service = rollout.spec.canary.routed(stable: rollout.status.stablePingPong).canary
        let groups = AWSRecord(world.loadBalancer).groups(ofService: service, in: rollout.key.namespace)
        return nodes.allSatisfy { $0.routes.allSatisfy { $0.weight == 0 || !groups.contains($0.group) } }
    }

    /// Records a violation unless the same one was recorded before.
    mutating func reportOnce(
        _ promise: SimulationPromise, _ subject: String, _ details: String, in world: inout SimulatedWorld,
        now: Timestamp
    ) {
        guard !violations.contains(where: { $0.promise == promise && $0.subject == subject }) else { return }
        report(SimulationViolation(promise, subject, details, elapsed: start.duration(to: now)), in: &world)
    }

    /// Begins anew to wait for Healthy; after something was deleted on purpose.
    mutating func disarm() {
        isInService = false
        healthyOnce = []
        for key in capacity.keys { capacity[key]?.begin() }
    }

    /// Notes that something is out of order that moving weights needs.
    mutating func noteOutage(from start: Timestamp, until end: Timestamp) {
        rollbacks.interfere(until: end)
        environment.noteOutage(from: start, until: end)
    }

    /// Notes that somebody interferes with whatever is going on.
    mutating func noteInterference(now: Timestamp) { rollbacks.interfere(until: now) }

    /// Records a violation that was found elsewhere.
    mutating func report(_ violation: SimulationViolation, in world: inout SimulatedWorld) {
        violations.append(violation)
        world.trace.add(violation)
    }

    /// Whether a Rollout is Healthy as its spec is now.
    static func isHealthy(_ rollout: Rollout) -> Bool {
        rollout.isObserved && rollout.status.phase == .healthy
    }

    private mutating func report(_ found: [SimulationViolation], in world: inout SimulatedWorld) {
        var now: [String: SimulationPromise] = [:]
        for violation in found {
            let id = "\(violation.promise.rawValue) \(violation.subject)"
            if broken[id] == nil, now[id] == nil { report(violation, in: &world) }
            now[id] = violation.promise
        }
        broken = now
    }
}
