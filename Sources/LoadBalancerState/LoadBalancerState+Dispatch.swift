import ELBModel

extension LoadBalancerState {
    /// Carries out one call.
    mutating func perform(_ request: ELBRequest) throws(ELBFailure) -> ELBResponse {
        switch request {
        case .createLoadBalancer(let call): try createLoadBalancer(call)
        case .createListener(let call): try createListener(call)
        case .createRule(let call): try createRule(call)
        case .createTargetGroup(let call): try createTargetGroup(call)
        case .deleteLoadBalancer(let call): try deleteLoadBalancer(call)
        case .deleteListener(let call): try deleteListener(call)
        case .deleteRule(let call): try deleteRule(call)
        case .deleteTargetGroup(let call): try deleteTargetGroup(call)
        case .modifyListener(let call): try modifyListener(call)
        case .modifyRule(let call): try modifyRule(call)
        case .modifyTargetGroup(let call): try modifyTargetGroup(call)
        case .setRulePriorities(let call): try setRulePriorities(call)
        case .setSecurityGroups(let call): try setSecurityGroups(call)
        case .setSubnets(let call): try setSubnets(call)
        case .setIpAddressType(let call): try setIPAddressType(call)
        case .registerTargets(let call): try registerTargets(call)
        case .deregisterTargets(let call): try deregisterTargets(call)
        case .addTags(let call): try addTags(call)
        case .addListenerCertificates(let call): try addListenerCertificates(call)
        case .removeListenerCertificates(let call): try removeListenerCertificates(call)
        case .describeListenerCertificates(let call): try describeListenerCertificates(call)
        case .describeSSLPolicies(let call): try describeSSLPolicies(call)
        case .removeTags(let call): try removeTags(call)
        case .modifyLoadBalancerAttributes(let call): try modifyLoadBalancerAttributes(call)
        case .modifyTargetGroupAttributes(let call): try modifyTargetGroupAttributes(call)
        case .modifyListenerAttributes(let call): try modifyListenerAttributes(call)
        case .describeLoadBalancers(let call): try describeLoadBalancers(call)
        case .describeListeners(let call): try describeListeners(call)
        case .describeRules(let call): try describeRules(call)
        case .describeTargetGroups(let call): try describeTargetGroups(call)
        case .describeTargetHealth(let call): try describeTargetHealth(call)
        case .describeTags(let call): try describeTags(call)
        case .describeLoadBalancerAttributes(let call): try describeLoadBalancerAttributes(call)
        case .describeTargetGroupAttributes(let call): try describeTargetGroupAttributes(call)
        case .describeListenerAttributes(let call): try describeListenerAttributes(call)
        case .describeAccountLimits(let call): try describeAccountLimits(call)
        }
    }
}
