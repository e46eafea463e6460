extension Action: CustomStringConvertible {
    /// One line: `forward web=90 web-canary=10 sticky=3600s`.
    package var description: String {
        switch self {
        case .forward(let forward): return forward.description
        case .fixedResponse(let response): return "fixed-response \(response.statusCode)"
        case .redirect(let redirect):
            let filled = redirect.filled
            let place = "\(filled.protocol ?? "")://\(filled.host ?? ""):\(filled.port ?? "")\(filled.path ?? "")"
            return "redirect \(redirect.statusCode) \(place)?\(filled.query ?? "")"
        case .other(let type): return type
        }
    }
}

extension ForwardAction: CustomStringConvertible {
    /// One line: `forward web=90 web-canary=10 sticky=3600s`.
    package var description: String {
        var words = ["forward"]
        for group in targetGroups {
            words.append(group.weight.map { "\(group.arn.short)=\($0)" } ?? group.arn.short)
        }
        if let stickiness, stickiness.isEnabled { words.append("sticky=\(stickiness.durationSeconds ?? 0)s") }
        return words.joined(separator: " ")
    }
}

extension RuleCondition: CustomStringConvertible {
    /// One line: `path-pattern=/a,/b`.
    package var description: String {
        switch self {
        case .hostHeader(let values), .pathPattern(let values), .httpRequestMethod(let values), .sourceIP(let values):
            "\(field)=\(values.joined(separator: ","))"
        case .httpHeader(let name, let values): "\(field)[\(name)]=\(values.joined(separator: ","))"
        case .queryString(let patterns):
            "\(field)=\(patterns.map { "\($0.key.map { "\($0)=" } ?? "")\($0.value)" }.joined(separator: "&"))"
        case .other(let field): field
        }
    }
}

extension Rule: CustomStringConvertible {
    /// One line: `rule 10 path-pattern=/* -> forward web`.
    package var description: String {
        let when = conditions.map(\.description).joined(separator: " ")
        let then = actions.map(\.description).joined(separator: ", ")
        return "rule \(priority) \(when.isEmpty ? "always" : when) -> \(then)"
    }
}

extension Target: CustomStringConvertible {
    /// `10.244.0.7:8080`, with the zone if there is one.
    package var description: String {
        let place = port.map { "\(id):\($0)" } ?? id
        return availabilityZone.map { "\(place)@\($0)" } ?? place
    }
}

extension TargetHealth: CustomStringConvertible {
    /// `healthy` or `draining (Target.DeregistrationInProgress)`.
    package var description: String { reason.map { "\(state) (\($0))" } ?? state.rawValue }
}

extension TargetHealthDescription: CustomStringConvertible {
    /// `10.244.0.7:8080 healthy`.
    package var description: String { "\(target) \(health)" }
}

extension Tag: CustomStringConvertible {
    /// `key=value`.
    package var description: String { "\(key)=\(value)" }
}

extension Attribute: CustomStringConvertible {
    /// `key=value`.
    package var description: String { "\(key)=\(value)" }
}

extension LoadBalancer: CustomStringConvertible {
    /// `load balancer web (active)`.
    package var description: String { "load balancer \(name) (\(state.code))" }
}

extension Listener: CustomStringConvertible {
    /// `listener HTTP:80`.
    package var description: String { "listener \(`protocol`?.rawValue ?? "?"):\(port.map(String.init) ?? "?")" }
}

extension TargetGroup: CustomStringConvertible {
    /// `target group web HTTP:8080`.
    package var description: String {
        "target group \(name) \(`protocol`?.rawValue ?? "-"):\(port.map(String.init) ?? "-")"
    }
}
