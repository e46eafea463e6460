package import ELBModel

/// What should exist in AWS for one Ingress: a value, without ARNs.
package struct DesiredStack: Equatable, Sendable {
    package var loadBalancer: DesiredLoadBalancer
    /// Sorted by port.
    package var listeners: [DesiredListener]
    /// Sorted by resource id.
    package var targetGroups: [DesiredTargetGroup]
    /// Backends that do not exist, each once, as found; what leads to one alone is `DesiredAction.missing`.
    package var missingBackends: [BuildProblem]
}

/// The load balancer of a stack.
package struct DesiredLoadBalancer: Equatable, Sendable {
    package var name: String
    package var scheme: Scheme
    package var ipAddressType: IPAddressType
    /// In the order given.
    package var subnets: [String]
    /// `nil` leaves them as they are.
    package var securityGroups: [String]?
    /// Sorted by key; other attributes stay as they are.
    package var attributes: [Attribute]
    /// Sorted by key.
    package var tags: [Tag]
}

/// A port of the load balancer with its rules.
package struct DesiredListener: Equatable, Sendable {
    package var port: Int
    package var `protocol`: TrafficProtocol
    /// HTTPS only.
    package var certificateARN: String?
    /// HTTPS only.
    package var sslPolicy: String?
    package var defaultAction: DesiredAction
    /// In the order of their priorities, 1, 2, 3…
    package var rules: [DesiredRule]
    package var tags: [Tag]
}

/// A rule; its priority is its place in the list, counted from 1.
package struct DesiredRule: Equatable, Sendable {
    package var priority: Int
    package var conditions: [RuleCondition]
    package var action: DesiredAction
    package var tags: [Tag]
}

/// What a rule or listener does with a request.
package enum DesiredAction: Equatable, Sendable {
    case forward([DesiredShare], stickiness: TargetGroupStickiness?)
    case fixedResponse(FixedResponse)
    case redirect(Redirect)
    /// The answer in place of a backend that does not exist; what served the requests before goes on while it can.
    case missing(FixedResponse, BuildProblem)
}

/// A target group of a forward action.
package struct DesiredShare: Hashable, Sendable {
    package var group: TargetGroupReference
    /// 0...999; `nil` only when it is alone. 0 keeps the group attached, so that its targets are checked.
    package var weight: Int?
}

/// A target group of the stack, by its resource id, or one that somebody else made.
package enum TargetGroupReference: Hashable, Sendable {
    case own(String)
    case external(TargetGroupARN)
}

/// A target group for one port of one Service.
package struct DesiredTargetGroup: Equatable, Sendable {
    /// `<namespace>/<ingress>-<service>:<port>`
    package var resourceID: String
    package var name: String
    package var `protocol`: TrafficProtocol
    package var protocolVersion: ProtocolVersion
    package var port: Int
    package var healthCheck: HealthCheck
    /// Sorted by key; other attributes stay as they are.
    package var attributes: [Attribute]
    /// Sorted by key.
    package var tags: [Tag]
}

extension DesiredAction {
    /// The action as AWS takes it; `nil` while a group of the stack has no ARN yet.
    func resolved(_ arns: [String: TargetGroupARN]) -> Action? {
        switch self {
        case .fixedResponse(let response), .missing(let response, _): return .fixedResponse(response)
        case .redirect(let redirect): return .redirect(redirect)
        case .forward(let shares, let stickiness):
            var groups: [WeightedTargetGroup] = []
            for share in shares {
                switch share.group {
                case .external(let arn): groups.append(WeightedTargetGroup(arn: arn, weight: share.weight))
                case .own(let id):
                    guard let arn = arns[id] else { return nil }
                    groups.append(WeightedTargetGroup(arn: arn, weight: share.weight))
                }
            }
            // Stickiness is always said, so that taking it out of an annotation takes it out of the rule.
            let explicit = stickiness ?? TargetGroupStickiness(isEnabled: false)
            return .forward(ForwardAction(targetGroups: groups, stickiness: explicit))
        }
    }

    /// The resource ids of the stack's own groups in this action.
    var ownGroups: [String] {
        guard case .forward(let shares, _) = self else { return [] }
        return shares.compactMap { share in
            if case .own(let id) = share.group { id } else { nil }
        }
    }
}
