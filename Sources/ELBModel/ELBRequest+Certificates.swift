extension ELBRequest {
    /// Adds certificates to an HTTPS listener beside its default one, or removes them.
    package struct ListenerCertificates: WireStructure {
        /// Which listener.
        package var arn: ListenerARN
        /// Exactly one.
        package var certificates: [Certificate]

        /// Sets every part.
        package init(arn: ListenerARN, certificates: [Certificate]) {
            self.arn = arn
            self.certificates = certificates
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "", certificates: []) }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ListenerArn", &arn)
            wire.required("Certificates", &certificates)
        }
    }

    /// Lists the certificates of a listener, the default one first.
    package struct DescribeListenerCertificates: WireStructure {
        /// Which listener.
        package var arn: ListenerARN
        /// Where to go on, from the page before.
        package var marker: String?
        /// 1...400 items; `nil` for the most.
        package var pageSize: Int?

        /// Sets every part.
        package init(arn: ListenerARN, marker: String? = nil, pageSize: Int? = nil) {
            self.arn = arn
            self.marker = marker
            self.pageSize = pageSize
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self(arn: "") }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.required("ListenerArn", &arn)
            wire.field("Marker", &marker)
            wire.field("PageSize", &pageSize)
        }
    }

    /// Lists the TLS policies: all, or those named.
    package struct DescribeSSLPolicies: WireStructure {
        /// The ones named.
        package var names: [String]
        /// Where to go on, from the page before.
        package var marker: String?
        /// 1...400 items; `nil` for the most.
        package var pageSize: Int?

        /// Sets every part.
        package init(names: [String] = [], marker: String? = nil, pageSize: Int? = nil) {
            self.names = names
            self.marker = marker
            self.pageSize = pageSize
        }

        /// Everything empty, to read into.
        package static var blank: Self { Self() }

        /// The wire names.
        package mutating func map(_ wire: inout WireMapper) {
            wire.field("Names", &names)
            wire.field("Marker", &marker)
            wire.field("PageSize", &pageSize)
        }
    }
}

/// A TLS policy for HTTPS listeners; its ciphers are not told.
package struct SSLPolicy: WireStructure {
    /// `ELBSecurityPolicy-2016-08`.
    package var name: String
    /// `TLSv1.2`, in ascending order.
    package var protocols: [String]

    /// Sets every part.
    package init(name: String, protocols: [String]) {
        self.name = name
        self.protocols = protocols
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(name: "", protocols: []) }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("Name", &name)
        wire.field("SslProtocols", &protocols)
    }
}
