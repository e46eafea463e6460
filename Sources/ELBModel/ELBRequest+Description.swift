extension ELBRequest: CustomStringConvertible {
    /// One line for traces: `ModifyRule …/9683b2d02a6cabee forward web=90 web-canary=10`.
    package var description: String {
        let words = subject + details
        return ([operation] + words.filter { !$0.isEmpty }).joined(separator: " ")
    }

    /// What the call is about.
    private var subject: [String] {
        switch self {
        case .describeLoadBalancers(let call): call.arns.map(\.short) + call.names
        case .describeListeners(let call): Self.words(call.loadBalancerARN) + call.listenerARNs.map(\.short)
        case .describeRules(let call): Self.words(call.listenerARN) + call.ruleARNs.map(\.short)
        case .describeTargetGroups(let call):
            Self.words(call.loadBalancerARN) + call.arns.map(\.short) + call.names
        case .describeTargetHealth(let call): [call.targetGroupARN.short]
        case .describeTags(let call): call.resourceARNs.map(Self.short)
        case .describeLoadBalancerAttributes(let call): [call.arn.short]
        case .describeTargetGroupAttributes(let call): [call.arn.short]
        case .describeListenerAttributes(let call): [call.arn.short]
        case .describeAccountLimits: []
        case .describeListenerCertificates(let call): [call.arn.short]
        case .describeSSLPolicies(let call): call.names
        case .addListenerCertificates(let call): [call.arn.short]
        case .removeListenerCertificates(let call): [call.arn.short]
        case .createLoadBalancer(let call): [call.name]
        case .createListener(let call): [call.loadBalancerARN.short]
        case .createRule(let call): [call.listenerARN.short]
        case .createTargetGroup(let call): [call.name]
        case .deleteLoadBalancer(let call): [call.arn.short]
        case .deleteListener(let call): [call.arn.short]
        case .deleteRule(let call): [call.arn.short]
        case .deleteTargetGroup(let call): [call.arn.short]
        case .modifyLoadBalancerAttributes(let call): [call.arn.short]
        case .modifyListener(let call): [call.arn.short]
        case .modifyRule(let call): [call.arn.short]
        case .modifyTargetGroup(let call): [call.arn.short]
        case .modifyTargetGroupAttributes(let call): [call.arn.short]
        case .modifyListenerAttributes(let call): [call.arn.short]
        case .registerTargets(let call): [call.targetGroupARN.short]
        case .deregisterTargets(let call): [call.targetGroupARN.short]
        case .addTags(let call): call.resourceARNs.map(Self.short)
        case .removeTags(let call): call.resourceARNs.map(Self.short)
        case .setRulePriorities: []
        case .setSecurityGroups(let call): [call.arn.short]
        case .setSubnets(let call): [call.arn.short]
        case .setIpAddressType(let call): [call.arn.short]
        }
    }

    /// What the call changes; empty for most that read.
    private var details: [String] {
        switch self {
        case .createLoadBalancer(let call): [call.scheme?.rawValue ?? ""]
        case .createListener(let call):
            ["\(call.protocol?.rawValue ?? ""):\(call.port.map(String.init) ?? "")"]
                + call.defaultActions.map(\.description)
        case .createRule(let call):
            ["\(call.priority)"] + call.conditions.map(\.description) + ["->"] + call.actions.map(\.description)
        case .createTargetGroup(let call):
            ["\(call.protocol?.rawValue ?? ""):\(call.port.map(String.init) ?? "")", call.targetType?.rawValue ?? ""]
        case .modifyListener(let call): [call.port.map { ":\($0)" } ?? ""] + call.defaultActions.map(\.description)
        case .modifyRule(let call): call.conditions.map(\.description) + call.actions.map(\.description)
        case .modifyTargetGroup(let call): call.healthCheck.wireFields.map(Self.word)
        case .modifyLoadBalancerAttributes(let call): call.attributes.map(\.description)
        case .modifyTargetGroupAttributes(let call): call.attributes.map(\.description)
        case .modifyListenerAttributes(let call): call.attributes.map(\.description)
        case .describeTargetHealth(let call): call.targets.map(\.description)
        case .registerTargets(let call): call.targets.map(\.description)
        case .deregisterTargets(let call): call.targets.map(\.description)
        case .addTags(let call): call.tags.map(\.description)
        case .addListenerCertificates(let call): call.certificates.map(\.arn)
        case .removeListenerCertificates(let call): call.certificates.map(\.arn)
        case .removeTags(let call): call.tagKeys
        case .setRulePriorities(let call): call.priorities.map { "\($0.ruleARN.short)=\($0.priority)" }
        case .setSecurityGroups(let call): call.securityGroups
        case .setSubnets(let call): call.subnets + call.subnetMappings.map(\.subnetID)
        case .setIpAddressType(let call): [call.ipAddressType.rawValue]
        default: []
        }
    }

    private static func words(_ arn: (some ResourceARN)?) -> [String] { arn.map { [$0.short] } ?? [] }

    private static func word(_ field: WireField) -> String {
        guard case .text(let text) = field.value else { return field.name }
        return "\(field.name)=\(text)"
    }

    /// The short form of an ARN of any kind.
    private static func short(_ arn: String) -> String {
        let kinds: [any ResourceARN] = [
            LoadBalancerARN(rawValue: arn), ListenerARN(rawValue: arn), RuleARN(rawValue: arn),
            TargetGroupARN(rawValue: arn),
        ]
        return kinds.first { $0.isWellFormed }?.short ?? arn
    }
}

extension ELBResponse: CustomStringConvertible {
    /// One line for traces: `2 rules`.
    package var description: String {
        switch self {
        case .loadBalancers(let items, _): "\(items.count) load balancers"
        case .listeners(let items, _): "\(items.count) listeners"
        case .rules(let items, _): items.map(\.description).joined(separator: "; ")
        case .targetGroups(let items, _): "\(items.count) target groups"
        case .targetHealth(let items): items.map(\.description).joined(separator: "; ")
        case .tags(let items): "tags of \(items.count) resources"
        case .attributes(let items): "\(items.count) attributes"
        case .accountLimits(let items, _): "\(items.count) limits"
        case .certificates(let items, _): "\(items.count) certificates"
        case .sslPolicies(let items, _): "\(items.count) TLS policies"
        case .securityGroups(let ids): ids.joined(separator: " ")
        case .availabilityZones(let zones, _): zones.map(\.subnetID).joined(separator: " ")
        case .ipAddressType(let type): type.rawValue
        case .done: "done"
        }
    }
}
