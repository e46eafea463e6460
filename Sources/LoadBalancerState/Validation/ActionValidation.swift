import ELBModel

/// What the actions of a rule or listener must look like, as far as it does not depend on other resources.
enum ActionValidation {
    /// Checks the list and returns it as the API shows it: weights, stickiness and redirect parts filled in.
    static func normalized(
        _ actions: [Action], listenerProtocol: TrafficProtocol, quotas: Quotas, isNewRule: Bool
    ) throws(ELBFailure) -> [Action] {
        guard actions.count == 1, let action = actions.first else { throw wrongCount(actions) }
        switch action {
        case .forward(let forward):
            return [.forward(try normalized(forward, quotas: quotas, isNewRule: isNewRule))]
        case .redirect(let redirect):
            return [.redirect(try normalized(redirect, listenerProtocol: listenerProtocol))]
        case .fixedResponse(let response):
            try check(response)
            return [action]
        case .other(let type):
            if type.hasPrefix("authenticate-"), listenerProtocol == .http {
                throw ELBFailure(.invalidLoadBalancerAction, "Action '\(type)' is only possible on HTTPS listeners")
            }
            throw .validation("Action type '\(type)' is not supported. Use forward, redirect or fixed-response")
        }
    }

    private static func wrongCount(_ actions: [Action]) -> ELBFailure {
        if actions.count > 5 { return ELBFailure(.tooManyActions, "An action list cannot have more than 5 actions") }
        let types = actions.map(\.type).joined(separator: ", ")
        let message = "An action list must have exactly one forward, redirect or fixed-response action, got '\(types)'"
        return ELBFailure(.invalidLoadBalancerAction, message)
    }

    private static func normalized(
        _ forward: ForwardAction, quotas: Quotas, isNewRule: Bool
    ) throws(ELBFailure) -> ForwardAction {
        guard !forward.targetGroups.isEmpty else {
            throw .validation("A forward action needs a target group ARN or a ForwardConfig with target groups")
        }
        guard forward.targetGroups.count <= quotas.targetGroupsPerAction else {
            let code: ELBFailure.Code = isNewRule ? .tooManyTargetGroups : .tooManyUniqueTargetGroupsPerLoadBalancer
            let message = "An action can have at most '\(quotas.targetGroupsPerAction)' target groups"
            throw ELBFailure(code, "\(message), got '\(forward.targetGroups.count)'")
        }
        var result = forward
        var seen: Set<TargetGroupARN> = []
        for (index, group) in forward.targetGroups.enumerated() {
            try Names.check(group.arn, is: "target group")
            guard seen.insert(group.arn).inserted else {
                throw .validation("Target group '\(group.arn)' occurs more than once in a forward action")
            }
            if let weight = group.weight, !(0...999).contains(weight) {
                throw .validation("The weight '\(weight)' of target group '\(group.arn)' must be between 0 and 999")
            }
            result.targetGroups[index].weight = group.weight ?? 1
        }
        try check(forward.stickiness)
        result.stickiness = forward.stickiness ?? TargetGroupStickiness(isEnabled: false)
        return result
    }

    private static func check(_ stickiness: TargetGroupStickiness?) throws(ELBFailure) {
        guard let stickiness else { return }
        if let duration = stickiness.durationSeconds, !(1...604_800).contains(duration) {
            throw .validation("Target group stickiness duration '\(duration)' must be between 1 and 604800 seconds")
        }
        guard !stickiness.isEnabled || stickiness.durationSeconds != nil else {
            throw .validation("Target group stickiness duration must be specified when stickiness is enabled")
        }
    }

    private static func normalized(
        _ redirect: Redirect, listenerProtocol: TrafficProtocol
    ) throws(ELBFailure) -> Redirect {
        try Names.check(redirect.statusCode, at: "redirectConfig.statusCode", in: [.movedPermanently, .found])
        let filled = redirect.filled
        let (scheme, port) = (filled.protocol ?? "", filled.port ?? "")
        guard ["HTTP", "HTTPS", "#{protocol}"].contains(scheme) else {
            throw .validation("Redirect protocol '\(scheme)' must be HTTP, HTTPS or #{protocol}")
        }
        guard port == "#{port}" || (1...65535).contains(Int(port) ?? 0) else {
            throw .validation("Redirect port '\(port)' must be 1 to 65535 or #{port}")
        }
        guard let path = filled.path, path.hasPrefix("/"), path.utf8.count <= 128 else {
            throw .validation(
                "Redirect path '\(filled.path ?? "")' must begin with '/' and have at most 128 characters")
        }
        guard let host = filled.host, (1...128).contains(host.utf8.count), (filled.query ?? "").utf8.count <= 128 else {
            throw .validation("Redirect host must have 1 to 128 characters, the query at most 128")
        }
        if scheme == "HTTP", listenerProtocol == .https {
            throw ELBFailure(.invalidLoadBalancerAction, "A redirect cannot go from HTTPS to HTTP")
        }
        guard scheme != "#{protocol}" || port != "#{port}" || host != "#{host}" || path != "/#{path}" else {
            let message =
                "A redirect must change the protocol, host, port or path, or clients would go round in circles"
            throw ELBFailure(.invalidLoadBalancerAction, message)
        }
        return filled
    }

    private static func check(_ response: FixedResponse) throws(ELBFailure) {
        guard (200...299).contains(response.statusCode) || (400...599).contains(response.statusCode) else {
            throw .validation("Fixed response status code '\(response.statusCode)' must be 2XX, 4XX or 5XX")
        }
        let types = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"]
        if let type = response.contentType, !types.contains(type) {
            throw .validation(
                "Fixed response content type '\(type)' must be one of '[\(types.joined(separator: ", "))]'")
        }
        if let body = response.messageBody, body.utf8.count > 1024 {
            throw .validation("Fixed response body has \(body.utf8.count) bytes. At most 1024 are possible")
        }
    }
}
