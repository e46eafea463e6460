package import ELBModel
package import KubernetesModel
import RequestRouting

/// The Elastic Load Balancing service as a state machine: calls and time go in, answers and data plane views come out.
///
/// Nothing here waits or reads a clock. Equal configurations, seeds, calls and times give equal answers and delays.
/// Time may only go forward; an earlier `now` counts as the latest one seen.
package struct LoadBalancerState: Sendable {
    /// How the service behaves.
    package private(set) var configuration: LoadBalancerConfiguration
    /// The latest time seen.
    package private(set) var clock = Timestamp(microseconds: .min)
    /// Calls answered so far by operation, refused ones included.
    package private(set) var callCounts: [String: Int] = [:]

    var generator: SeededGenerator
    var loadBalancers = OrderedTable<LoadBalancerARN, LoadBalancerRecord>()
    var listeners = OrderedTable<ListenerARN, ListenerRecord>()
    var targetGroups = OrderedTable<TargetGroupARN, TargetGroupRecord>()
    var tags = OrderedTable<String, [Tag]>()
    /// The load balancer whose rules name a group.
    var associations: [TargetGroupARN: LoadBalancerARN] = [:]
    /// Load balancers whose nodes have not been told of the latest change.
    var unpublished: Set<LoadBalancerARN> = []
    var faults: [Fault] = []
    var buckets = TokenBuckets()
    var lastSequence = 0
    var lastRegistration: UInt64 = 0
    var lastVersion: UInt64 = 0
    /// The next transition, as long as neither table has changed.
    var knownTransition: (loadBalancers: Int, targetGroups: Int, due: Timestamp?)?

    /// Starts empty; ids, delays and nothing else are drawn from `seed`.
    package init(configuration: LoadBalancerConfiguration = .init(), seed: UInt64 = 0) {
        self.configuration = configuration
        generator = SeededGenerator(seed: seed)
    }

    /// Answers a call made at `now`.
    package mutating func handle(_ request: ELBRequest, now: Timestamp) -> Result<ELBResponse, ELBFailure> {
        advance(to: now)
        callCounts[request.operation, default: 0] += 1
        let fault = takeFault(for: request.operation)
        if let fault, !fault.appliesCall { return .failure(fault.failure) }
        if configuration.isThrottling, !buckets.take(for: request, now: clock) {
            return .failure(throttled)
        }
        let result = Result { () throws(ELBFailure) in try perform(request) }
        if request.isMutating { settleChanges() }
        if let fault { return .failure(fault.failure) }
        return result
    }

    /// Lets time pass: provisioning, registration and draining end at their own times, in order.
    package mutating func advance(to now: Timestamp) {
        while let due = rememberTransition(), due <= now {
            if due > clock { clock = due }
            transition()
            publish()
        }
        if now > clock { clock = now }
        dropSupersededViews()
    }

    /// The next time after `time` at which something happens without a call: a state or a view changes, a check is due.
    package func nextWake(after time: Timestamp) -> Timestamp? {
        let times = [nextTransition, nextViewChange(after: time), nextHealthCheck].compactMap { $0 }
        guard let earliest = times.min() else { return nil }
        return max(earliest, time.advanced(by: .microseconds(1)))
    }

    /// The load balancers in the order of their creation.
    package var allLoadBalancers: [LoadBalancer] { loadBalancers.ordered.map(\.loadBalancer) }

    /// Changes how the service behaves from now on; the nodes are told of what matters to them.
    package mutating func configure(_ change: (inout LoadBalancerConfiguration) -> Void) {
        let nodes = configuration.nodes
        change(&configuration)
        // The nodes of load balancers that exist cannot change in number.
        configuration.nodes = nodes
        buckets = TokenBuckets()
        unpublished.formUnion(loadBalancers.keys)
        publish()
    }

    /// Deletes everything and forgets calls and faults; what is made afterwards gets new ids.
    package mutating func reset() {
        for arn in loadBalancers.keys { loadBalancers[arn] = nil }
        for arn in listeners.keys { listeners[arn] = nil }
        for arn in targetGroups.keys { targetGroups[arn] = nil }
        for arn in tags.keys { tags[arn] = nil }
        associations = [:]
        unpublished = []
        faults = []
        buckets = TokenBuckets()
        callCounts = [:]
    }

    /// The refusal of a call that is one too many.
    var throttled: ELBFailure {
        ELBFailure(configuration.answers.throttlesByException ? "ThrottlingException" : .throttling, "Rate exceeded")
    }

    /// A number larger than all before, for positions in listings.
    mutating func makeSequence() -> Int {
        lastSequence += 1
        return lastSequence
    }

    /// A number larger than all before, for registrations.
    mutating func makeRegistration() -> UInt64 {
        lastRegistration += 1
        return lastRegistration
    }

    /// Brings associations, target phases and views in line with changed rules.
    mutating func settleChanges() {
        refreshAssociations()
        publish()
    }
}
