import ELBModel

/// One node's decisions about requests: the rule, the target group, the target, and what is added to the request.
///
/// A value: the same seed and the same requests give the same decisions. Weights are drawn per request; the draw does
/// not look at health, and a group without usable targets answers 503 rather than passing the request to another group.
package struct RequestRouter: Sendable {
    private var generator: SeededGenerator
    private let key: CookieKey
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
        let sticky = stickyGroup(forward, head, choices, nowSeconds)
        guard let arn = sticky?.arn ?? drawGroup(forward.targetGroups), let group = configuration.targetGroups[arn]
        else { return .respond(.page(503)) }
        if group.protocolVersion != .http1 { return .respond(.page(464)) }
        let eligible = TargetSelection.eligible(group, choices: choices)
        let kept = stickyTarget(group, eligible.targets, head, nowSeconds)
        guard let target = kept?.target ?? drawTarget(group, eligible.targets) else { return .respond(.page(503)) }
        var cookies: [HeaderField] = []
        if let stickiness = forward.stickiness, stickiness.isEnabled {
            let expiry = sticky?.expiresAt ?? UInt64(max(nowSeconds, 0)) + UInt64(stickiness.durationSeconds ?? 3600)
            let choice = StickinessCookie.choice(arn.rawValue, key: key)
            cookies += setCookies("AWSALBTG", StickinessCookie(choice: choice, expiresAt: expiry), nowSeconds)
        }
        if case .balancerCookie(let duration) = group.stickiness {
            let expiry = kept?.expiresAt ?? UInt64(max(nowSeconds, 0)) + UInt64(duration)
            let cookie = StickinessCookie(choice: Self.choice(group, target, key), expiresAt: expiry)
            cookies += setCookies("AWSALB", cookie, nowSeconds)
        }
        if group.algorithm == .leastOutstandingRequests { outstanding[target, default: 0] += 1 }
        let headers = ForwardedHeaders.fields(
            head: head, listener: listener, settings: configuration.settings, dnsName: configuration.dnsName,
            nowSeconds: nowSeconds, using: &generator)
        return .forward(
            ForwardDecision(
                targetGroup: arn, target: target, protocol: group.protocol, isFailOpen: eligible.isFailOpen,
                headers: headers, responseHeaders: cookies))
    }

    private mutating func setCookies(_ name: String, _ cookie: StickinessCookie, _ nowSeconds: Int64) -> [HeaderField] {
        let value = cookie.sealed(key: key, nonce: generator.next())
        return Cookies.settings(name: name, value: value, nowSeconds: nowSeconds)
    }

    /// One draw per request: weight / sum of weights; `nil` when every weight is 0.
    private mutating func drawGroup(_ groups: [WeightedTargetGroup]) -> TargetGroupARN? {
        if groups.count == 1 { return groups[0].weight == 0 ? nil : groups[0].arn }
        let sum = groups.reduce(0) { $0 + max($1.weight ?? 1, 0) }
        guard sum > 0 else { return nil }
        var point = Int.random(in: 0..<sum, using: &generator)
        for group in groups {
            point -= max(group.weight ?? 1, 0)
            if point < 0 { return group.arn }
        }
        return nil
    }

    /// The group that the client's cookie names, if the rule still has it.
    private func stickyGroup(
        _ forward: ForwardAction, _ head: RequestHead, _ choices: UndocumentedChoices, _ nowSeconds: Int64
    ) -> (arn: TargetGroupARN, expiresAt: UInt64)? {
        guard let stickiness = forward.stickiness, stickiness.isEnabled else { return nil }
        for cookie in cookies("AWSALBTG", head, nowSeconds) {
            for group in forward.targetGroups
            where StickinessCookie.choice(group.arn.rawValue, key: key) == cookie.choice {
                if group.weight == 0, !choices.stickinessOutlivesWeight { continue }
                return (group.arn, cookie.expiresAt)
            }
        }
        return nil
    }

    /// The target that the client's cookie names, if it still gets requests.
    private func stickyTarget(
        _ group: TargetGroupConfiguration, _ targets: [TargetAddress], _ head: RequestHead, _ nowSeconds: Int64
    ) -> (target: TargetAddress, expiresAt: UInt64)? {
        guard case .balancerCookie = group.stickiness else { return nil }
        for cookie in cookies("AWSALB", head, nowSeconds) {
            if let target = targets.first(where: { Self.choice(group, $0, key) == cookie.choice }) {
                return (target, cookie.expiresAt)
            }
        }
        return nil
    }

    /// The client's intact cookies of that name; the one for cross-origin requests counts first.
    private func cookies(_ name: String, _ head: RequestHead, _ nowSeconds: Int64) -> [StickinessCookie] {
        let values = Cookies.values(named: "\(name)CORS", in: head) + Cookies.values(named: name, in: head)
        return values.compactMap { StickinessCookie(sealed: $0, key: key, nowSeconds: UInt64(max(nowSeconds, 0))) }
    }

    private static func choice(_ group: TargetGroupConfiguration, _ target: TargetAddress, _ key: CookieKey) -> UInt64 {
        StickinessCookie.choice("\(group.arn) \(target)", key: key)
    }

    private mutating func drawTarget(_ group: TargetGroupConfiguration, _ targets: [TargetAddress]) -> TargetAddress? {
        guard !targets.isEmpty else { return nil }
        switch group.algorithm {
        case .weightedRandom: return targets.randomElement(using: &generator)
        case .roundRobin: return targets[turn(group.arn) % targets.count]
        case .leastOutstandingRequests:
            let fewest = targets.map { outstanding[$0] ?? 0 }.min() ?? 0
            let least = targets.filter { outstanding[$0] ?? 0 == fewest }
            return least[turn(group.arn) % least.count]
        }
    }

    private mutating func turn(_ group: TargetGroupARN) -> Int {
        let turn = rotations[group] ?? 0
        rotations[group] = (turn + 1) & 0xFFFF_FFFF
        return turn
    }
}
