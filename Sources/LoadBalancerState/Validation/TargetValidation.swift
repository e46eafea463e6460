import ELBModel

/// Which targets a group may have.
enum TargetValidation {
    /// Refuses a target that does not fit the group; returns the host to connect to.
    static func host(
        of target: Target, in group: TargetGroup, configuration: LoadBalancerConfiguration
    ) throws(ELBFailure) -> String {
        try Names.check(target.port, at: "targets.port", in: 1...65535)
        guard group.targetType == .ip else {
            guard let host = configuration.instances[target.id] else {
                let message =
                    "The following targets are not in a running state and cannot be registered: '\(target.id)'"
                throw ELBFailure(.invalidTarget, message)
            }
            return host
        }
        guard let address = IPAddress(target.id) else {
            throw .validation("The IP address '\(target.id)' is not a valid IPv4 or IPv6 address")
        }
        guard address.isIPv6 == (group.ipAddressType == .ipv6) else {
            throw ELBFailure(.invalidTarget, "The IP address '\(target.id)' does not fit the group's IP address type")
        }
        if contains(configuration.vpcBlocks, address) || address.isIPv6 { return target.id }
        guard contains(privateBlocks, address) else {
            let message =
                "The IP address '\(target.id)' is not a valid target. It must be in the VPC or a private range"
            throw ELBFailure(.invalidTarget, message)
        }
        guard target.availabilityZone != nil else {
            let message =
                "If the target's IP address '\(target.id)' is outside the VPC, you must specify an Availability Zone"
            throw .validation("\(message) or 'all'")
        }
        return target.id
    }

    /// The ranges that may be reached from a VPC over peering or VPN.
    private static let privateBlocks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]

    private static func contains(_ blocks: [String], _ address: IPAddress) -> Bool {
        blocks.contains { CIDRBlock($0)?.contains(address) ?? false }
    }
}
