/// An application load balancer as DescribeLoadBalancers shows it.
package struct LoadBalancer: WireStructure {
    /// Its identity.
    package var arn: LoadBalancerARN
    /// Unique in account and region, at most 32 characters.
    package var name: String
    /// The name that clients connect to; unique.
    package var dnsName: String
    /// The zone for alias records.
    package var canonicalHostedZoneID: String?
    /// RFC 3339.
    package var createdTime: String?
    /// Where it can be reached from.
    package var scheme: Scheme?
    /// The network that it is in.
    package var vpcID: String?
    /// Whether it serves yet.
    package var state: State
    /// `application`, `network` or `gateway`.
    package var type: String
    /// Its zones and subnets.
    package var availabilityZones: [AvailabilityZone]
    /// Ids of its security groups.
    package var securityGroups: [String]
    /// Which IP versions it serves.
    package var ipAddressType: IPAddressType?

    /// Sets every part.
    package init(
        arn: LoadBalancerARN, name: String, dnsName: String, canonicalHostedZoneID: String? = nil,
        createdTime: String? = nil, scheme: Scheme? = nil, vpcID: String? = nil, state: State,
        type: String = "application", availabilityZones: [AvailabilityZone] = [], securityGroups: [String] = [],
        ipAddressType: IPAddressType? = nil
    ) {
        self.arn = arn
        self.name = name
        self.dnsName = dnsName
        self.canonicalHostedZoneID = canonicalHostedZoneID
        self.createdTime = createdTime
        self.scheme = scheme
        self.vpcID = vpcID
        self.state = state
        self.type = type
        self.availabilityZones = availabilityZones
        self.securityGroups = securityGroups
        self.ipAddressType = ipAddressType
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(arn: "", name: "", dnsName: "", state: .blank) }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("LoadBalancerArn", &arn)
        wire.field("LoadBalancerName", &name)
        wire.field("DNSName", &dnsName)
        wire.field("CanonicalHostedZoneId", &canonicalHostedZoneID)
        wire.field("CreatedTime", &createdTime)
        wire.field("Scheme", &scheme)
        wire.field("VpcId", &vpcID)
        wire.field("State", &state)
        wire.field("Type", &type)
        wire.field("AvailabilityZones", &availabilityZones)
        wire.field("SecurityGroups", &securityGroups)
        wire.showEmpty("SecurityGroups", securityGroups)
        wire.field("IpAddressType", &ipAddressType)
    }
}

extension LoadBalancer {
    /// How far a load balancer is.
    package struct StateCode: WireToken {
        /// The word on the wire.
        package var rawValue: String
        /// Wraps a word.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// Being set up; goes to `active` or `failed`.
        package static let provisioning: Self = "provisioning"

        /// Serving.
        package static let active: Self = "active"

        /// Serving without the capacity it should have.
        package static let activeImpaired: Self = "active_impaired"

        /// Could not be set up.
        package static let failed: Self = "failed"
    }

    /// Whether a load balancer serves yet.
    package struct State: WireStructure {
        /// How far it is.
        package var code: StateCode
        /// Why it failed or is impaired.
        package var reason: String?

        /// Sets every part.
        package init(code: StateCode, reason: String? = nil) {
            self.code = code
            self.reason = reason
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(code: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.field("Code", &code)
            wire.field("Reason", &reason)
        }
    }
}

/// A zone that a load balancer serves from.
package struct AvailabilityZone: WireStructure {
    /// `us-west-2a`.
    package var zoneName: String?
    /// The subnet used in the zone.
    package var subnetID: String

    /// Sets every part.
    package init(zoneName: String? = nil, subnetID: String) {
        self.zoneName = zoneName
        self.subnetID = subnetID
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(subnetID: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("ZoneName", &zoneName)
        wire.field("SubnetId", &subnetID)
    }
}
