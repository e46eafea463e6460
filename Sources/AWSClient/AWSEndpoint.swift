/// Where a service is reached.
package struct AWSEndpoint: Hashable, Sendable, CustomStringConvertible {
    /// `http` or `https`.
    package var scheme: String
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    package var host: String
    /// `nil` for the scheme's own port.
    package var port: Int?
    /// Starts with "/".
    package var path: String

    /// `https://` and a host.
    package init(host: String) {
        scheme = "https"
        self.host = host
        port = nil
        path = "/"
    }

    /// Reads `http://host[:port][/path]`; `nil` for anything else, also for a query, a fragment or a user.
    package init?(parsing text: String) {
        guard let colons = text.firstRange(of: "://") else { return nil }
        scheme = text[..<colons.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[colons.upperBound...]
        guard !rest.contains(where: { "?#@ ".contains($0) }) else { return nil }
        let authority = rest.prefix { $0 != "/" }
        path = rest.count == authority.count ? "/" : String(rest.dropFirst(authority.count))
        let hostEnd: Substring.Index
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            hostEnd = authority.index(after: bracket)
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
        }
        host = authority[..<hostEnd].lowercased()
        let portText = authority[hostEnd...]
        guard !host.isEmpty else { return nil }
        if portText.isEmpty {
            port = nil
        } else {
            guard portText.first == ":", let number = Int(portText.dropFirst()), (1...65_535).contains(number) else {
                return nil
            }
            port = number
        }
    }

    /// The whole URL.
    package var description: String { "\(scheme)://\(hostHeader)\(path)" }

    /// The value of the `Host` header: with the port unless it is the scheme's own.
    package var hostHeader: String {
        guard let port, port != (scheme == "https" ? 443 : 80) else { return host }
        return "\(host):\(port)"
    }

    /// The regional endpoint of `service` in the partition the region belongs to.
    /// Source: endpoint rule set of Elastic Load Balancing v2 and of STS.
    package static func regional(
        service: String, region: String, usesFIPS: Bool = false, usesDualStack: Bool = false
    ) -> AWSEndpoint {
        let partition = partitions.first { region.hasPrefix($0.prefix) } ?? partitions[partitions.count - 1]
        let isFIPSByDefault = partition.prefix == "us-gov-"
        let name = usesFIPS && !(isFIPSByDefault && !usesDualStack) ? "\(service)-fips" : service
        let suffix = usesDualStack ? partition.dualStackSuffix : partition.suffix
        return AWSEndpoint(host: "\(name).\(region).\(suffix)")
    }

    /// Region prefixes and DNS suffixes; the last one is the partition of all other regions.
    private static let partitions: [(prefix: String, suffix: String, dualStackSuffix: String)] = [
        ("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        ("us-gov-", "amazonaws.com", "api.aws"),
        ("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
        ("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
        ("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
        ("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
        ("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
        ("", "amazonaws.com", "api.aws"),
    ]
}
