/// An answer that the load balancer gives by itself.
package struct GeneratedResponse: Equatable, Sendable {
    /// The status code.
    package var status: Int
    /// The text after the code; empty for 464 and others without one.
    package var reason: String
    /// Headers without `Date` and `Content-Length`, which the adapter adds.
    package var headers: [HeaderField]
    /// The body; the adapter leaves it out when answering HEAD.
    package var body: String
    /// Whether the connection is closed afterwards.
    package var closesConnection: Bool

    init(status: Int, headers: [HeaderField], body: String, closesConnection: Bool = false) {
        self.status = status
        reason = Self.reason(of: status)
        self.headers = [HeaderField("Server", "awselb/2.0")] + headers
        self.body = body
        self.closesConnection = closesConnection
    }

    /// The page for an error or redirect: 400, 405, 408, 463, 464, 502, 503, 504, …
    package static func page(_ status: Int, headers: [HeaderField] = []) -> GeneratedResponse {
        let reason = reason(of: status)
        let title = reason.isEmpty ? "\(status)" : "\(status) \(reason)"
        let body =
            "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n"
            + "</body>\r\n</html>\r\n"
        let fields = [HeaderField("Content-Type", "text/html")] + headers
        return GeneratedResponse(
            status: status, headers: fields, body: body, closesConnection: status == 400 || status == 408)
    }

    private static func reason(of status: Int) -> String {
        reasons[status] ?? ""
    }

    private static let reasons: [Int: String] = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently", 302: "Found",
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        408: "Request Timeout", 410: "Gone", 413: "Payload Too Large", 414: "URI Too Long", 418: "I'm a teapot",
        429: "Too Many Requests", 451: "Unavailable For Legal Reasons", 500: "Internal Server Error",
        501: "Not Implemented", 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out",
        505: "HTTP Version Not Supported", 507: "Insufficient Storage",
    ]
}
