/// A call of the Elastic Load Balancing API, version 2015-12-01: one case per operation.
///
/// Source: Elastic Load Balancing API reference; the operations that application load balancers for Ingresses need.
package enum ELBRequest: Equatable, Sendable {
    /// Adds a certificate to a listener; a known one is no error.
    case addListenerCertificates(ListenerCertificates)
    /// Adds tags or replaces their values.
    case addTags(AddTags)
    /// Opens a port, or returns the listener of the same port and settings.
    case createListener(CreateListener)
    /// Creates a load balancer, or returns the one of the same name and settings.
    case createLoadBalancer(CreateLoadBalancer)
    /// Adds a rule to a listener.
    case createRule(CreateRule)
    /// Creates a target group, or returns the one of the same name and settings.
    case createTargetGroup(CreateTargetGroup)
    /// Closes a port and deletes its rules.
    case deleteListener(DeleteListener)
    /// Deletes a load balancer with its listeners and rules; a missing one is no error.
    case deleteLoadBalancer(DeleteLoadBalancer)
    /// Removes a rule.
    case deleteRule(DeleteRule)
    /// Deletes a group that no rule uses; a missing one is no error.
    case deleteTargetGroup(DeleteTargetGroup)
    /// Drains and removes targets; unknown ones are no error.
    case deregisterTargets(DeregisterTargets)
    /// Lists the account's quotas.
    case describeAccountLimits(DescribeAccountLimits)
    /// Lists the certificates of a listener.
    case describeListenerCertificates(DescribeListenerCertificates)
    /// Lists the TLS policies.
    case describeSSLPolicies(DescribeSSLPolicies)
    /// Shows all attributes of a listener.
    case describeListenerAttributes(DescribeListenerAttributes)
    /// Lists listeners: of a load balancer, or those named.
    case describeListeners(DescribeListeners)
    /// Shows all attributes of a load balancer.
    case describeLoadBalancerAttributes(DescribeLoadBalancerAttributes)
    /// Lists load balancers: all, or those named.
    case describeLoadBalancers(DescribeLoadBalancers)
    /// Lists rules: of a listener in order of priority, or those named.
    case describeRules(DescribeRules)
    /// Shows the tags of resources.
    case describeTags(DescribeTags)
    /// Shows all attributes of a target group.
    case describeTargetGroupAttributes(DescribeTargetGroupAttributes)
    /// Lists target groups: all, of a load balancer, or those named.
    case describeTargetGroups(DescribeTargetGroups)
    /// Shows the health of a group's targets: all, or those named.
    case describeTargetHealth(DescribeTargetHealth)
    /// Changes what is given, keeps the rest; a given list replaces the whole list.
    case modifyListener(ModifyListener)
    /// Changes the attributes given of a listener.
    case modifyListenerAttributes(ModifyListenerAttributes)
    /// Changes the attributes given of a load balancer.
    case modifyLoadBalancerAttributes(ModifyLoadBalancerAttributes)
    /// Changes what is given, keeps the rest; a given list replaces the whole list.
    case modifyRule(ModifyRule)
    /// Changes the health check; everything else of a group is fixed.
    case modifyTargetGroup(ModifyTargetGroup)
    /// Changes the attributes given of a target group.
    case modifyTargetGroupAttributes(ModifyTargetGroupAttributes)
    /// Adds targets; known ones stay.
    case registerTargets(RegisterTargets)
    /// Removes a certificate from a listener; an unknown one is no error.
    case removeListenerCertificates(ListenerCertificates)
    /// Removes tags; unknown keys are no error.
    case removeTags(RemoveTags)
    /// Changes which IP versions are served.
    case setIpAddressType(SetIpAddressType)
    /// Moves rules, all at once or not at all.
    case setRulePriorities(SetRulePriorities)
    /// Replaces the security groups.
    case setSecurityGroups(SetSecurityGroups)
    /// Replaces the subnets.
    case setSubnets(SetSubnets)
}

extension ELBRequest {
    /// The operation's name on the wire: `ModifyRule`.
    package var operation: String {
        switch self {
        case .addListenerCertificates: "AddListenerCertificates"
        case .addTags: "AddTags"
        case .createListener: "CreateListener"
        case .createLoadBalancer: "CreateLoadBalancer"
        case .createRule: "CreateRule"
        case .createTargetGroup: "CreateTargetGroup"
        case .deleteListener: "DeleteListener"
        case .deleteLoadBalancer: "DeleteLoadBalancer"
        case .deleteRule: "DeleteRule"
        case .deleteTargetGroup: "DeleteTargetGroup"
        case .deregisterTargets: "DeregisterTargets"
        case .describeAccountLimits: "DescribeAccountLimits"
        case .describeListenerAttributes: "DescribeListenerAttributes"
        case .describeListenerCertificates: "DescribeListenerCertificates"
        case .describeSSLPolicies: "DescribeSSLPolicies"
        case .describeListeners: "DescribeListeners"
        case .describeLoadBalancerAttributes: "DescribeLoadBalancerAttributes"
        case .describeLoadBalancers: "DescribeLoadBalancers"
        case .describeRules: "DescribeRules"
        case .describeTags: "DescribeTags"
        case .describeTargetGroupAttributes: "DescribeTargetGroupAttributes"
        case .describeTargetGroups: "DescribeTargetGroups"
        case .describeTargetHealth: "DescribeTargetHealth"
        case .modifyListener: "ModifyListener"
        case .modifyListenerAttributes: "ModifyListenerAttributes"
        case .modifyLoadBalancerAttributes: "ModifyLoadBalancerAttributes"
        case .modifyRule: "ModifyRule"
        case .modifyTargetGroup: "ModifyTargetGroup"
        case .modifyTargetGroupAttributes: "ModifyTargetGroupAttributes"
        case .registerTargets: "RegisterTargets"
        case .removeListenerCertificates: "RemoveListenerCertificates"
        case .removeTags: "RemoveTags"
        case .setIpAddressType: "SetIpAddressType"
        case .setRulePriorities: "SetRulePriorities"
        case .setSecurityGroups: "SetSecurityGroups"
        case .setSubnets: "SetSubnets"
        }
    }

    /// Whether the call changes anything; all others are named Describe….
    package var isMutating: Bool { !operation.hasPrefix("Describe") }
}
