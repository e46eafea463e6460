import ELBModel
import Planning

extension StackDeployment {
    /// A load balancer of another scheme cannot be changed, and its target groups serve no second one: it goes first.
    mutating func deleteSurplusLoadBalancers() {
        for surplus in inventory.surplusLoadBalancers {
            let loadBalancer = surplus.loadBalancer
            let scheme = loadBalancer.scheme?.rawValue ?? "of no scheme"
            decide(
                "LoadBalancerReplaced",
                "Load balancer \(loadBalancer.name) is \(scheme) and cannot become \(desired.loadBalancer.scheme).")
            if surplus.attributes.first(where: { $0.key == "deletion_protection.enabled" })?.value == "true" {
                let off = Attribute(key: "deletion_protection.enabled", value: "false")
                add(.elb(.modifyLoadBalancerAttributes(.init(arn: loadBalancer.arn, attributes: [off]))))
            }
            add(.elb(.deleteLoadBalancer(.init(arn: loadBalancer.arn))))
        }
    }

    /// Creates the load balancer or brings its settings up to date.
    mutating func deployLoadBalancer() {
        let wanted = desired.loadBalancer
        guard let found = inventory.loadBalancer else {
            markIncomplete()
            decide("LoadBalancerCreated", "There is no load balancer \(wanted.name) yet.", waitingFor: "its ARN")
            let request = ELBRequest.CreateLoadBalancer(
                name: wanted.name, subnets: wanted.subnets, securityGroups: wanted.securityGroups ?? [],
                scheme: wanted.scheme, tags: wanted.tags, type: "application", ipAddressType: wanted.ipAddressType)
            add(.elb(.createLoadBalancer(request)))
            return
        }
        let loadBalancer = found.loadBalancer
        for effect in TagChanges.effects(arn: loadBalancer.arn.rawValue, desired: wanted.tags, observed: found.tags) {
            add(effect)
        }
        if let groups = wanted.securityGroups, Set(groups) != Set(loadBalancer.securityGroups) {
            add(.elb(.setSecurityGroups(.init(arn: loadBalancer.arn, securityGroups: groups))))
        }
        let subnets = loadBalancer.availabilityZones.map(\.subnetID)
        if !subnets.isEmpty, Set(wanted.subnets) != Set(subnets) {
            add(.elb(.setSubnets(.init(arn: loadBalancer.arn, subnets: wanted.subnets))))
        }
        if let type = loadBalancer.ipAddressType, type != wanted.ipAddressType {
            add(.elb(.setIpAddressType(.init(arn: loadBalancer.arn, ipAddressType: wanted.ipAddressType))))
        }
        let attributes = wanted.attributes.drifted(from: found.attributes)
        if !attributes.isEmpty {
            add(.elb(.modifyLoadBalancerAttributes(.init(arn: loadBalancer.arn, attributes: attributes))))
        }
        watchState(loadBalancer)
    }

    private mutating func watchState(_ loadBalancer: LoadBalancer) {
        switch loadBalancer.state.code {
        case .provisioning:
            watchStack(every: settings.retryInterval)
            decide(
                "LoadBalancerProvisioning", "Load balancer \(loadBalancer.name) is being set up.",
                waitingFor: "state active")
        case .failed:
            let reason = loadBalancer.state.reason ?? "no reason given"
            decide(
                "LoadBalancerFailed", "Load balancer \(loadBalancer.name) could not be set up: \(reason).",
                waitingFor: "a person to correct its subnets or to delete it")
        default: break
        }
    }
}
