import ClusterState
import HTTPTypes
import Hummingbird
import JSON
import KubernetesModel
import NIOCore

/// A whole answer, before it becomes HTTP.
struct Reply: Sendable {
    var code: Int
    var contentType: String
    var body: ByteBuffer
    /// Texts of `Warning` headers.
    var warnings: [String] = []
    var retryAfterSeconds: Int?

    /// A plain text answer.
    init(_ code: Int, text: String) {
        self.code = code
        contentType = "text/plain; charset=utf-8"
        body = ByteBuffer(string: text)
    }

    init(_ code: Int, contentType: String, bytes: [UInt8]) {
        self.code = code
        self.contentType = contentType
        body = ByteBuffer(bytes: bytes)
    }

    /// A JSON answer, indented when it is `pretty`.
    init(_ code: Int, _ document: JSONValue, pretty: Bool, contentType: String = "application/json") {
        self.code = code
        self.contentType = contentType
        if pretty {
            body = ByteBuffer(string: "\(document.prettyText)\n")
        } else {
            var bytes = document.serialized()
            bytes.append(UInt8(ascii: "\n"))
            body = ByteBuffer(bytes: bytes)
        }
    }

    /// The answer to a request as the client asked to see it.
    init(_ response: APIResponse, accept: AcceptHeader, pretty: Bool) {
        var document = response.document
        accept.setVersion(in: &document)
        self.init(
            response.code, document, pretty: pretty,
            contentType: accept.isYAML ? "application/yaml" : "application/json")
        warnings = response.warnings
        retryAfterSeconds = response.retryAfterSeconds
    }

    /// A refusal.
    init(_ failure: KubernetesFailure, pretty: Bool) {
        self.init(APIResponse(failure), accept: AcceptHeader(), pretty: pretty)
    }

    /// What real servers say for paths nobody serves.
    static var unknownPath: Reply { Reply(404, text: "404 page not found\n") }

    /// The answer as HTTP.
    var response: Response {
        var response = Response(
            status: .init(code: code), headers: Self.headers(contentType), body: ResponseBody(byteBuffer: body))
        Self.append(warnings, to: &response.headers)
        if let retryAfterSeconds { response.headers[.retryAfter] = String(retryAfterSeconds) }
        return response
    }

    /// Adds a `Warning` header for each text.
    static func append(_ warnings: [String], to headers: inout HTTPFields) {
        for warning in warnings {
            guard let name = HTTPField.Name("Warning") else { continue }
            headers.append(HTTPField(name: name, value: "299 - \"\(warning.replacingQuotes)\""))
        }
    }

    /// The headers every answer has.
    static func headers(_ contentType: String) -> HTTPFields {
        var headers = HTTPFields()
        headers[.contentType] = contentType
        headers[.cacheControl] = "no-cache, private"
        return headers
    }
}

extension String {
    /// With quotes and backslashes escaped and control characters left out, for a quoted string in a header.
    fileprivate var replacingQuotes: String {
        var result = ""
        for character in unicodeScalars where character.value >= 0x20 && character.value != 0x7F {
            if character == "\"" || character == "\\" { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(character)
        }
        return result
    }
}
