extension ELBRequest {
    /// Lists load balancers: all, or those named.
    package struct DescribeLoadBalancers: WireStructure {
        /// At most 20.
        package var arns: [LoadBalancerARN]
        /// At most 20.
        package var names: [String]
        /// Where to go on, from the page before.
        package var marker: String?
        /// 1...400 items; `nil` for the most.
        package var pageSize: Int?

        /// Sets every part.
        package init(arns: [LoadBalancerARN] = [], names: [String] = [], marker: String? = nil, pageSize: Int? = nil) {
            self.arns = arns
            self.names = names
            self.marker = marker
            self.pageSize = pageSize
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self() }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.field("LoadBalancerArns", &arns)
            wire.field("Names", &names)
            wire.field("Marker", &marker)
            wire.field("PageSize", &pageSize)
        }
    }

    /// Creates a load balancer, or returns the one of the same name and settings.
    package struct CreateLoadBalancer: WireStructure {
        /// At most 32 letters, digits and hyphens.
        package var name: String
        /// Subnets in at least two zones.
        package var subnets: [String]
        /// The same in the longer form; one of both.
        package var subnetMappings: [SubnetMapping]
        /// Security group ids.
        package var securityGroups: [String]
        /// Internet-facing unless given.
        package var scheme: Scheme?
        /// Tags to begin with.
        package var tags: [Tag]
        /// `application` unless given.
        package var type: String?
        /// IPv4 unless given.
        package var ipAddressType: IPAddressType?

        /// Sets every part.
        package init(
            name: String, subnets: [String] = [], subnetMappings: [SubnetMapping] = [], securityGroups: [String] = [],
            scheme: Scheme? = nil, tags: [Tag] = [], type: String? = nil, ipAddressType: IPAddressType? = nil
        ) {
            self.name = name
            self.subnets = subnets
            self.subnetMappings = subnetMappings
            self.securityGroups = securityGroups
            self.scheme = scheme
            self.tags = tags
            self.type = type
            self.ipAddressType = ipAddressType
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(name: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("Name", &name)
            wire.field("Subnets", &subnets)
            wire.field("SubnetMappings", &subnetMappings)
            wire.field("SecurityGroups", &securityGroups)
            wire.field("Scheme", &scheme)
            wire.field("Tags", &tags)
            wire.field("Type", &type)
            wire.field("IpAddressType", &ipAddressType)
            wire.refuse("CustomerOwnedIpv4Pool", because: "there are no address pools")
            wire.refuse("IpamPools", because: "there are no address pools")
        }
    }

    /// Deletes a load balancer with its listeners and rules; a missing one is no error.
    package struct DeleteLoadBalancer: WireStructure {
        /// Which one.
        package var arn: LoadBalancerARN

        /// Sets every part.
        package init(arn: LoadBalancerARN) {
            self.arn = arn
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("LoadBalancerArn", &arn)
        }
    }

    /// Replaces the security groups.
    package struct SetSecurityGroups: WireStructure {
        /// Of which load balancer.
        package var arn: LoadBalancerARN
        /// The whole list.
        package var securityGroups: [String]

        /// Sets every part.
        package init(arn: LoadBalancerARN, securityGroups: [String]) {
            self.arn = arn
            self.securityGroups = securityGroups
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "", securityGroups: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("LoadBalancerArn", &arn)
            wire.required("SecurityGroups", &securityGroups)
        }
    }

    /// Replaces the subnets.
    package struct SetSubnets: WireStructure {
        /// Of which load balancer.
        package var arn: LoadBalancerARN
        /// The whole list.
        package var subnets: [String]
        /// The same in the longer form; one of both.
        package var subnetMappings: [SubnetMapping]
        /// Unchanged unless given.
        package var ipAddressType: IPAddressType?

        /// Sets every part.
        package init(
            arn: LoadBalancerARN, subnets: [String] = [], subnetMappings: [SubnetMapping] = [],
            ipAddressType: IPAddressType? = nil
        ) {
            self.arn = arn
            self.subnets = subnets
            self.subnetMappings = subnetMappings
            self.ipAddressType = ipAddressType
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("LoadBalancerArn", &arn)
            wire.field("Subnets", &subnets)
            wire.field("SubnetMappings", &subnetMappings)
            wire.field("IpAddressType", &ipAddressType)
        }
    }

    /// Changes which IP versions are served.
    package struct SetIpAddressType: WireStructure {
        /// Of which load balancer.
        package var arn: LoadBalancerARN
        /// The wanted kind.
        package var ipAddressType: IPAddressType

        /// Sets every part.
        package init(arn: LoadBalancerARN, ipAddressType: IPAddressType) {
            self.arn = arn
            self.ipAddressType = ipAddressType
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "", ipAddressType: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("LoadBalancerArn", &arn)
            wire.required("IpAddressType", &ipAddressType)
        }
    }

    /// Lists the account's quotas.
    package struct DescribeAccountLimits: WireStructure {
        /// Where to go on, from the page before.
        package var marker: String?
        /// 1...400 items; `nil` for the most.
        package var pageSize: Int?

        /// Sets every part.
        package init(marker: String? = nil, pageSize: Int? = nil) {
            self.marker = marker
            self.pageSize = pageSize
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self() }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.field("Marker", &marker)
            wire.field("PageSize", &pageSize)
        }
    }
}

/// A subnet in the long form.
package struct SubnetMapping: WireStructure {
    /// The subnet.
    package var subnetID: String

    /// Sets every part.
    package init(subnetID: String) {
        self.subnetID = subnetID
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(subnetID: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("SubnetId", &subnetID)
    }
}
