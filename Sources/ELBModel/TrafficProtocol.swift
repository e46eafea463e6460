/// How clients or targets are spoken to. Application load balancers use HTTP and HTTPS only.
package struct TrafficProtocol: WireToken {
    /// The word on the wire.
    package var rawValue: String
    /// Wraps a word.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Plain HTTP.
    package static let http: Self = "HTTP"

    /// HTTP over TLS.
    package static let https: Self = "HTTPS"
}

/// The HTTP version towards the targets.
package struct ProtocolVersion: WireToken {
    /// The word on the wire.
    package var rawValue: String
    /// Wraps a word.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// HTTP/1.1, the default.
    package static let http1: Self = "HTTP1"

    /// HTTP/2.
    package static let http2: Self = "HTTP2"

    /// gRPC over HTTP/2.
    package static let grpc: Self = "GRPC"
}

/// What a target's id is.
package struct TargetType: WireToken {
    /// The word on the wire.
    package var rawValue: String
    /// Wraps a word.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// An EC2 instance id; the API's default.
    package static let instance: Self = "instance"

    /// An IP address.
    package static let ip: Self = "ip"

    /// A function.
    package static let lambda: Self = "lambda"

    /// Another load balancer.
    package static let alb: Self = "alb"
}

/// Which IP versions are served.
package struct IPAddressType: WireToken {
    /// The word on the wire.
    package var rawValue: String
    /// Wraps a word.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// IPv4 only.
    package static let ipv4: Self = "ipv4"

    /// IPv6 only; target groups.
    package static let ipv6: Self = "ipv6"

    /// Both; load balancers.
    package static let dualstack: Self = "dualstack"

    /// Private IPv4 and IPv6; load balancers.
    package static let dualstackWithoutPublicIPv4: Self = "dualstack-without-public-ipv4"
}

/// Where a load balancer can be reached from.
package struct Scheme: WireToken {
    /// The word on the wire.
    package var rawValue: String
    /// Wraps a word.
    package init(rawValue: String) { self.rawValue = rawValue }

    /// Public addresses; the API's default.
    package static let internetFacing: Self = "internet-facing"

    /// Private addresses only.
    package static let `internal`: Self = "internal"
}
