/// A header or trailer as it came, the case of its name kept.
package struct HeaderField: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    package var name: String
    /// The value without surrounding white space.
    package var value: String

    /// Sets both.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// `name: value`.
    package var description: String { "\(name): \(value)" }

    /// Whether the name is that one, whatever its case.
    package func isNamed(_ other: String) -> Bool { ASCII.equalsIgnoringCase(name, other) }
}

/// What is known of a request before its body.
package struct RequestHead: Equatable, Sendable {
    /// As sent: `GET`.
    package var method: String
    /// The path and query as sent, or an absolute URI: `/a/b?c=d`.
    package var target: String
    /// In the order in which they came.
    package var headers: [HeaderField]
    /// The address of the peer of the TCP connection.
    package var sourceIP: String
    /// The port of that peer.
    package var sourcePort: Int

    /// Sets every part.
    package init(
        method: String, target: String, headers: [HeaderField] = [], sourceIP: String = "127.0.0.1", sourcePort: Int = 0
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.sourceIP = sourceIP
        self.sourcePort = sourcePort
    }

    /// The values of a header in the order in which they came.
    package func values(of name: String) -> [String] {
        headers.filter { $0.isNamed(name) }.map(\.value)
    }

    /// The target without scheme and authority, at least `/`.
    package var origin: Substring {
        guard let authority = absoluteAuthority else { return target.hasPrefix("/") ? target[...] : "/" }
        let rest = target[authority.endIndex...]
        return rest.hasPrefix("/") ? rest : "/"
    }

    /// The path without query.
    package var path: Substring { origin.prefix { $0 != "?" } }

    /// The query without question mark; `nil` when there is no question mark.
    package var query: Substring? {
        let origin = self.origin
        return origin.firstIndex(of: "?").map { origin[origin.index(after: $0)...] }
    }

    /// Host and port that the client asked for: from an absolute URI, else from the first Host header.
    package var authority: String? {
        absoluteAuthority.map(String.init) ?? headers.first { $0.isNamed("host") }?.value
    }

    /// The host in lower case without port; `nil` when the request has none.
    package var host: String? {
        guard let authority, !authority.isEmpty else { return nil }
        return Self.split(authority: authority).host.lowercased()
    }

    /// Takes `host:port` or `[address]:port` apart.
    static func split(authority: String) -> (host: String, port: Int?) {
        let afterBracket = authority.lastIndex(of: "]") ?? authority.startIndex
        guard let colon = authority[afterBracket...].lastIndex(of: ":") else { return (authority, nil) }
        return (String(authority[..<colon]), Int(authority[authority.index(after: colon)...]))
    }

    private var absoluteAuthority: Substring? {
        guard !target.hasPrefix("/"), let separator = target.firstRange(of: "://") else { return nil }
        let rest = target[separator.upperBound...]
        return rest.prefix { $0 != "/" && $0 != "?" }
    }
}
