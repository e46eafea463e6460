import ClusterPlanning
import JSON
import KubernetesModel
import RolloutModel

/// How many pods one Rollout may and must have.
struct CapacityPromise: Sendable {
    private static let shrinkTime = Duration.seconds(300)
    /// The size that has been reached: what availability is measured by.
    private(set) var reached: Int
    /// The largest size of late, and until when it counts.
    private(set) var ceiling: Int
    private var ceilingUntil: Timestamp?

    init(size: Int) {
        reached = size
        ceiling = size
    }

    /// Takes the size of the spec into account, and whether what carries the load has reached it.
    ///
    /// - Parameter outageUntil: the end of the last outage, in which nothing may shrink because nobody can know.
    mutating func note(size: Int, isReached: Bool, outageUntil: Timestamp?, now: Timestamp) {
        if size < reached || isReached { reached = size }
        if size >= ceiling {
            ceiling = size
            ceilingUntil = nil
        } else if let until = ceilingUntil {
            if max(until, outageUntil?.advanced(by: Self.shrinkTime) ?? until) <= now { ceiling = size }
        } else {
            ceilingUntil = now.advanced(by: Self.shrinkTime)
        }
    }

    /// Forgets what availability is measured by, until the size has been reached; what is surplus still has its time.
    mutating func begin() { reached = 0 }

    /// The most pods one ReplicaSet, or with a basic canary all together, may have.
    func most(_ rollout: Rollout) -> Int {
        let canary = rollout.spec.canary
        // Active and preview are as large as the spec says, and former ones keep their size for a while.
        if rollout.spec.blueGreen != nil { return ceiling }
        guard rollout.spec.isTrafficRouted else { return ceiling + max(1, canary.maxSurge.roundedUp(of: ceiling)) }
        var most = ceiling
        for step in canary.steps {
            if case .replicas(let count)? = step.setCanaryScale { most = max(most, count) }
        }
        return most
    }

    /// The least available pods.
    func least(_ rollout: Rollout) -> Int {
        let canary = rollout.spec.canary
        let missing = canary.maxUnavailable.roundedDown(of: reached)
        let isStuck = missing == 0 && canary.maxSurge.roundedUp(of: reached) == 0
        return max(0, reached - (isStuck ? 1 : missing))
    }
}

extension PromiseChecker {
    /// Whether a Rollout has too many or too few pods.
    mutating func brokenCapacity(
        of rollout: Rollout, _ observer: SimulatedObserver, now: Timestamp, _ elapsed: Duration
    ) -> [SimulationViolation] {
        let status = rollout.status
        var active: [String: Int] = [:]
        var ready: [String: Int] = [:]
        let namespace = rollout.key.namespace
        for pod in observer.ownedPods where pod.namespace == namespace {
            active[pod.owner, default: 0] += 1
            if pod.isReady { ready[pod.owner, default: 0] += 1 }
        }
        let replicaSets = observer.replicaSets(of: rollout)
        // A load balancer or the active Service sends requests to the versions that it is told, to no others.
        let isPerVersion = rollout.spec.isTrafficRouted || rollout.spec.blueGreen != nil
        let carrying = replicaSets.filter { object in
            let hash = object.label(RolloutKeys.podTemplateHash)
            // Where stable has its share only, a version on its way out carries what the others have yet to take over.
            let sharesLoad = rollout.spec.canary.dynamicStableScale && object.spec["replicas"]?.intValue ?? 0 > 0
            return !isPerVersion || sharesLoad || hash == status.stableRS
                || hash == status.currentPodHash
        }
        let available = carrying.reduce(0) { $0 + (ready[$1.uid] ?? 0) }
        let stable = carrying.first { $0.label(RolloutKeys.podTemplateHash) == status.stableRS }
        // A canary may be given up at any time: only what stable has can be relied on.
        let reliable = isPerVersion ? stable.flatMap { ready[$0.uid] } ?? 0 : available
        let size = rollout.spec.replicas
        var promise = capacity[rollout.key] ?? CapacityPromise(size: size)
        promise.note(size: size, isReached: reliable >= size, outageUntil: environment.outageUntil, now: now)
        capacity[rollout.key] = promise
        var found: [SimulationViolation] = []
        let subject = "Rollout \(rollout.key)"
        if available < promise.least(rollout), !environment.explainsMissingPods(now: now) {
            let details = "\(available) pods are available, at least \(promise.least(rollout)) must be"
            found.append(SimulationViolation(.availabilityHolds, subject, details, elapsed: elapsed))
        }
        let counts = replicaSets.map { (name: "ReplicaSet \($0.key)", count: active[$0.uid] ?? 0) }
        let total = [(name: subject, count: counts.reduce(0) { $0 + $1.count })]
        for entry in isPerVersion ? counts : total where entry.count > promise.most(rollout) {
            let details = "\(entry.count) pods are there, at most \(promise.most(rollout)) may be"
            found.append(SimulationViolation(.podsAreBounded, entry.name, details, elapsed: elapsed))
        }
        return found
    }
}
