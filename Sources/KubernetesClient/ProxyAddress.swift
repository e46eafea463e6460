/// A proxy through which the API server is reached.
package struct ProxyAddress: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// HTTP in clear text, with `CONNECT` for TLS.
        case http
        case socks5
    }

    package var kind: Kind
    package var host: String
    package var port: Int
    /// Sent to an HTTP proxy as basic authorization.
    package var user: String?
    package var password: String?

    /// Reads `[scheme://][user:password@]host[:port]`; without a scheme it is HTTP.
    ///
    /// - Throws: `Unusable`, which says what cannot be used.
    package init(parsing text: String) throws(Unusable) {
        var rest = text[...]
        var scheme = "http"
        if let separator = text.range(ofSubstring: "://") {
            scheme = text[..<separator.lowerBound].lowercased()
            rest = text[separator.upperBound...]
        }
        switch scheme {
        case "http": kind = .http
        case "socks5", "socks5h": kind = .socks5
        case "https": throw Unusable(problem: "a proxy that is itself reached by TLS (https://) is not supported")
        default: throw Unusable(problem: "a proxy with scheme \"\(scheme)\" is not supported")
        }
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = Self.decoded(parts[0])
            password = parts.count > 1 ? Self.decoded(parts[1]) : ""
            rest = rest[rest.index(after: at)...]
        }
        if user != nil, kind == .socks5 {
            throw Unusable(problem: "a SOCKS proxy that asks for a user is not supported")
        }
        let end = rest.firstIndex(of: "/") ?? rest.endIndex
        let defaultPort = kind == .http ? 80 : 1080
        guard let place = ServerAddress.hostAndPort(rest[..<end], defaultPort: defaultPort) else {
            throw Unusable(problem: "it is not a URL")
        }
        (host, port) = place
    }

    /// Why a proxy cannot be used.
    package struct Unusable: Error, Hashable, Sendable {
        package var problem: String
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == UInt8(ascii: "%"), digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, also in lower case, as Go programs such as kubectl read them.
///
/// Source: golang.org/x/net/http/httpproxy.
struct ProxyEnvironment {
    var environment: [String: String]

    /// The proxy for a server; `nil` to connect directly.
    ///
    /// - Throws: when the variable names a proxy that cannot be used.
    func proxy(for server: ServerAddress) throws(ConfigurationError) -> ProxyAddress? {
        let names = server.isSecure ? ["HTTPS_PROXY", "https_proxy"] : ["HTTP_PROXY", "http_proxy"]
        guard let (name, text) = first(names), !isExcepted(server) else { return nil }
        do {
            return try ProxyAddress(parsing: text)
        } catch {
            throw ConfigurationError(
                source: "environment", problem: "\(name) is \"\(text)\": \(error.problem)",
                remedy: "Use an http:// or socks5:// proxy, or add \(server.host) to NO_PROXY")
        }
    }

    private func first(_ names: [String]) -> (name: String, value: String)? {
        for name in names {
            if let value = environment[name], !value.isEmpty { return (name, value) }
        }
        return nil
    }

    /// Whether a server is reached directly: this machine always, otherwise what `NO_PROXY` lists.
    private func isExcepted(_ server: ServerAddress) -> Bool {
        let host = server.host.lowercased()
        let address = Platform.addressBytes(host)
        if host == "localhost" || isLoopback(address) { return true }
        guard let list = first(["NO_PROXY", "no_proxy"])?.value else { return false }
        return list.split(separator: ",").contains { entry in
            matches(String(entry).trimmed.lowercased(), host, server.port, address)
        }
    }

    private func isLoopback(_ address: [UInt8]?) -> Bool {
        guard let address else { return false }
        return address.count == 4 ? address[0] == 127 : address == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// One entry: `*`, an address range, an address or a domain, the latter two with or without a port.
    private func matches(_ entry: String, _ host: String, _ port: Int, _ address: [UInt8]?) -> Bool {
        if entry.isEmpty { return false }
        if entry == "*" { return true }
        if let slash = entry.firstIndex(of: "/") {
            guard let address, let range = Platform.addressBytes(String(entry[..<slash])),
                let bits = Int(entry[entry.index(after: slash)...])
            else { return false }
            return isIn(range, bits, address)
        }
        if let own = Platform.addressBytes(entry) { return own == address }
        var name = entry[...]
        if let (part, number) = ServerAddress.hostAndPort(name, defaultPort: port) {
            guard number == port else { return false }
            name = part[...]
        }
        if address != nil { return String(name) == host }
        if name.hasPrefix("*.") { name.removeFirst() }
        return name.hasPrefix(".") ? host.hasSuffix(name) : host == name || host.hasSuffix(".\(name)")
    }

    private func isIn(_ range: [UInt8], _ bits: Int, _ address: [UInt8]) -> Bool {
        guard range.count == address.count, (0...range.count * 8).contains(bits) else { return false }
        for index in range.indices {
            let left = bits - index * 8
            if left <= 0 { return true }
            let mask = left >= 8 ? 0xff : UInt8(truncatingIfNeeded: 0xff << (8 - left))
            if range[index] & mask != address[index] & mask { return false }
        }
        return true
    }
}
