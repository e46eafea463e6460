package import ELBModel

extension ELBRequest {
    /// The name of the load balancer whose listeners or rules this changes; `nil` when it changes none.
    ///
    /// The ARN of a listener or a rule contains the name of its load balancer.
    /// Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Rule.html
    package var reroutedLoadBalancer: String? {
        switch self {
        case .createListener(let call): call.loadBalancerARN.short
        case .modifyListener(let call): call.arn.loadBalancerName
        case .deleteListener(let call): call.arn.loadBalancerName
        case .createRule(let call): call.listenerARN.loadBalancerName
        case .modifyRule(let call): call.arn.loadBalancerName
        case .deleteRule(let call): call.arn.loadBalancerName
        case .setRulePriorities(let call): call.priorities.first?.ruleARN.loadBalancerName
        default: nil
        }
    }
}

extension ResourceARN {
    /// Of a listener or a rule: `…:listener/app/NAME/…`.
    fileprivate var loadBalancerName: String? {
        let parts = rawValue.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count > 3 ? String(parts[2]) : nil
    }
}

extension ObservationSubject {
    /// Whether this is what a DNS name leads to, and that is the name of a load balancer with this name:
    /// `NAME-1234567890.us-west-2.elb.amazonaws.com`, with `dualstack.` or `internal-` before it or without.
    package func isLoadBalancer(named name: String) -> Bool {
        guard case .loadBalancer(let dnsName) = self else { return false }
        var rest = dnsName.lowercased()[...]
        for prefix in ["dualstack.", "internal-"] where rest.hasPrefix(prefix) { rest = rest.dropFirst(prefix.count) }
        let start = name.lowercased().trimmingPrefix("internal-") + "-"
        guard rest.hasPrefix(start) else { return false }
        let number = rest.dropFirst(start.count).prefix { $0 != "." }
        return !number.isEmpty && number.allSatisfy(\.isNumber)
    }
}
