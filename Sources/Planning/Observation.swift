package import ELBModel
package import KubernetesModel

/// What can be asked about AWS.
package enum ObservationSubject: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Everything that carries one Ingress' stack tags.
    case stack(StackID)
    /// The load balancer with this DNS name, its listeners, rules, target groups and their tags.
    case loadBalancer(dnsName: String)
    /// The health of every target of one target group.
    case targetHealth(TargetGroupARN)

    package var description: String {
        switch self {
        case .stack(let id): "stack \(id)"
        case .loadBalancer(let name): "load balancer \(name)"
        case .targetHealth(let group): "target health of \(group.rawValue)"
        }
    }

    package static func < (left: ObservationSubject, right: ObservationSubject) -> Bool {
        "\(left)" < "\(right)"
    }
}

/// A stack of AWS resources made for one Ingress, named as the tags `elbv2.k8s.aws/cluster` and
/// `ingress.k8s.aws/stack` name it.
package struct StackID: Hashable, Sendable, CustomStringConvertible {
    /// The cluster's name.
    package var cluster: String
    /// `namespace/ingress`.
    package var name: String

    package init(cluster: String, name: String) {
        self.cluster = cluster
        self.name = name
    }

    package var description: String { "\(cluster):\(name)" }
}

/// A wish to know something, no older than `maxAge` when the next plan is made.
package struct ObservationRequest: Hashable, Sendable {
    package var subject: ObservationSubject
    /// At least 0; what was read longer ago is read again.
    package var maxAge: Duration
    /// What was read at this time or before does not count, whatever its age; `nil` when any will do.
    package var after: Timestamp?

    package init(subject: ObservationSubject, maxAge: Duration, after: Timestamp? = nil) {
        self.subject = subject
        self.maxAge = maxAge
        self.after = after
    }
}

/// One completed read of AWS: what it found, or why it found nothing.
///
/// A failure is not an answer: nothing that destroys may be decided on it.
package struct Observation: Equatable, Sendable {
    package enum Result: Equatable, Sendable {
        case success(ObservedFacts)
        case failure(ELBFailure)
    }

    /// When the first call of the read was sent: whatever was written before this time is included.
    package var startedAt: Timestamp
    /// When the oldest part of it was read, which may be the list of listeners: nothing is proved that was so later.
    package var provenSince: Timestamp
    package var result: Result

    /// - Parameter listenersSince: when the listeners were read, if that was before.
    package init(startedAt: Timestamp, listenersSince: Timestamp? = nil, result: Result) {
        self.startedAt = startedAt
        provenSince = listenersSince.map { min($0, startedAt) } ?? startedAt
        self.result = result
    }
}

/// What a read found.
package enum ObservedFacts: Equatable, Sendable {
    /// `nil`: there is no load balancer with that name.
    case loadBalancer(LoadBalancerFacts?)
    case stack(StackFacts)
    case targetHealth([TargetHealthDescription])
}

/// A load balancer and all that hangs on it.
package struct LoadBalancerFacts: Equatable, Sendable {
    package var loadBalancer: LoadBalancer
    package var attributes: [Attribute]
    package var tags: [Tag]
    /// Sorted by port.
    package var listeners: [ListenerFacts]
    /// In the order AWS returned them.
    package var targetGroups: [TargetGroupFacts]

    package init(
        loadBalancer: LoadBalancer, attributes: [Attribute] = [], tags: [Tag] = [], listeners: [ListenerFacts] = [],
        targetGroups: [TargetGroupFacts] = []
    ) {
        self.loadBalancer = loadBalancer
        self.attributes = attributes
        self.tags = tags
        self.listeners = listeners
        self.targetGroups = targetGroups
    }
}

/// A listener and its rules.
package struct ListenerFacts: Equatable, Sendable {
    package var listener: Listener
    package var tags: [Tag]
    /// In ascending priority, the default rule last.
    package var rules: [RuleFacts]

    package init(listener: Listener, tags: [Tag] = [], rules: [RuleFacts] = []) {
        self.listener = listener
        self.tags = tags
        self.rules = rules
    }
}

/// A rule and its tags.
package struct RuleFacts: Equatable, Sendable {
    package var rule: Rule
    package var tags: [Tag]

    package init(rule: Rule, tags: [Tag] = []) {
        self.rule = rule
        self.tags = tags
    }
}

/// A target group, its attributes and its tags.
package struct TargetGroupFacts: Equatable, Sendable {
    package var targetGroup: TargetGroup
    package var attributes: [Attribute]
    package var tags: [Tag]

    package init(targetGroup: TargetGroup, attributes: [Attribute] = [], tags: [Tag] = []) {
        self.targetGroup = targetGroup
        self.attributes = attributes
        self.tags = tags
    }
}

/// All AWS resources of one stack, attached to each other or not.
package struct StackFacts: Equatable, Sendable {
    /// Normally none or one.
    package var loadBalancers: [LoadBalancerFacts]
    /// Every target group with the stack's tags.
    package var targetGroups: [TargetGroupFacts]

    package init(loadBalancers: [LoadBalancerFacts] = [], targetGroups: [TargetGroupFacts] = []) {
        self.loadBalancers = loadBalancers
        self.targetGroups = targetGroups
    }
}

/// The newest observation of each subject.
package struct Observations: Equatable, Sendable {
    private var newest: [ObservationSubject: Observation]

    package init() {
        newest = [:]
    }

    /// The newest observation of `subject`; `nil` when it was never read.
    package subscript(subject: ObservationSubject) -> Observation? {
        get { newest[subject] }
        set { newest[subject] = newValue }
    }

    /// Forgets what was read about some subjects.
    package mutating func forget(_ isForgotten: (ObservationSubject) -> Bool) {
        for subject in newest.keys where isForgotten(subject) { newest[subject] = nil }
    }

    /// Whether a request can be answered without a new read at `now`.
    package func satisfies(_ request: ObservationRequest, now: Timestamp) -> Bool {
        guard let observation = newest[request.subject] else { return false }
        if let after = request.after, observation.startedAt <= after { return false }
        return observation.startedAt.duration(to: now) <= request.maxAge
    }
}
