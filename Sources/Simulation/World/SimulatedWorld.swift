import ClusterState
import ELBModel
import JSON
import KubernetesModel
import LoadBalancerState
import RequestRouting

/// What all processes of a simulation share: the API server and the load balancing service, and the record of both.
struct SimulatedWorld: Sendable {
    private(set) var cluster: ClusterState
    private(set) var loadBalancer: LoadBalancerState
    /// When the load balancing service has something to do; found anew after each change.
    private var loadBalancerDue: Timestamp??
    /// What nodes know, until the next view arrives or something else happens to views.
    private var knownViews: (generation: Int, until: Timestamp?, views: [(node: Int, view: DataPlaneConfiguration)])?
    var random: SimulationRandom
    var trace: SimulationTrace
    /// Grows with each mutating call to ELBv2.
    private(set) var elbMutations = 0
    /// Calls to ELBv2 by who made them and by operation.
    private(set) var callsByActor: [String: [String: Int]] = [:]
    private var summaries: [ObjectKey: String] = [:]
    /// What happens to Weir's next writes.
    private var writeRefusals: [WriteRefusal] = []
    /// Fields that were written and should not have been, and by whom, since they were taken last.
    private var trespasses: [(field: String, actor: String)] = []
    /// Whether some Rollout may write paths of Ingresses.
    var hasHeaderRoutes = false
    /// What has been asked of AWS.
    var budget = CallBudgetPromise()
    /// Whether calls to AWS must stay within the account's budget.
    let checksBudget: Bool
    /// When AWS last refused a call of Weir's for reasons of its own, since it was taken last.
    private var refusedAt: Timestamp?
    /// Operations that AWS refuses, and until when; `nil` is every one.
    private var silences: [(operation: String?, until: Timestamp)] = []

    init(_ settings: SimulationSettings) {
        var random = SimulationRandom(seed: settings.seed)
        cluster = Self.cluster(now: settings.start, seed: random.next())
        loadBalancer = LoadBalancerState(configuration: settings.loadBalancing, seed: random.next())
        trace = SimulationTrace(start: settings.start)
        self.random = random
        checksBudget = settings.checksBudget
    }

    /// A new cluster at the time when simulations begin: to make one is much work, to copy it is none.
    private static let beginning = ClusterState(now: SimulationSettings.usualStart, seed: 0)

    private static func cluster(now: Timestamp, seed: UInt64) -> ClusterState {
        guard now == SimulationSettings.usualStart else { return ClusterState(now: now, seed: seed) }
        return beginning.reseeded(from: 0, to: seed)
    }

    /// Sends a write.
    ///
    /// - Parameter actor: who writes; `nil` leaves what succeeds out of the trace.
    /// - Returns: the object as it is now; `nil` after a deletion that left nothing behind.
    @discardableResult
    mutating func perform(
        _ write: KubernetesWrite, by actor: String?, now: Timestamp
    ) -> Result<KubernetesObject?, KubernetesFailure> {
        let response = cluster.handle(APIRequest(write), now: now)
        guard response.isSuccess else {
            let failure = KubernetesFailure(status: response.document, code: response.code)
            noteRefusal(failure, of: write, by: actor, now: now)
            return .failure(failure)
        }
        let answer = KubernetesObject(response.document)
        let object = answer.kind == "Status" ? nil : answer
        if let actor, let line = WriteText.line(for: write, answered: object) {
            trace.add("\(actor) \(line)", now: now)
        }
        if write.kind == .rollout, let object {
            noteRollout(object, now: now)
            let routes = object.document.at("spec", "strategy", "canary", "trafficRouting", "managedRoutes")
            if routes != nil { hasHeaderRoutes = true }
        }
        return .success(object)
    }

    /// Sends a write of Weir's, which may meet a refusal that was arranged for.
    mutating func performDisturbed(
        _ write: KubernetesWrite, by actor: String, now: Timestamp
    ) -> Result<KubernetesObject?, KubernetesFailure> {
        guard actor != SimulatedActor.clusterName else { return perform(write, by: actor, now: now) }
        if let field = GitOwnedFields.trespass(of: write, hasHeaderRoutes: hasHeaderRoutes) {
            trespasses.append(("\(field) of \(write.kind) \(write.key) is written", actor))
        }
        guard !writeRefusals.isEmpty else { return perform(write, by: actor, now: now) }
        let failure: KubernetesFailure
        switch writeRefusals.removeFirst() {
        case .conflict:
            failure = KubernetesFailure(code: 409, reason: "Conflict", message: "the object has been modified")
        case .unavailable:
            failure = KubernetesFailure(code: 503, reason: "ServiceUnavailable", message: "the server is restarting")
        case .answerLost:
            if case .failure(let failure) = perform(write, by: actor, now: now) { return .failure(failure) }
            failure = KubernetesFailure(code: 0, reason: "Unreachable", message: "the answer was lost")
        }
        trace.add("\(actor) \(write.verb) \(write.kind) \(write.key) refused: \(failure)", now: now)
        return .failure(failure)
    }

    /// What was written and should not have been, since the last call.
    mutating func takeTrespasses() -> [(what: String, who: String)] {
        guard !trespasses.isEmpty else { return [] }
        defer { trespasses = [] }
        return trespasses.map { ($0.field, $0.actor) }
    }

    /// Arranges for refusals of Weir's next writes.
    mutating func refuseWrites(_ count: Int, _ refusal: WriteRefusal) {
        writeRefusals += Array(repeating: refusal, count: count)
    }

    /// Lets ELBv2 refuse every call of an operation, or of any, until a time.
    mutating func silenceAWS(_ operation: String?, until time: Timestamp) {
        silences.append((operation, time))
    }

    /// Lets ELBv2 do as the next calls of an operation, or of any, say, without an answer.
    mutating func loseAWSAnswers(_ operation: String?, count: Int) {
        loadBalancer.failNext(
            operation, count: count, with: ELBFailure(.unreachable, "the answer was lost"), appliesCall: true)
    }

    /// Calls ELBv2.
    mutating func call(
        _ request: ELBRequest, by actor: String, now: Timestamp
    ) -> Result<ELBResponse, ELBFailure> {
        if actor != SimulatedActor.personName { budget.note(request, now: now) }
        let result = answer(to: request, by: actor, now: now)
        if request.isMutating {
            elbMutations += 1
            loadBalancerDue = .none
        }
        switch result {
        case .failure(let failure):
            if failure.isEnvironmental { refusedAt = now }
            trace.add("\(actor) aws \(request) refused: \(failure)", now: now)
        case .success where request.isMutating: trace.add("\(actor) aws \(request)", now: now)
        case .success: break
        }
        return result
    }

    private mutating func answer(
        to request: ELBRequest, by actor: String, now: Timestamp
    ) -> Result<ELBResponse, ELBFailure> {
        if !silences.isEmpty, actor != SimulatedActor.personName {
            silences.removeAll { $0.until <= now }
            let isSilent = silences.contains { $0.operation == nil || $0.operation == request.operation }
            if isSilent { return .failure(ELBFailure(.throttling, "Rate exceeded")) }
        }
        callsByActor[actor, default: [:]][request.operation, default: 0] += 1
        return loadBalancer.handle(request, now: now)
    }

    /// When AWS last refused a call for reasons of its own, if it has since the last call.
    mutating func takeRefusal() -> Timestamp? {
        defer { refusedAt = nil }
        return refusedAt
    }

    /// Lets ELBv2 refuse the next calls of an operation, or of any.
    mutating func failAWS(_ operation: String?, count: Int, _ failure: ELBFailure) {
        loadBalancer.failNext(operation, count: count, with: failure)
    }

    /// When the load balancing service has something to do next; `nil` while only calls can move it.
    mutating func loadBalancerWake(after now: Timestamp) -> Timestamp? {
        if let known = loadBalancerDue, known.map({ $0 > now }) ?? true { return known }
        let due = loadBalancer.nextWake(after: now)
        loadBalancerDue = .some(due)
        return due
    }

    /// The same as `nodeViews`, asked for only when it may be something else than last time.
    mutating func latestNodeViews(count: Int, now: Timestamp) -> [(node: Int, view: DataPlaneConfiguration)] {
        if let known = knownViews, known.generation == loadBalancer.viewGeneration,
            known.until.map({ now < $0 }) ?? true
        {
            return known.views
        }
        let views = nodeViews(count: count, now: now)
        knownViews = (loadBalancer.viewGeneration, loadBalancer.nextViewChange(after: now), views)
        return views
    }

    /// What each node of each load balancer knows now, by load balancer and number.
    ///
    /// - Parameter count: the nodes of every load balancer.
    func nodeViews(count: Int, now: Timestamp) -> [(node: Int, view: DataPlaneConfiguration)] {
        loadBalancer.allLoadBalancers.flatMap { resource in
            (0..<count).compactMap { node in
                loadBalancer.dataPlane(of: resource.arn, node: node, now: now).map { (node, $0) }
            }
        }
    }

    /// Lets the load balancing service do what is due, health checks among it; `true` when something was.
    mutating func stepLoadBalancer(_ pods: SimulatedPods, now: Timestamp) -> Bool {
        if let known = loadBalancerDue, known.map({ $0 > now }) ?? true { return false }
        loadBalancer.advance(to: now)
        let probes = loadBalancer.healthChecksDue(now: now)
        for probe in probes { loadBalancer.record(pods.answer(to: probe, now: now), for: probe, now: now) }
        loadBalancerDue = .none
        return !probes.isEmpty
    }

    /// What the cluster's own controllers write twice because their watches lag is not worth a line.
    private mutating func noteRefusal(
        _ failure: KubernetesFailure, of write: KubernetesWrite, by actor: String?, now: Timestamp
    ) {
        let isRoutine = failure.isConflict || failure.isNotFound || failure.isAlreadyExists
        if isRoutine, actor == nil || actor == SimulatedActor.clusterName { return }
        trace.add("\(actor ?? "node") \(write.verb) \(write.kind) \(write.key) refused: \(failure)", now: now)
    }

    private mutating func noteRollout(_ object: KubernetesObject, now: Timestamp) {
        let summary = RolloutText.summary(of: object)
        guard summaries[object.key] != summary else { return }
        summaries[object.key] = summary
        trace.add("rollout \(object.key) \(summary)", now: now)
    }
}

extension ELBFailure {
    /// Whether the call itself was right.
    fileprivate var isEnvironmental: Bool {
        isThrottling || [.internalFailure, .accessDenied, .unreachable, .tooManyTargets].contains(code)
    }
}
