import ELBModel
import KubernetesModel
import Planning

/// The next safe moves from what was observed to the desired stack.
///
/// The order of effects is the order of safety: target groups, load balancer, registrations, listeners, rules, and only
/// then what takes something away.
struct StackDeployment {
    let snapshot: IngressSnapshot
    let desired: DesiredStack
    let inventory: StackInventory
    let now: Timestamp
    var plan = Plan()
    /// Effects that take something away; they end the plan.
    private var removals: [Effect] = []
    /// What pods are told about their targets; nothing waits for it.
    var conditions: [Effect] = []
    /// Backends that do not exist, in whose place something else goes on serving.
    var keptForMissing: [BuildProblem] = []
    /// Whether something must exist first before all of the stack can be written.
    private(set) var isIncomplete = false
    private var stackInterval: Duration

    var subject: ObjectKey { snapshot.key }
    var settings: IngressSettings { snapshot.settings }

    init(_ desired: DesiredStack, facts: StackFacts, snapshot: IngressSnapshot, now: Timestamp) {
        self.desired = desired
        self.snapshot = snapshot
        self.now = now
        inventory = StackInventory(facts, desired: desired)
        stackInterval = snapshot.settings.driftInterval
    }

    /// Plans everything but the Ingress' own fields.
    mutating func run() {
        deleteSurplusLoadBalancers()
        for group in desired.targetGroups { deploy(group) }
        deployLoadBalancer()
        changeTargets()
        for listener in desired.listeners { deploy(listener) }
        deleteSurplusListeners()
        deleteSurplusTargetGroups()
        plan.effects += removals
        if isIncomplete { watchStack(every: settings.progressInterval) }
        plan.watch(.stack(snapshot.stack), every: stackInterval, snapshot.observations)
    }

    mutating func add(_ effect: Effect) { plan.effects.append(effect) }

    mutating func remove(_ effect: Effect) { removals.append(effect) }

    mutating func decide(_ code: String, _ message: String, waitingFor: String? = nil) {
        plan.decisions.append(Decision(subject, code, message, waitingFor: waitingFor))
    }

    /// Notes that the stack cannot be finished before something exists.
    mutating func markIncomplete() { isIncomplete = true }

    /// Asks to look at the whole stack again within `interval`.
    mutating func watchStack(every interval: Duration) { stackInterval = min(stackInterval, interval) }

    /// Asks to look at the health of a group again within `interval`.
    mutating func watch(_ group: TargetGroupARN, every interval: Duration) {
        plan.watch(.targetHealth(group), every: interval, snapshot.observations)
    }

    /// The targets of a group as read last; `nil` when that is not known.
    func health(of group: TargetGroupARN) -> [TargetHealthDescription]? {
        guard case .success(.targetHealth(let list)) = snapshot.observations[.targetHealth(group)]?.result else {
            return nil
        }
        return list
    }
}

extension Plan {
    /// Asks for a fact no older than `interval`, and to be planned again when it is.
    mutating func watch(_ subject: ObservationSubject, every interval: Duration, _ known: Observations) {
        observe(subject, maxAge: interval)
        if let read = known[subject] { wake(at: read.startedAt.advanced(by: interval + .milliseconds(1))) }
    }
}
