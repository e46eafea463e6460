import ELBModel

/// The headers of a request as its target sees them.
///
/// Source: Application Load Balancer user guide, HTTP headers.
enum ForwardedHeaders {
    /// More forwarded addresses than this are refused with 463.
    static let forwardedForCountMax = 30

    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "expect",
    ]

    /// How many addresses X-Forwarded-For has in all its headers.
    static func forwardedForCount(_ head: RequestHead) -> Int {
        head.values(of: "x-forwarded-for").reduce(0) { $0 + $1.split(separator: ",").count }
    }

    /// All headers for the target but those of the connection and the body's framing; an upgrade is passed on.
    static func fields(
        head: RequestHead, listener: ListenerConfiguration, settings: DataPlaneSettings, dnsName: String,
        nowSeconds: Int64, using generator: inout some RandomNumberGenerator
    ) -> [HeaderField] {
        let named = connectionOptions(head)
        let isUpgrade = named.contains("upgrade")
        var result = [HeaderField("Host", host(head, listener, settings, dnsName))]
        for field in head.headers {
            let name = field.name.lowercased()
            switch name {
            case "host", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id": continue
            case _ where hopByHop.contains(name) || named.contains(name): continue
            case _ where settings.dropsInvalidHeaders && !isValid(field.name): continue
            default: result.append(field)
            }
        }
        if isUpgrade {
            result += [HeaderField("Connection", "Upgrade")]
            result += head.values(of: "upgrade").map { HeaderField("Upgrade", $0) }
        }
        if let value = forwardedFor(head, settings) { result.append(HeaderField("X-Forwarded-For", value)) }
        result.append(HeaderField("X-Forwarded-Proto", listener.protocol.rawValue.lowercased()))
        result.append(HeaderField("X-Forwarded-Port", String(listener.port)))
        let trace = traceID(head.values(of: "x-amzn-trace-id").first, nowSeconds, using: &generator)
        result.append(HeaderField("X-Amzn-Trace-Id", trace))
        return result
    }

    private static func connectionOptions(_ head: RequestHead) -> Set<String> {
        let words = head.values(of: "connection").flatMap { $0.split(separator: ",") }
        return Set(words.map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() })
    }

    private static func isValid(_ name: String) -> Bool {
        name.utf8.allSatisfy {
            $0 == UInt8(ascii: "-") || (48...57).contains($0) || (97...122).contains(ASCII.lowercased($0))
        }
    }

    private static func host(
        _ head: RequestHead, _ listener: ListenerConfiguration, _ settings: DataPlaneSettings, _ dnsName: String
    ) -> String {
        guard let authority = head.authority, !authority.isEmpty else { return dnsName }
        if settings.preservesHost { return authority }
        let host = RequestHead.split(authority: authority).host.lowercased()
        let isDefault = listener.port == (listener.protocol == .https ? 443 : 80)
        return isDefault ? host : "\(host):\(listener.port)"
    }

    private static func forwardedFor(_ head: RequestHead, _ settings: DataPlaneSettings) -> String? {
        let existing = head.values(of: "x-forwarded-for").filter { !$0.isEmpty }.joined(separator: ", ")
        switch settings.forwardedFor {
        case .remove: return nil
        case .preserve: return existing.isEmpty ? nil : existing
        case .append:
            var peer = head.sourceIP
            if settings.forwardedForHasPort {
                peer = TargetAddress(host: head.sourceIP, port: head.sourcePort).description
            }
            return existing.isEmpty ? peer : "\(existing), \(peer)"
        }
    }

    private static func traceID(
        _ existing: String?, _ nowSeconds: Int64, using generator: inout some RandomNumberGenerator
    ) -> String {
        let time = String(UInt32(truncatingIfNeeded: nowSeconds), radix: 16)
        var unique = ""
        while unique.utf8.count < 24 {
            unique += String(UInt64.random(in: (1 << 60)...UInt64.max, using: &generator), radix: 16)
        }
        let own = "1-\(String(repeating: "0", count: 8 - time.utf8.count))\(time)-\(unique.prefix(24))"
        guard let existing else { return "Root=\(own)" }
        let kept = existing.split(separator: ";").filter { !$0.hasPrefix("Self=") }
        guard kept.contains(where: { $0.hasPrefix("Root=") }) else {
            return (["Root=\(own)"] + kept).joined(separator: ";")
        }
        return (["Self=\(own)"] + kept).joined(separator: ";")
    }
}
