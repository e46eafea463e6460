package import ELBModel

/// What happens to a request, and why.
package struct RoutingDecision: Equatable, Sendable {
    /// The listener it came in on.
    package var listener: ListenerARN
    /// The rule that matched; `nil` when the request was refused before any was looked at.
    package var rule: RuleARN?
    /// The priority of that rule.
    package var priority: RulePriority?
    /// The type of the action that was taken: `forward`; `nil` when there was none.
    package var action: String?
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
    /// Headers to add as well when the target's answer sets the application's cookie.
    package var applicationCookie: ApplicationCookie?

    /// A cookie of the application and what follows when it is set.
    package struct ApplicationCookie: Equatable, Sendable {
        /// The name of the cookie.
        package var name: String
        /// The load balancer's own cookie.
        package var headers: [HeaderField]
    }

    /// The headers to add to a target's answer which sets those cookies.
    ///
    /// - Parameter cookies: the values of the answer's `Set-Cookie` headers.
    package func headers(forAnswerSetting cookies: [String]) -> [HeaderField] {
        guard let applicationCookie, cookies.contains(where: { $0.hasPrefix("\(applicationCookie.name)=") }) else {
            return responseHeaders
        }
        return responseHeaders.filter { !Self.isApplicationCookie($0) } + applicationCookie.headers
    }

    private static func isApplicationCookie(_ field: HeaderField) -> Bool {
        field.isNamed("set-cookie") && field.value.hasPrefix(Cookies.applicationName)
    }
}
