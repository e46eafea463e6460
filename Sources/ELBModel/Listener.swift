/// A port of a load balancer as DescribeListeners shows it.
package struct Listener: WireStructure {
    /// Its identity.
    package var arn: ListenerARN
    /// Whose port it is.
    package var loadBalancerARN: LoadBalancerARN
    /// 1...65535.
    package var port: Int?
    /// What clients speak.
    package var `protocol`: TrafficProtocol?
    /// The default certificate of an HTTPS listener.
    package var certificates: [Certificate]
    /// The TLS policy of an HTTPS listener.
    package var sslPolicy: String?
    /// Network load balancers only.
    package var alpnPolicy: [String]
    /// What happens when no rule matches.
    package var defaultActions: [Action]

    /// Sets every part.
    package init(
        arn: ListenerARN, loadBalancerARN: LoadBalancerARN, port: Int? = nil, protocol: TrafficProtocol? = nil,
        certificates: [Certificate] = [], sslPolicy: String? = nil, alpnPolicy: [String] = [],
        defaultActions: [Action] = []
    ) {
        self.arn = arn
        self.loadBalancerARN = loadBalancerARN
        self.port = port
        self.protocol = `protocol`
        self.certificates = certificates
        self.sslPolicy = sslPolicy
        self.alpnPolicy = alpnPolicy
        self.defaultActions = defaultActions
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(arn: "", loadBalancerARN: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("ListenerArn", &arn)
        wire.field("LoadBalancerArn", &loadBalancerARN)
        wire.field("Port", &port)
        wire.field("Protocol", &`protocol`)
        wire.field("Certificates", &certificates)
        wire.field("SslPolicy", &sslPolicy)
        wire.field("AlpnPolicy", &alpnPolicy)
        wire.field("DefaultActions", &defaultActions)
    }
}

/// A certificate of an HTTPS listener.
package struct Certificate: WireStructure {
    /// Its identity in the certificate service.
    package var arn: String
    /// Whether it is used when no other fits; answers only.
    package var isDefault: Bool?

    /// Sets every part.
    package init(arn: String, isDefault: Bool? = nil) {
        self.arn = arn
        self.isDefault = isDefault
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(arn: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("CertificateArn", &arn)
        wire.field("IsDefault", &isDefault)
    }
}
