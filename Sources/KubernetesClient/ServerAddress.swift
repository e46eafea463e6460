/// The URL of an API server, in its parts.
package struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
    package var isSecure: Bool
    /// Without the brackets of an IPv6 address.
    package var host: String
    package var port: Int
    /// Empty, or starting with `/` and not ending with one.
    package var pathPrefix: String

    package init(isSecure: Bool, host: String, port: Int, pathPrefix: String = "") {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
    }

    /// Reads `https://host[:port][/path]`. `nil` for anything that is not such a URL.
    ///
    /// - Parameter secureByDefault: what a text without a scheme means; kubectl takes `https` only when the cluster has
    ///   TLS settings.
    package init?(parsing text: String, secureByDefault: Bool = true) {
        var rest = text[...]
        var isSecure = secureByDefault
        if let separator = text.range(ofSubstring: "://") {
            switch text[..<separator.lowerBound].lowercased() {
            case "https": isSecure = true
            case "http": isSecure = false
            default: return nil
            }
            rest = text[separator.upperBound...]
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let (host, port) = Self.hostAndPort(rest[..<slash], defaultPort: isSecure ? 443 : 80) else { return nil }
        var path = String(rest[slash...])
        while path.hasSuffix("/") { path.removeLast() }
        guard !path.contains(where: { $0 == "?" || $0 == "#" || $0 == " " }) else { return nil }
        self.init(isSecure: isSecure, host: host, port: port, pathPrefix: path)
    }

    /// `https://host:port/prefix`.
    package var description: String { "\(origin)\(pathPrefix)" }

    /// `https://host:port`.
    package var origin: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(isSecure ? "https" : "http")://\(name):\(port)"
    }

    static func hostAndPort(_ text: Substring, defaultPort: Int) -> (host: String, port: Int)? {
        var host = text
        var port = defaultPort
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.first == ":", let number = Self.port(rest.dropFirst()) else { return nil }
                port = number
            }
        } else if let colon = text.lastIndex(of: ":") {
            guard let number = Self.port(text[text.index(after: colon)...]) else { return nil }
            host = text[..<colon]
            port = number
        }
        let isName = host.utf8.allSatisfy { byte in
            byte > 0x20 && !"@/%?#".utf8.contains(byte)
        }
        guard !host.isEmpty, isName else { return nil }
        return (String(host), port)
    }

    private static func port(_ text: Substring) -> Int? {
        guard let number = Int(text), (1...65535).contains(number) else { return nil }
        return number
    }
}

extension String {
    /// The first place where `part` stands in this text.
    func range(ofSubstring part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
