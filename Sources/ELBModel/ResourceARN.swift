/// The identity of a load balancer, listener, rule or target group.
package protocol ResourceARN: WireToken {
    /// A short form for people and traces; not unique between resources of the same name.
    var short: String { get }
    /// Whether the text can be such an ARN at all.
    var isWellFormed: Bool { get }
}

extension ResourceARN {
    /// The parts of the resource portion: `loadbalancer`, `app`, `my-lb`, `50dc6c495c0c9188`.
    var resourceParts: [Substring] {
        let fields = rawValue.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
        guard fields.count == 6 else { return [] }
        return fields[5].split(separator: UInt8(ascii: "/")).map { Substring($0) }
    }

    /// One part of the resource portion, by its place; `nil` when there are not so many.
    func resourcePart(_ place: Int) -> String? {
        var colons = 0
        var parts = -1
        var isInside = false
        var start = rawValue.utf8.startIndex
        let bytes = rawValue.utf8
        for index in bytes.indices {
            if colons < 5 {
                if bytes[index] == UInt8(ascii: ":") { colons += 1 }
                continue
            }
            if bytes[index] == UInt8(ascii: "/") {
                if isInside, parts == place { return String(rawValue[start..<index]) }
                isInside = false
            } else if !isInside {
                isInside = true
                parts += 1
                start = index
            }
        }
        return isInside && parts == place ? String(rawValue[start...]) : nil
    }

    /// Whether the text has the form of an ARN whose resource portion starts with that word.
    func isWellFormed(_ resource: String, parts: Int) -> Bool {
        rawValue.hasPrefix("arn:") && resourceParts.count == parts && resourceParts.first.map(String.init) == resource
    }
}

/// `arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer/app/my-lb/50dc6c495c0c9188`.
package struct LoadBalancerARN: ResourceARN {
    /// The whole ARN.
    package var rawValue: String
    /// Wraps an ARN.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The name.
    package var short: String { resourcePart(2) ?? rawValue }

    /// Whether the text can be such an ARN at all.
    package var isWellFormed: Bool { isWellFormed("loadbalancer", parts: 4) }
}

/// `…:listener/app/my-lb/50dc6c495c0c9188/f2f7dc8efc522ab2`.
package struct ListenerARN: ResourceARN {
    /// The whole ARN.
    package var rawValue: String
    /// Wraps an ARN.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// `…/` and the listener's own id.
    package var short: String { resourceParts.last.map { "…/\($0)" } ?? rawValue }

    /// Whether the text can be such an ARN at all.
    package var isWellFormed: Bool { isWellFormed("listener", parts: 5) }
}

/// `…:listener-rule/app/my-lb/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`.
package struct RuleARN: ResourceARN {
    /// The whole ARN.
    package var rawValue: String
    /// Wraps an ARN.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// `…/` and the rule's own id.
    package var short: String { resourceParts.last.map { "…/\($0)" } ?? rawValue }

    /// Whether the text can be such an ARN at all.
    package var isWellFormed: Bool { isWellFormed("listener-rule", parts: 6) }
}

/// `…:targetgroup/my-targets/73e2d6bc24d8a067`.
package struct TargetGroupARN: ResourceARN {
    /// The whole ARN.
    package var rawValue: String
    /// Wraps an ARN.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// The name.
    package var short: String { resourcePart(1) ?? rawValue }

    /// Whether the text can be such an ARN at all.
    package var isWellFormed: Bool { isWellFormed("targetgroup", parts: 3) }
}
