/// An answer that the load balancer gives by itself.
package struct FixedResponse: WireStructure {
    /// 200...299 or 400...599.
    package var statusCode: Int
    /// One of five text types; `nil` is not given.
    package var contentType: String?
    /// At most 1024 characters; `nil` is not given.
    package var messageBody: String?

    /// Sets every part.
    package init(statusCode: Int, contentType: String? = nil, messageBody: String? = nil) {
        self.statusCode = statusCode
        self.contentType = contentType
        self.messageBody = messageBody
    }

    /// To read into.
    package static var blank: FixedResponse { FixedResponse(statusCode: 0) }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("StatusCode", &statusCode)
        wire.field("ContentType", &contentType)
        wire.field("MessageBody", &messageBody)
    }
}

/// Where a client is sent; a part that is not given keeps the request's own.
///
/// Parts may contain `#{protocol}`, `#{host}`, `#{port}`, `#{path}` (without its leading slash) and `#{query}`.
package struct Redirect: WireStructure {
    /// `HTTP`, `HTTPS` or `#{protocol}`.
    package var `protocol`: String?
    /// A host name.
    package var host: String?
    /// 1...65535 or `#{port}`.
    package var port: String?
    /// Starts with a slash.
    package var path: String?
    /// Without the question mark.
    package var query: String?
    /// Permanent or temporary.
    package var statusCode: StatusCode

    /// Sets every part.
    package init(
        protocol: String? = nil, host: String? = nil, port: String? = nil, path: String? = nil, query: String? = nil,
        statusCode: StatusCode
    ) {
        self.protocol = `protocol`
        self.host = host
        self.port = port
        self.path = path
        self.query = query
        self.statusCode = statusCode
    }

    /// To read into.
    package static var blank: Redirect { Redirect(statusCode: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("Protocol", &`protocol`)
        wire.field("Port", &port)
        wire.field("Host", &host)
        wire.field("Path", &path)
        wire.field("Query", &query)
        wire.required("StatusCode", &statusCode)
    }

    /// This redirect with every part that is not given replaced by the placeholder which keeps the request's own.
    package var filled: Redirect {
        Redirect(
            protocol: self.protocol ?? "#{protocol}", host: host ?? "#{host}", port: port ?? "#{port}",
            path: path ?? "/#{path}", query: query ?? "#{query}", statusCode: statusCode)
    }
}

extension Redirect {
    /// The kind of redirect.
    package struct StatusCode: WireToken {
        /// The word on the wire.
        package var rawValue: String
        /// Wraps a word.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// 301, permanent.
        package static let movedPermanently: Self = "HTTP_301"
        /// 302, temporary.
        package static let found: Self = "HTTP_302"

        /// The number; 302 for an unknown word.
        package var httpStatus: Int { self == .movedPermanently ? 301 : 302 }
    }
}
