package import ELBModel
import KubernetesModel

/// Operations on load balancers.
extension LoadBalancerState {
    mutating func createLoadBalancer(_ call: ELBRequest.CreateLoadBalancer) throws(ELBFailure) -> ELBResponse {
        guard call.type == nil || call.type == "application" else {
            throw .validation("Load balancer type '\(call.type ?? "")' is not supported. Use 'application'")
        }
        try Names.check(call.name, of: "Load balancer")
        guard !call.name.hasPrefix("internal-") else {
            throw .validation("Load balancer name '\(call.name)' cannot begin with 'internal-'")
        }
        try Names.check(call.scheme, at: "scheme", in: [.internetFacing, .internal])
        try Names.check(call.ipAddressType, at: "ipAddressType", in: [.ipv4, .dualstack, .dualstackWithoutPublicIPv4])
        let zones = try availabilityZones(call.subnets, call.subnetMappings)
        let groups = try checkedSecurityGroups(call.securityGroups)
        try TagValidation.check(call.tags)
        let scheme = call.scheme ?? .internetFacing
        let ipAddressType = call.ipAddressType ?? .ipv4
        if let existing = loadBalancers.ordered.first(where: { $0.loadBalancer.name == call.name }) {
            let known = existing.loadBalancer
            guard known.scheme == scheme, known.ipAddressType == ipAddressType,
                Set(known.availabilityZones.map(\.subnetID)) == Set(zones.map(\.subnetID)),
                Set(existing.securityGroupsAsked) == Set(call.securityGroups),
                hasSameTags(call.tags, as: known.arn.rawValue)
            else {
                let message = "A load balancer with the same name '\(call.name)' exists, but with different settings"
                throw ELBFailure(.duplicateLoadBalancerName, message)
            }
            return .loadBalancers([known], nextMarker: nil)
        }
        guard loadBalancers.count < configuration.quotas.loadBalancers else {
            let message =
                "The maximum number of load balancers '\(configuration.quotas.loadBalancers)' has been reached"
            throw ELBFailure(.tooManyLoadBalancers, message)
        }
        let arn = makeLoadBalancerARN(name: call.name)
        tags[arn.rawValue] = try TagValidation.merged([], call.tags, quota: configuration.quotas.tagsPerResource)
        let loadBalancer = LoadBalancer(
            arn: arn, name: call.name, dnsName: makeDNSName(name: call.name, scheme: scheme),
            canonicalHostedZoneID: canonicalHostedZoneID, createdTime: clock.rfc3339Micro, scheme: scheme,
            vpcID: configuration.vpcID, state: .init(code: .provisioning), availabilityZones: zones,
            securityGroups: groups, ipAddressType: ipAddressType)
        loadBalancers[arn] = LoadBalancerRecord(
            loadBalancer: loadBalancer, securityGroupsAsked: call.securityGroups, sequence: makeSequence(),
            slot: freeSlot, activeAt: clock.advanced(by: configuration.provisioningDelay),
            nodes: makeNodes())
        transition()
        return .loadBalancers([loadBalancers[arn]?.loadBalancer ?? loadBalancer], nextMarker: nil)
    }

    mutating func deleteLoadBalancer(_ call: ELBRequest.DeleteLoadBalancer) throws(ELBFailure) -> ELBResponse {
        try Names.check(call.arn, is: "load balancer")
        guard let record = loadBalancers[call.arn] else { return .done }
        guard record.attributes["deletion_protection.enabled"] != "true" else {
            let message = "Load balancer '\(call.arn)' cannot be deleted because deletion protection is enabled"
            throw ELBFailure(.operationNotPermitted, message)
        }
        for listener in listeners.ordered where listener.listener.loadBalancerARN == call.arn {
            removeListener(listener.listener.arn)
        }
        loadBalancers[call.arn] = nil
        tags[call.arn.rawValue] = nil
        return .done
    }

    func describeLoadBalancers(_ call: ELBRequest.DescribeLoadBalancers) throws(ELBFailure) -> ELBResponse {
        guard call.arns.isEmpty || call.names.isEmpty else {
            throw .validation("Load balancer names and load balancer ARNs cannot be specified at the same time")
        }
        guard call.arns.count <= 20, call.names.count <= 20 else {
            throw .validation("Cannot describe more than '20' load balancers by name or ARN in one call")
        }
        if !call.arns.isEmpty {
            var found: [LoadBalancer] = []
            for arn in call.arns { found.append(try loadBalancer(arn).loadBalancer) }
            return .loadBalancers(found, nextMarker: nil)
        }
        if !call.names.isEmpty {
            let found = loadBalancers.ordered.map(\.loadBalancer).filter { call.names.contains($0.name) }
            let missing = call.names.filter { name in !found.contains { $0.name == name } }
            guard missing.isEmpty else {
                let names = missing.joined(separator: ", ")
                throw ELBFailure(.loadBalancerNotFound, "Load balancers '[\(names)]' not found")
            }
            return .loadBalancers(found, nextMarker: nil)
        }
        let items = loadBalancers.ordered.map { (position: $0.sequence, item: $0.loadBalancer) }
        let page = try Paging.page(
            items, operation: "DescribeLoadBalancers", marker: call.marker, size: call.pageSize,
            sizeMax: configuration.quotas.pageSizeMax)
        return .loadBalancers(page.items, nextMarker: page.nextMarker)
    }

    mutating func setSecurityGroups(_ call: ELBRequest.SetSecurityGroups) throws(ELBFailure) -> ELBResponse {
        var record = try loadBalancer(call.arn)
        record.loadBalancer.securityGroups = try checkedSecurityGroups(call.securityGroups)
        record.securityGroupsAsked = call.securityGroups
        loadBalancers[call.arn] = record
        return .securityGroups(record.loadBalancer.securityGroups)
    }

    mutating func setSubnets(_ call: ELBRequest.SetSubnets) throws(ELBFailure) -> ELBResponse {
        var record = try loadBalancer(call.arn)
        record.loadBalancer.availabilityZones = try availabilityZones(call.subnets, call.subnetMappings)
        if let type = call.ipAddressType { record.loadBalancer.ipAddressType = type }
        loadBalancers[call.arn] = record
        return .availabilityZones(record.loadBalancer.availabilityZones, record.loadBalancer.ipAddressType)
    }

    mutating func setIPAddressType(_ call: ELBRequest.SetIpAddressType) throws(ELBFailure) -> ELBResponse {
        var record = try loadBalancer(call.arn)
        try Names.check(call.ipAddressType, at: "ipAddressType", in: [.ipv4, .dualstack, .dualstackWithoutPublicIPv4])
        record.loadBalancer.ipAddressType = call.ipAddressType
        loadBalancers[call.arn] = record
        return .ipAddressType(call.ipAddressType)
    }

    /// A small number that tells load balancers which exist at the same time apart; it stays with the load balancer,
    /// so that its address can be derived from it. 0 for one that does not exist.
    package func slot(of arn: LoadBalancerARN) -> Int { loadBalancers[arn]?.slot ?? 0 }

    private var freeSlot: Int {
        let taken = Set(loadBalancers.ordered.map(\.slot))
        return (0...taken.count).first { !taken.contains($0) } ?? taken.count
    }

    /// Nodes that have not been told anything.
    func makeNodes() -> [NodeView] { Array(repeating: NodeView(), count: max(configuration.nodes, 1)) }

    /// The record of a load balancer that must exist.
    func loadBalancer(_ arn: LoadBalancerARN) throws(ELBFailure) -> LoadBalancerRecord {
        try Names.check(arn, is: "load balancer")
        guard let record = loadBalancers[arn] else {
            throw ELBFailure(.loadBalancerNotFound, "One or more load balancers not found")
        }
        return record
    }
}

extension LoadBalancerState {
    private func availabilityZones(
        _ subnets: [String], _ mappings: [SubnetMapping]
    ) throws(ELBFailure) -> [AvailabilityZone] {
        guard subnets.isEmpty || mappings.isEmpty else {
            throw .validation("You can specify either subnets or subnet mappings")
        }
        var zones: [AvailabilityZone] = []
        for (index, id) in (subnets + mappings.map(\.subnetID)).enumerated() {
            let zone = try zoneName(ofSubnet: id, index: index)
            guard !zones.contains(where: { $0.subnetID == id || $0.zoneName == zone }) else {
                let message = "A load balancer cannot be attached to multiple subnets in the same Availability Zone"
                throw ELBFailure(.invalidConfigurationRequest, message)
            }
            zones.append(AvailabilityZone(zoneName: zone, subnetID: id))
        }
        guard zones.count >= 2 else {
            throw .validation("At least two subnets in two different Availability Zones must be specified")
        }
        return zones
    }

    private func zoneName(ofSubnet id: String, index: Int) throws(ELBFailure) -> String {
        if let known = configuration.subnets.first(where: { $0.id == id }) {
            return "\(configuration.region)\(known.zoneSuffix)"
        }
        guard configuration.acceptsUnknownNetworks, id.hasPrefix("subnet-") else {
            throw ELBFailure(.subnetNotFound, "The subnet ID '\(id)' does not exist")
        }
        let letters = Array("fghijklmnopqrstuvwxyz")
        return "\(configuration.region)\(letters[index % letters.count])"
    }

    private func checkedSecurityGroups(_ ids: [String]) throws(ELBFailure) -> [String] {
        guard !ids.isEmpty else { return [configuration.defaultSecurityGroup] }
        if let bad = ids.first(where: { !$0.hasPrefix("sg-") }) {
            throw ELBFailure(.invalidSecurityGroup, "The security group '\(bad)' does not exist")
        }
        return ids
    }
}
