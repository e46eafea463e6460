extension ELBRequest {
    /// Lists target groups: all, of a load balancer, or those named.
    package struct DescribeTargetGroups: WireStructure {
        /// One of the three, or none.
        package var loadBalancerARN: LoadBalancerARN?
        /// The ones named.
        package var arns: [TargetGroupARN]
        /// The ones named.
        package var names: [String]
        /// Where to go on, from the page before.
        package var marker: String?
        /// 1...400 items; `nil` for the most.
        package var pageSize: Int?

        /// Sets every part.
        package init(
            loadBalancerARN: LoadBalancerARN? = nil, arns: [TargetGroupARN] = [], names: [String] = [],
            marker: String? = nil, pageSize: Int? = nil
        ) {
            self.loadBalancerARN = loadBalancerARN
            self.arns = arns
            self.names = names
            self.marker = marker
            self.pageSize = pageSize
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self() }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.field("LoadBalancerArn", &loadBalancerARN)
            wire.field("TargetGroupArns", &arns)
            wire.field("Names", &names)
            wire.field("Marker", &marker)
            wire.field("PageSize", &pageSize)
        }
    }

    /// Creates a target group, or returns the one of the same name and settings.
    package struct CreateTargetGroup: WireStructure {
        /// At most 32 letters, digits and hyphens.
        package var name: String
        /// Required unless targets are functions.
        package var `protocol`: TrafficProtocol?
        /// HTTP1 unless given.
        package var protocolVersion: ProtocolVersion?
        /// The port of targets registered without one.
        package var port: Int?
        /// The network that the targets are in.
        package var vpcID: String?
        /// How targets are checked; the rest gets defaults.
        package var healthCheck: HealthCheckSettings
        /// Instance unless given.
        package var targetType: TargetType?
        /// Tags to begin with.
        package var tags: [Tag]
        /// IPv4 unless given.
        package var ipAddressType: IPAddressType?

        /// Sets every part.
        package init(
            name: String, protocol: TrafficProtocol? = nil, protocolVersion: ProtocolVersion? = nil, port: Int? = nil,
            vpcID: String? = nil, healthCheck: HealthCheckSettings = HealthCheckSettings(),
            targetType: TargetType? = nil, tags: [Tag] = [], ipAddressType: IPAddressType? = nil
        ) {
            self.name = name
            self.protocol = `protocol`
            self.protocolVersion = protocolVersion
            self.port = port
            self.vpcID = vpcID
            self.healthCheck = healthCheck
            self.targetType = targetType
            self.tags = tags
            self.ipAddressType = ipAddressType
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(name: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("Name", &name)
            wire.field("Protocol", &`protocol`)
            wire.field("ProtocolVersion", &protocolVersion)
            wire.field("Port", &port)
            wire.field("VpcId", &vpcID)
            healthCheck.map(&wire)
            wire.field("TargetType", &targetType)
            wire.field("Tags", &tags)
            wire.field("IpAddressType", &ipAddressType)
        }
    }

    /// Changes the health check; everything else of a group is fixed.
    package struct ModifyTargetGroup: WireStructure {
        /// Which one.
        package var arn: TargetGroupARN
        /// The parts that change.
        package var healthCheck: HealthCheckSettings

        /// Sets every part.
        package init(arn: TargetGroupARN, healthCheck: HealthCheckSettings = HealthCheckSettings()) {
            self.arn = arn
            self.healthCheck = healthCheck
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("TargetGroupArn", &arn)
            healthCheck.map(&wire)
        }
    }

    /// Deletes a group that no rule uses; a missing one is no error.
    package struct DeleteTargetGroup: WireStructure {
        /// Which one.
        package var arn: TargetGroupARN

        /// Sets every part.
        package init(arn: TargetGroupARN) {
            self.arn = arn
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("TargetGroupArn", &arn)
        }
    }
}
