extension ELBRequest {
    /// Lists listeners: of a load balancer, or those named.
    package struct DescribeListeners: WireStructure {
        /// This one, or the next.
        package var loadBalancerARN: LoadBalancerARN?
        /// The ones named.
        package var listenerARNs: [ListenerARN]
        /// Where to go on, from the page before.
        package var marker: String?
        /// 1...400 items; `nil` for the most.
        package var pageSize: Int?

        /// Sets every part.
        package init(
            loadBalancerARN: LoadBalancerARN? = nil, listenerARNs: [ListenerARN] = [], marker: String? = nil,
            pageSize: Int? = nil
        ) {
            self.loadBalancerARN = loadBalancerARN
            self.listenerARNs = listenerARNs
            self.marker = marker
            self.pageSize = pageSize
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self() }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.field("LoadBalancerArn", &loadBalancerARN)
            wire.field("ListenerArns", &listenerARNs)
            wire.field("Marker", &marker)
            wire.field("PageSize", &pageSize)
        }
    }

    /// Opens a port, or returns the listener of the same port and settings.
    package struct CreateListener: WireStructure {
        /// On which load balancer.
        package var loadBalancerARN: LoadBalancerARN
        /// HTTP or HTTPS.
        package var `protocol`: TrafficProtocol?
        /// 1...65535.
        package var port: Int?
        /// HTTPS only.
        package var sslPolicy: String?
        /// HTTPS only, exactly one.
        package var certificates: [Certificate]
        /// Not for application load balancers.
        package var alpnPolicy: [String]
        /// What happens when no rule matches.
        package var defaultActions: [Action]
        /// Tags to begin with.
        package var tags: [Tag]

        /// Sets every part.
        package init(
            loadBalancerARN: LoadBalancerARN, protocol: TrafficProtocol? = nil, port: Int? = nil,
            sslPolicy: String? = nil, certificates: [Certificate] = [], alpnPolicy: [String] = [],
            defaultActions: [Action], tags: [Tag] = []
        ) {
            self.loadBalancerARN = loadBalancerARN
            self.protocol = `protocol`
            self.port = port
            self.sslPolicy = sslPolicy
            self.certificates = certificates
            self.alpnPolicy = alpnPolicy
            self.defaultActions = defaultActions
            self.tags = tags
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(loadBalancerARN: "", defaultActions: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("LoadBalancerArn", &loadBalancerARN)
            wire.field("Protocol", &`protocol`)
            wire.field("Port", &port)
            wire.field("SslPolicy", &sslPolicy)
            wire.field("Certificates", &certificates)
            wire.field("AlpnPolicy", &alpnPolicy)
            wire.required("DefaultActions", &defaultActions)
            wire.field("Tags", &tags)
        }
    }

    /// Changes what is given, keeps the rest; a given list replaces the whole list.
    package struct ModifyListener: WireStructure {
        /// Which one.
        package var arn: ListenerARN
        /// 1...65535.
        package var port: Int?
        /// HTTP or HTTPS.
        package var `protocol`: TrafficProtocol?
        /// HTTPS only.
        package var sslPolicy: String?
        /// HTTPS only, exactly one.
        package var certificates: [Certificate]
        /// Not for application load balancers.
        package var alpnPolicy: [String]
        /// What happens when no rule matches; empty keeps it.
        package var defaultActions: [Action]

        /// Sets every part.
        package init(
            arn: ListenerARN, port: Int? = nil, protocol: TrafficProtocol? = nil, sslPolicy: String? = nil,
            certificates: [Certificate] = [], alpnPolicy: [String] = [], defaultActions: [Action] = []
        ) {
            self.arn = arn
            self.port = port
            self.protocol = `protocol`
            self.sslPolicy = sslPolicy
            self.certificates = certificates
            self.alpnPolicy = alpnPolicy
            self.defaultActions = defaultActions
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ListenerArn", &arn)
            wire.field("Port", &port)
            wire.field("Protocol", &`protocol`)
            wire.field("SslPolicy", &sslPolicy)
            wire.field("Certificates", &certificates)
            wire.field("AlpnPolicy", &alpnPolicy)
            wire.field("DefaultActions", &defaultActions)
        }
    }

    /// Closes a port and deletes its rules.
    package struct DeleteListener: WireStructure {
        /// Which one.
        package var arn: ListenerARN

        /// Sets every part.
        package init(arn: ListenerARN) {
            self.arn = arn
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ListenerArn", &arn)
        }
    }
}
