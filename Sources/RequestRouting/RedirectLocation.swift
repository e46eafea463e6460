import ELBModel

/// Where a redirect sends a client.
enum RedirectLocation {
    /// The longest location, bytes; a longer one is answered with 507.
    static let byteCountMax = 8192

    /// The value of `Location`: always with the port, as the real one writes it.
    static func text(_ redirect: Redirect, head: RequestHead, listener: ListenerConfiguration, dnsName: String)
        -> String
    {
        let parts = redirect.filled
        let values = [
            ("#{protocol}", listener.protocol.rawValue.lowercased()), ("#{host}", head.host ?? dnsName),
            ("#{port}", String(listener.port)), ("#{path}", String(head.path.dropFirst())),
            ("#{query}", String(head.query ?? "")),
        ]
        let scheme = fill(parts.protocol ?? "", values).lowercased()
        let host = fill(parts.host ?? "", values)
        let port = fill(parts.port ?? "", values)
        let path = fill(parts.path ?? "", values)
        let query = fill(parts.query ?? "", values)
        return "\(scheme)://\(host):\(port)\(path)\(query.isEmpty ? "" : "?\(query)")"
    }

    /// Replaces placeholders in one pass, so that text taken from the request is never expanded again.
    private static func fill(_ template: String, _ values: [(name: String, value: String)]) -> String {
        var result = ""
        var rest = template[...]
        while let start = rest.firstRange(of: "#{") {
            result += rest[..<start.lowerBound]
            rest = rest[start.lowerBound...]
            if let (name, value) = values.first(where: { rest.hasPrefix($0.name) }) {
                result += value
                rest = rest.dropFirst(name.count)
            } else {
                result += rest.prefix(2)
                rest = rest.dropFirst(2)
            }
        }
        return result + rest
    }
}
