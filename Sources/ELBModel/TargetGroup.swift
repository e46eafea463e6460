/// A group of targets as DescribeTargetGroups shows it.
package struct TargetGroup: WireStructure {
    /// Its identity.
    package var arn: TargetGroupARN
    /// Unique in account and region, at most 32 characters.
    package var name: String
    /// What targets speak.
    package var `protocol`: TrafficProtocol?
    /// The HTTP version towards targets.
    package var protocolVersion: ProtocolVersion?
    /// The port of targets registered without one.
    package var port: Int?
    /// The network that the targets are in.
    package var vpcID: String?
    /// What a target's id is.
    package var targetType: TargetType
    /// The IP version of the targets.
    package var ipAddressType: IPAddressType?
    /// How targets are checked.
    package var healthCheck: HealthCheck
    /// The load balancers that route to it; at most one.
    package var loadBalancerARNs: [LoadBalancerARN]

    /// Sets every part.
    package init(
        arn: TargetGroupARN, name: String, protocol: TrafficProtocol? = nil,
        protocolVersion: ProtocolVersion? = nil, port: Int? = nil, vpcID: String? = nil,
        targetType: TargetType = .instance, ipAddressType: IPAddressType? = nil,
        healthCheck: HealthCheck = HealthCheck(), loadBalancerARNs: [LoadBalancerARN] = []
    ) {
        self.arn = arn
        self.name = name
        self.protocol = `protocol`
        self.protocolVersion = protocolVersion
        self.port = port
        self.vpcID = vpcID
        self.targetType = targetType
        self.ipAddressType = ipAddressType
        self.healthCheck = healthCheck
        self.loadBalancerARNs = loadBalancerARNs
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(arn: "", name: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("TargetGroupArn", &arn)
        wire.field("TargetGroupName", &name)
        wire.field("Protocol", &`protocol`)
        wire.field("ProtocolVersion", &protocolVersion)
        wire.field("Port", &port)
        wire.field("VpcId", &vpcID)
        wire.field("TargetType", &targetType)
        wire.field("IpAddressType", &ipAddressType)
        healthCheck.map(&wire)
        wire.field("LoadBalancerArns", &loadBalancerARNs)
        wire.showEmpty("LoadBalancerArns", loadBalancerARNs)
    }
}
