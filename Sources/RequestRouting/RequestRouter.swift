import ELBModel

/// One node's decisions about requests: the rule, the target group, the target, and what is added to the request.
///
/// A value: the same seed and the same requests give the same decisions. Weights are drawn per request; the draw does
/// not look at health, and a group without usable targets answers 503 rather than passing the request to another group.
package struct RequestRouter: Sendable {
    var generator: SeededGenerator
    let key: CookieKey
    /// What each group of a rule is owed when requests are dealt out in turn.
    var credits: [String: Int] = [:]
    private var rotations: [TargetGroupARN: Int] = [:]
    private var outstanding: [TargetAddress: Int] = [:]

    /// Makes the node's own random choices from `seed`; nodes of one load balancer share `cookieKey`.
    package init(seed: UInt64, cookieKey: CookieKey) {
        generator = SeededGenerator(seed: seed)
        key = cookieKey
    }

    /// Decides about a request that came in on a listener's port.
    ///
    /// - Parameter nowSeconds: seconds since 1970, for cookies and trace ids.
    /// - Returns: `nil` when the configuration has no listener on that port.
    package mutating func route(
        _ head: RequestHead, listenerPort: Int, in configuration: DataPlaneConfiguration, nowSeconds: Int64
    ) -> RoutingDecision? {
        guard let listener = configuration.listener(port: listenerPort) else { return nil }
        if head.method == "TRACE" { return refused(405, listener) }
        if ForwardedHeaders.forwardedForCount(head) > ForwardedHeaders.forwardedForCountMax {
            return refused(463, listener)
        }
        guard let rule = RuleMatching.rule(for: head, in: listener.rules) else { return refused(503, listener) }
        var decision = RoutingDecision(listener: listener.arn, rule: rule.arn, priority: rule.priority, outcome: nil)
        for action in rule.actions {
            decision.action = action.type
            switch action {
            case .fixedResponse(let response):
                decision.outcome = .respond(Self.response(response))
            case .redirect(let redirect):
                decision.outcome = .respond(redirected(redirect, head, listener, configuration))
            case .forward(let forward):
                decision.outcome = self.forward(forward, head, listener, configuration, nowSeconds)
            case .other:
                continue
            }
            return decision
        }
        return refused(503, listener)
    }

    /// Tells that a request sent to a target has ended; only the least-outstanding-requests algorithm needs it.
    package mutating func finished(_ target: TargetAddress) {
        guard let count = outstanding[target] else { return }
        outstanding[target] = count > 1 ? count - 1 : nil
    }

    private func refused(_ status: Int, _ listener: ListenerConfiguration) -> RoutingDecision {
        RoutingDecision(listener: listener.arn, rule: nil, priority: nil, outcome: .respond(.page(status)))
    }

    private static func response(_ fixed: FixedResponse) -> GeneratedResponse {
        var headers: [HeaderField] = []
        let body = fixed.messageBody ?? ""
        if !body.isEmpty || fixed.contentType != nil {
            headers = [HeaderField("Content-Type", fixed.contentType ?? "text/plain")]
        }
        return GeneratedResponse(status: fixed.statusCode, headers: headers, body: body)
    }

    private func redirected(
        _ redirect: Redirect, _ head: RequestHead, _ listener: ListenerConfiguration,
        _ configuration: DataPlaneConfiguration
    ) -> GeneratedResponse {
        let location = RedirectLocation.text(redirect, head: head, listener: listener, dnsName: configuration.dnsName)
        guard location.utf8.count <= RedirectLocation.byteCountMax else { return .page(507) }
        return .page(redirect.statusCode.httpStatus, headers: [HeaderField("Location", location)])
    }
}

extension RequestRouter {
    private mutating func forward(
        _ forward: ForwardAction, _ head: RequestHead, _ listener: ListenerConfiguration,
        _ configuration: DataPlaneConfiguration, _ nowSeconds: Int64
    ) -> RoutingOutcome {
        let choices = configuration.settings.choices
        var sticky = stickyGroup(forward, head, choices, nowSeconds)
        if !choices.stickinessOutlivesTargets, let arn = sticky?.arn, let group = configuration.targetGroups[arn],
            TargetSelection.eligible(group, zone: configuration.zone, choices: choices).targets.isEmpty
        {
            sticky = nil
        }
        guard let arn = sticky?.arn ?? drawGroup(forward.targetGroups, listener, choices),
            let group = configuration.targetGroups[arn]
        else { return .respond(.page(503)) }
        if group.protocolVersion != .http1 { return .respond(.page(464)) }
        let eligible = TargetSelection.eligible(group, zone: configuration.zone, choices: choices)
        let addresses = eligible.targets.map(\.address)
        let mayStick = !eligible.isFailOpen || choices.stickinessHoldsInFailOpen
        let kept = mayStick ? stickyTarget(group, addresses, head, nowSeconds) : nil
        guard let target = kept?.target ?? drawTarget(group, eligible.targets, nowSeconds) else {
            return .respond(.page(503))
        }
        var cookies = groupCookies(forward, arn, sticky?.expiresAt, nowSeconds)
        let own = targetCookies(group, target, kept?.expiresAt, nowSeconds)
        if !isApplicationSticky(group) || kept != nil { cookies += own }
        if group.algorithm == .leastOutstandingRequests { outstanding[target, default: 0] += 1 }
        let headers = ForwardedHeaders.fields(
            head: head, listener: listener, settings: configuration.settings, dnsName: configuration.dnsName,
            nowSeconds: nowSeconds, using: &generator)
        var decision = ForwardDecision(
            targetGroup: arn, target: target, protocol: group.protocol, isFailOpen: eligible.isFailOpen,
            headers: headers, responseHeaders: cookies)
        if case .applicationCookie(let name, _) = group.stickiness {
            decision.applicationCookie = .init(name: name, headers: own)
        }
        return .forward(decision)
    }

    private func isApplicationSticky(_ group: TargetGroupConfiguration) -> Bool {
        if case .applicationCookie = group.stickiness { true } else { false }
    }

    private mutating func drawTarget(
        _ group: TargetGroupConfiguration, _ targets: [RoutableTarget], _ nowSeconds: Int64
    ) -> TargetAddress? {
        guard !targets.isEmpty else { return nil }
        switch group.algorithm {
        case .weightedRandom: return targets.randomElement(using: &generator)?.address
        case .roundRobin: return nextTarget(group, targets, nowSeconds)
        case .leastOutstandingRequests:
            let fewest = targets.map { outstanding[$0.address] ?? 0 }.min() ?? 0
            let least = targets.filter { outstanding[$0.address] ?? 0 == fewest }
            return least[turn(group.arn) % least.count].address
        }
    }

    /// The target whose turn it is; one in slow start lets some of its turns pass.
    private mutating func nextTarget(
        _ group: TargetGroupConfiguration, _ targets: [RoutableTarget], _ nowSeconds: Int64
    ) -> TargetAddress? {
        var target = targets[turn(group.arn) % targets.count]
        for _ in targets {
            let share = TargetSelection.share(target, of: group, nowSeconds: nowSeconds)
            if share >= 1 || Double.random(in: 0..<1, using: &generator) < share { break }
            target = targets[turn(group.arn) % targets.count]
        }
        return target.address
    }

    private mutating func turn(_ group: TargetGroupARN) -> Int {
        let turn = rotations[group] ?? 0
        rotations[group] = (turn + 1) & 0xFFFF_FFFF
        return turn
    }
}
