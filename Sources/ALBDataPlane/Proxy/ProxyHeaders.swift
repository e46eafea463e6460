import NIOHTTP1
import RequestRouting

/// The headers which belong to a connection rather than to a message, and the framing of bodies.
enum ProxyHeaders {
    private static let hopByHop: Set<String> = [
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "te", "trailer", "transfer-encoding",
        "upgrade",
    ]

    /// How the end of a message's body is recognised.
    enum Framing: Equatable {
        case none
        case length(String)
        case chunked
        /// The connection's end.
        case close
    }

    /// The framing of a request.
    static func framing(of request: HTTPRequestHead) -> Framing {
        if isChunked(request.headers) { return .chunked }
        guard let length = request.headers.first(name: "content-length") else { return .none }
        return .length(length)
    }

    /// The headers for the target: the router's, with the framing of the client's request.
    static func forTarget(_ fields: [HeaderField], framing: Framing, isUpgrade: Bool = false) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.reserveCapacity(fields.count + 1)
        for field in fields {
            let name = field.name.lowercased()
            if name == "content-length" || hopByHop.contains(name) && !(isUpgrade && upgrading.contains(name)) {
                continue
            }
            headers.add(name: field.name, value: field.value)
        }
        apply(framing, to: &headers)
        return headers
    }

    private static let upgrading: Set<String> = ["connection", "upgrade"]

    /// Whether a request asks for a connection that is not HTTP any more, of the one kind that passes: a WebSocket.
    static func isUpgrade(_ request: HTTPRequestHead) -> Bool {
        request.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && request.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
    }

    /// The headers with which the client is told that its connection has switched protocols.
    static func forSwitchedClient(_ received: HTTPHeaders, adding fields: [HeaderField]) -> HTTPHeaders {
        var headers = forClient(received, adding: fields, framing: .none)
        headers.add(name: "Connection", value: "Upgrade")
        for value in received["upgrade"] { headers.add(name: "Upgrade", value: value) }
        return headers
    }

    /// Whether a request's body comes in a coding other than chunks.
    static func hasOtherCoding(_ request: HTTPRequestHead) -> Bool {
        request.headers[canonicalForm: "transfer-encoding"].contains {
            !["chunked", "identity"].contains($0.lowercased())
        }
    }

    /// The framing towards a client of a target's answer to `method`.
    static func framing(
        of response: HTTPResponseHead, to method: HTTPMethod, clientSpeaksHTTP11: Bool
    ) -> Framing {
        let length = response.headers.first(name: "content-length")
        if method == .HEAD || response.status.code == 304 {
            return length.map { .length($0) } ?? .none
        }
        if response.status.code == 204 || response.status.code < 200 { return .none }
        if !isChunked(response.headers), let length { return .length(length) }
        return clientSpeaksHTTP11 ? .chunked : .close
    }

    /// The headers for the client: the target's and the load balancer's cookies.
    static func forClient(_ received: HTTPHeaders, adding fields: [HeaderField], framing: Framing) -> HTTPHeaders {
        let named = Set(received[canonicalForm: "connection"].map { $0.lowercased() })
        var headers = HTTPHeaders()
        headers.reserveCapacity(received.count + fields.count + 2)
        for (name, value) in received {
            let lowered = name.lowercased()
            if hopByHop.contains(lowered) || named.contains(lowered) || lowered == "content-length" { continue }
            headers.add(name: name, value: value)
        }
        for field in fields { headers.add(name: field.name, value: field.value) }
        apply(framing, to: &headers)
        return headers
    }

    private static func isChunked(_ headers: HTTPHeaders) -> Bool {
        headers[canonicalForm: "transfer-encoding"].contains { $0.lowercased() == "chunked" }
    }

    private static func apply(_ framing: Framing, to headers: inout HTTPHeaders) {
        switch framing {
        case .none, .close: break
        case .length(let length): headers.add(name: "Content-Length", value: length)
        case .chunked: headers.add(name: "Transfer-Encoding", value: "chunked")
        }
    }
}
