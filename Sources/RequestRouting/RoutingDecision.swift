package import ELBModel

/// What happens to a request, and why.
package struct RoutingDecision: Equatable, Sendable {
    /// The listener it came in on.
    package var listener: ListenerARN
    /// The rule that matched; `nil` when the request was refused before any was looked at.
    package var rule: RuleARN?
    /// The priority of that rule.
    package var priority: RulePriority?
    /// What happens; 503 until set.
    package var outcome: RoutingOutcome

    init(listener: ListenerARN, rule: RuleARN?, priority: RulePriority?, outcome: RoutingOutcome?) {
        self.listener = listener
        self.rule = rule
        self.priority = priority
        self.outcome = outcome ?? .respond(.page(503))
    }
}

/// What happens to a request.
package enum RoutingOutcome: Equatable, Sendable {
    /// It goes to a target.
    case forward(ForwardDecision)
    /// The load balancer answers by itself.
    case respond(GeneratedResponse)
}

/// Where a request goes and what is added on the way there and back.
package struct ForwardDecision: Equatable, Sendable {
    /// The chosen group.
    package var targetGroup: TargetGroupARN
    /// The chosen target.
    package var target: TargetAddress
    /// HTTP or HTTPS.
    package var `protocol`: TrafficProtocol
    /// Whether the target was chosen although too few targets are healthy.
    package var isFailOpen: Bool
    /// All headers for the target; the adapter adds those of the connection and the body's framing.
    package var headers: [HeaderField]
    /// Headers to add to the target's answer: cookies.
    package var responseHeaders: [HeaderField]
}
