import JSON
import KubernetesModel

/// One HTTP request to the API server, freed of the connection: what goes into the request line, and the body.
struct ClientRequest: Hashable, Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// One query parameter, not yet encoded.
    struct Parameter: Hashable, Sendable {
        var name: String
        var value: String
    }

    var method: Method
    /// Absolute, percent-encoded, without the server's prefix.
    var path: String
    var query: [Parameter] = []
    var contentType: String?
    var body: JSONValue?
    /// Whether the answer may be large, and is worth compressing.
    var isList = false

    /// Path and query as they stand in the URL.
    var target: String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
        return "\(path)?\(pairs.joined(separator: "&"))"
    }

    mutating func set(_ name: String, _ value: String) {
        query.append(Parameter(name: name, value: value))
    }

    /// Percent-encodes everything but the unreserved characters of RFC 3986.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return result
    }
}

extension ResourceKind {
    /// The URL path of this kind's collection, or of one object, or of its subresource.
    ///
    /// - Parameter namespace: `nil` or empty for all namespaces, and for cluster-scoped kinds.
    func path(namespace: String?, name: String? = nil, subresource: String? = nil) -> String {
        var path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        if isNamespaced, let namespace, !namespace.isEmpty {
            path += "/namespaces/\(ClientRequest.encoded(namespace))"
        }
        path += "/\(plural)"
        if let name { path += "/\(ClientRequest.encoded(name))" }
        if let subresource { path += "/\(ClientRequest.encoded(subresource))" }
        return path
    }
}
