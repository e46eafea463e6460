extension ELBRequest {
    /// The parameters as wire fields, without action and version.
    package var parameters: [WireField] {
        switch self {
        case .addListenerCertificates(let payload): payload.wireFields
        case .addTags(let payload): payload.wireFields
        case .createListener(let payload): payload.wireFields
        case .createLoadBalancer(let payload): payload.wireFields
        case .createRule(let payload): payload.wireFields
        case .createTargetGroup(let payload): payload.wireFields
        case .deleteListener(let payload): payload.wireFields
        case .deleteLoadBalancer(let payload): payload.wireFields
        case .deleteRule(let payload): payload.wireFields
        case .deleteTargetGroup(let payload): payload.wireFields
        case .deregisterTargets(let payload): payload.wireFields
        case .describeAccountLimits(let payload): payload.wireFields
        case .describeListenerAttributes(let payload): payload.wireFields
        case .describeListenerCertificates(let payload): payload.wireFields
        case .describeSSLPolicies(let payload): payload.wireFields
        case .describeListeners(let payload): payload.wireFields
        case .describeLoadBalancerAttributes(let payload): payload.wireFields
        case .describeLoadBalancers(let payload): payload.wireFields
        case .describeRules(let payload): payload.wireFields
        case .describeTags(let payload): payload.wireFields
        case .describeTargetGroupAttributes(let payload): payload.wireFields
        case .describeTargetGroups(let payload): payload.wireFields
        case .describeTargetHealth(let payload): payload.wireFields
        case .modifyListener(let payload): payload.wireFields
        case .modifyListenerAttributes(let payload): payload.wireFields
        case .modifyLoadBalancerAttributes(let payload): payload.wireFields
        case .modifyRule(let payload): payload.wireFields
        case .modifyTargetGroup(let payload): payload.wireFields
        case .modifyTargetGroupAttributes(let payload): payload.wireFields
        case .registerTargets(let payload): payload.wireFields
        case .removeListenerCertificates(let payload): payload.wireFields
        case .removeTags(let payload): payload.wireFields
        case .setIpAddressType(let payload): payload.wireFields
        case .setRulePriorities(let payload): payload.wireFields
        case .setSecurityGroups(let payload): payload.wireFields
        case .setSubnets(let payload): payload.wireFields
        }
    }

    /// Reads the parameters of the operation of that name.
    ///
    /// - Throws: `InvalidAction` for an operation that is not in this enum; `ValidationError` for bad parameters.
    package init(operation: String, parameters: [WireField]) throws(ELBFailure) {
        switch operation {
        case "AddListenerCertificates": self = .addListenerCertificates(try .init(wireFields: parameters))
        case "AddTags": self = .addTags(try .init(wireFields: parameters))
        case "CreateListener": self = .createListener(try .init(wireFields: parameters))
        case "CreateLoadBalancer": self = .createLoadBalancer(try .init(wireFields: parameters))
        case "CreateRule": self = .createRule(try .init(wireFields: parameters))
        case "CreateTargetGroup": self = .createTargetGroup(try .init(wireFields: parameters))
        case "DeleteListener": self = .deleteListener(try .init(wireFields: parameters))
        case "DeleteLoadBalancer": self = .deleteLoadBalancer(try .init(wireFields: parameters))
        case "DeleteRule": self = .deleteRule(try .init(wireFields: parameters))
        case "DeleteTargetGroup": self = .deleteTargetGroup(try .init(wireFields: parameters))
        case "DeregisterTargets": self = .deregisterTargets(try .init(wireFields: parameters))
        case "DescribeAccountLimits": self = .describeAccountLimits(try .init(wireFields: parameters))
        case "DescribeListenerAttributes": self = .describeListenerAttributes(try .init(wireFields: parameters))
        case "DescribeListenerCertificates":
            self = .describeListenerCertificates(try .init(wireFields: parameters))
        case "DescribeSSLPolicies": self = .describeSSLPolicies(try .init(wireFields: parameters))
        case "DescribeListeners": self = .describeListeners(try .init(wireFields: parameters))
        case "DescribeLoadBalancerAttributes": self = .describeLoadBalancerAttributes(try .init(wireFields: parameters))
        case "DescribeLoadBalancers": self = .describeLoadBalancers(try .init(wireFields: parameters))
        case "DescribeRules": self = .describeRules(try .init(wireFields: parameters))
        case "DescribeTags": self = .describeTags(try .init(wireFields: parameters))
        case "DescribeTargetGroupAttributes": self = .describeTargetGroupAttributes(try .init(wireFields: parameters))
        case "DescribeTargetGroups": self = .describeTargetGroups(try .init(wireFields: parameters))
        case "DescribeTargetHealth": self = .describeTargetHealth(try .init(wireFields: parameters))
        case "ModifyListener": self = .modifyListener(try .init(wireFields: parameters))
        case "ModifyListenerAttributes": self = .modifyListenerAttributes(try .init(wireFields: parameters))
        case "ModifyLoadBalancerAttributes": self = .modifyLoadBalancerAttributes(try .init(wireFields: parameters))
        case "ModifyRule": self = .modifyRule(try .init(wireFields: parameters))
        case "ModifyTargetGroup": self = .modifyTargetGroup(try .init(wireFields: parameters))
        case "ModifyTargetGroupAttributes": self = .modifyTargetGroupAttributes(try .init(wireFields: parameters))
        case "RegisterTargets": self = .registerTargets(try .init(wireFields: parameters))
        case "RemoveListenerCertificates": self = .removeListenerCertificates(try .init(wireFields: parameters))
        case "RemoveTags": self = .removeTags(try .init(wireFields: parameters))
        case "SetIpAddressType": self = .setIpAddressType(try .init(wireFields: parameters))
        case "SetRulePriorities": self = .setRulePriorities(try .init(wireFields: parameters))
        case "SetSecurityGroups": self = .setSecurityGroups(try .init(wireFields: parameters))
        case "SetSubnets": self = .setSubnets(try .init(wireFields: parameters))
        default: throw Self.unknownOperation(operation)
        }
    }

    private static func unknownOperation(_ name: String) -> ELBFailure {
        ELBFailure(.invalidAction, "Could not find operation '\(name)' for version 2015-12-01 in this endpoint")
    }
}
