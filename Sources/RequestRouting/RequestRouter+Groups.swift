import ELBModel

/// Which group of a forward action a request goes to.
extension RequestRouter {
    /// One draw per request: weight / sum of weights; `nil` when every weight is 0.
    mutating func drawGroup(
        _ groups: [WeightedTargetGroup], _ listener: ListenerConfiguration, _ choices: UndocumentedChoices
    ) -> TargetGroupARN? {
        var weights = groups.map { max($0.weight ?? 1, 0) }
        if choices.usesWeightZeroAlone, weights.allSatisfy({ $0 == 0 }) {
            weights = Array(repeating: 1, count: groups.count)
        }
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return nil }
        if groups.count == 1 { return groups[0].arn }
        if choices.sharesInTurn { return groupInTurn(groups, weights, sum, listener) }
        var point = Int.random(in: 0..<sum, using: &generator)
        for (group, weight) in zip(groups, weights) {
            point -= weight
            if point < 0 { return group.arn }
        }
        return nil
    }

    /// The group that is owed most after every group got its weight; it pays for all.
    private mutating func groupInTurn(
        _ groups: [WeightedTargetGroup], _ weights: [Int], _ sum: Int, _ listener: ListenerConfiguration
    ) -> TargetGroupARN? {
        var best: (account: String, credit: Int, arn: TargetGroupARN)?
        for (group, weight) in zip(groups, weights) where weight > 0 {
            let account = "\(listener.arn) \(group.arn)"
            let credit = credits[account, default: 0] + weight
            credits[account] = credit
            if best.map({ credit > $0.credit }) ?? true { best = (account, credit, group.arn) }
        }
        guard let best else { return nil }
        credits[best.account] = best.credit - sum
        return best.arn
    }

    /// The group that the client's cookie names, if the rule still has it.
    func stickyGroup(
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

    /// The cookies by which the client stays with a group; none without stickiness.
    mutating func groupCookies(
        _ forward: ForwardAction, _ arn: TargetGroupARN, _ expiresAt: UInt64?, _ nowSeconds: Int64
    ) -> [HeaderField] {
        guard let stickiness = forward.stickiness, stickiness.isEnabled else { return [] }
        let expiry = expiresAt ?? UInt64(max(nowSeconds, 0)) + UInt64(stickiness.durationSeconds ?? 3600)
        let choice = StickinessCookie.choice(arn.rawValue, key: key)
        return setCookies("AWSALBTG", StickinessCookie(choice: choice, expiresAt: expiry), nowSeconds)
    }
}

/// Whether a client stays with its target.
extension RequestRouter {
    /// The target that the client's cookie names, if it still gets requests.
    func stickyTarget(
        _ group: TargetGroupConfiguration, _ targets: [TargetAddress], _ head: RequestHead, _ nowSeconds: Int64
    ) -> (target: TargetAddress, expiresAt: UInt64)? {
        guard let name = Self.cookieName(group.stickiness) else { return nil }
        for cookie in cookies(name, head, nowSeconds) {
            if let target = targets.first(where: { Self.choice(group, $0, key) == cookie.choice }) {
                return (target, cookie.expiresAt)
            }
        }
        return nil
    }

    /// The cookies by which the client stays with a target; none without stickiness.
    mutating func targetCookies(
        _ group: TargetGroupConfiguration, _ target: TargetAddress, _ expiresAt: UInt64?, _ nowSeconds: Int64
    ) -> [HeaderField] {
        let duration: Int
        switch group.stickiness {
        case .off: return []
        case .balancerCookie(let seconds), .applicationCookie(_, let seconds): duration = seconds
        }
        let expiry = expiresAt ?? UInt64(max(nowSeconds, 0)) + UInt64(duration)
        let cookie = StickinessCookie(choice: Self.choice(group, target, key), expiresAt: expiry)
        return setCookies(Self.cookieName(group.stickiness) ?? "", cookie, nowSeconds)
    }

    private static func cookieName(_ stickiness: TargetStickiness) -> String? {
        switch stickiness {
        case .off: nil
        case .balancerCookie: "AWSALB"
        case .applicationCookie: Cookies.applicationName
        }
    }

    /// The client's intact cookies of that name; the one for cross-origin requests counts first.
    private func cookies(_ name: String, _ head: RequestHead, _ nowSeconds: Int64) -> [StickinessCookie] {
        let values = Cookies.values(named: "\(name)CORS", in: head) + Cookies.values(named: name, in: head)
        return values.compactMap { StickinessCookie(sealed: $0, key: key, nowSeconds: UInt64(max(nowSeconds, 0))) }
    }

    private mutating func setCookies(_ name: String, _ cookie: StickinessCookie, _ nowSeconds: Int64) -> [HeaderField] {
        let value = cookie.sealed(key: key, nonce: generator.next())
        return Cookies.settings(name: name, value: value, nowSeconds: nowSeconds)
    }

    private static func choice(_ group: TargetGroupConfiguration, _ target: TargetAddress, _ key: CookieKey) -> UInt64 {
        StickinessCookie.choice("\(group.arn) \(target)", key: key)
    }
}
