import ClusterState
import JSON
import KubernetesModel

/// Turns the bytes of a request into the document they stand for.
struct BodyDecoder: Sendable {
    /// The most bytes of a request. Source: the API server's own limit of 3 MiB.
    static let bytesMax = 3 << 20

    /// Reads YAML; throws with the place of what is wrong.
    var yaml: APIServer.YAMLReader?

    /// The document of a body that is not a patch; `nil` when there is none.
    ///
    /// - Throws: 415 for other content types than JSON and YAML; 400, with the offset, for text that is neither.
    func document(_ bytes: [UInt8], contentType: String) throws(KubernetesFailure) -> JSONValue? {
        guard !bytes.isEmpty else { return nil }
        switch MediaType(contentType)?.type {
        case nil, "application/json": return try json(bytes)
        case "application/yaml", "text/yaml", "application/x-yaml": return try readYAML(bytes)
        case .some: throw .unsupportedMediaType(accepted: ["application/json", "application/yaml"])
        }
    }

    /// The document of a patch, and its format; `nil` for content types that name no patch format.
    ///
    /// - Throws: 400 for text that is not what it says.
    func patch(
        _ bytes: [UInt8], contentType: String
    ) throws(KubernetesFailure) -> (format: APIRequest.PatchFormat, body: JSONValue)? {
        guard let type = MediaType(contentType)?.type, let format = APIRequest.PatchFormat(rawValue: type) else {
            return nil
        }
        guard !bytes.isEmpty else { throw .badRequest("the patch is empty; send a document in the body") }
        let isJSON = format != .apply || looksLikeJSON(bytes)
        return (format, isJSON ? try json(bytes) : try readYAML(bytes))
    }

    private func looksLikeJSON(_ bytes: [UInt8]) -> Bool {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    private func json(_ bytes: [UInt8]) throws(KubernetesFailure) -> JSONValue {
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw .badRequest("the body of the request is not JSON: \(error)")
        }
    }

    private func readYAML(_ bytes: [UInt8]) throws(KubernetesFailure) -> JSONValue {
        guard let yaml else { throw .unsupportedMediaType(accepted: ["application/json"]) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .badRequest("the body of the request is not UTF-8")
        }
        do {
            return try yaml(text)
        } catch {
            throw .badRequest("the body of the request is not YAML: \(error)")
        }
    }
}

extension KubernetesFailure {
    /// 415: a body in a format that is not read here.
    static func unsupportedMediaType(accepted: [String]) -> KubernetesFailure {
        let list = accepted.joined(separator: ", ")
        return KubernetesFailure(
            code: 415, reason: "UnsupportedMediaType",
            message: "the body of the request was in an unknown format - accepted media types include: \(list)")
    }

    /// 413: a body beyond the limit.
    static func bodyTooLarge(limit: Int) -> KubernetesFailure {
        KubernetesFailure(
            code: 413, reason: "RequestEntityTooLarge", message: "Request entity too large: limit is \(limit)")
    }

    /// 404: nothing is served here, though there are things beside it.
    static var unknownResource: KubernetesFailure {
        KubernetesFailure(
            code: 404, reason: "NotFound", message: "the server could not find the requested resource", details: [:])
    }

    /// 405: a method that a path does not have.
    static var methodNotAllowed: KubernetesFailure {
        KubernetesFailure(
            code: 405, reason: "MethodNotAllowed",
            message: "the server does not allow this method on the requested resource", details: [:])
    }
}
