import ELBModel

extension DesiredStack: CustomStringConvertible {
    /// The stack in lines, for people and golden files.
    package var description: String {
        var lines = ["load balancer \(loadBalancer.name) \(loadBalancer.scheme) \(loadBalancer.ipAddressType)"]
        lines.append("  subnets \(loadBalancer.subnets.joined(separator: " "))")
        if let groups = loadBalancer.securityGroups {
            lines.append("  security groups \(groups.joined(separator: " "))")
        }
        lines += loadBalancer.attributes.map { "  attribute \($0)" } + loadBalancer.tags.map { "  tag \($0)" }
        for listener in listeners {
            let certificate = listener.certificateARN.map { " certificate \($0) policy \(listener.sslPolicy ?? "-")" }
            lines.append("listener \(listener.protocol):\(listener.port)\(certificate ?? "")")
            for rule in listener.rules {
                let conditions = rule.conditions.map(\.description).joined(separator: " ")
                lines.append("  \(rule.priority) \(conditions) -> \(rule.action)")
            }
            lines.append("  default -> \(listener.defaultAction)")
        }
        for group in targetGroups {
            lines.append("target group \(group.name) \(group.protocol):\(group.port) \(group.protocolVersion)")
            let check = group.healthCheck
            let probe = "\(check.protocol) \(check.port) \(check.path) \(check.matcher.codes)"
            let times = "every \(check.intervalSeconds)s timeout \(check.timeoutSeconds)s"
            let thresholds = "up \(check.healthyThreshold) down \(check.unhealthyThreshold)"
            lines.append("  check \(probe) \(times) \(thresholds)")
            lines += group.attributes.map { "  attribute \($0)" } + group.tags.map { "  tag \($0)" }
        }
        return lines.joined(separator: "\n")
    }
}

extension DesiredAction: CustomStringConvertible {
    /// One line: `forward shop/web-canary:80=10 shop/web-stable:80=90 sticky=60s`.
    package var description: String {
        switch self {
        case .fixedResponse(let response), .missing(let response, _): return "\(Action.fixedResponse(response))"
        case .redirect(let redirect): return "\(Action.redirect(redirect))"
        case .forward(let shares, let stickiness):
            var words = ["forward"]
            for share in shares {
                let name =
                    switch share.group {
                    case .own(let id): id
                    case .external(let arn): arn.rawValue
                    }
                words.append(share.weight.map { "\(name)=\($0)" } ?? name)
            }
            if let stickiness, stickiness.isEnabled { words.append("sticky=\(stickiness.durationSeconds ?? 0)s") }
            return words.joined(separator: " ")
        }
    }
}
