import AsyncHTTPClient
package import ClusterState
import JSON
package import KubernetesModel
import NIOCore
import NIOHTTP1
import NIOSSL

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Calls admission webhooks over HTTPS, each with a connection of its own.
package struct WebhookClient: WebhookCaller {
    /// The most bytes of an answer.
    private static let answerBytesMax = 8 << 20

    /// Says where an address of the pod network is reached.
    package typealias Dialer = @Sendable (WebhookEndpoint.Address) -> WebhookEndpoint.Address

    private let dialer: Dialer

    /// - Parameter dialer: for webhooks behind Services; without it, their addresses are dialed as they are.
    package init(dialer: @escaping Dialer = { $0 }) {
        self.dialer = dialer
    }

    /// - Throws: `WebhookProblem` or what the network says.
    package func call(_ endpoint: WebhookEndpoint, _ request: AdmissionRequest) async throws -> AdmissionAnswer {
        let address = endpoint.connectsTo.map(dialer)
        let url = try WebhookURL(endpoint, port: address?.port)
        var settings = HTTPClient.Configuration(
            tlsConfiguration: try Self.trust(endpoint.authority), redirectConfiguration: .disallow)
        settings.httpVersion = .http1Only
        settings.connectionPool.retryConnectionEstablishment = false
        if let address { settings.dnsOverride = [url.host: address.host] }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        var asked = request
        asked.document["uid"] = .string(UUID().uuidString.lowercased())
        do {
            let answer = try await Self.post(asked, to: url.text, within: endpoint.timeout, client)
            try await client.shutdown()
            return answer
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private static func trust(_ authority: String) throws -> TLSConfiguration {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv12
        guard !authority.isEmpty else { return settings }
        guard let bundle = Data(base64Encoded: authority) else { throw WebhookProblem("caBundle is not Base64") }
        settings.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes([UInt8](bundle)))
        return settings
    }

    private static func post(
        _ request: AdmissionRequest, to url: String, within timeout: Duration, _ client: HTTPClient
    ) async throws -> AdmissionAnswer {
        // As API servers say how long they wait.
        var message = HTTPClientRequest(url: "\(url)?timeout=\(timeout.components.seconds)s")
        message.method = .POST
        message.headers.add(name: "content-type", value: "application/json")
        message.headers.add(name: "accept", value: "application/json")
        message.body = .bytes(ByteBuffer(bytes: request.review.serialized()))
        let response: HTTPClientResponse
        let body: ByteBuffer
        do {
            response = try await client.execute(message, timeout: TimeAmount(timeout))
            body = try await response.body.collect(upTo: answerBytesMax)
        } catch {
            throw WebhookProblem("Post \"\(message.url)\": \(error)")
        }
        guard response.status == .ok else {
            throw WebhookProblem("Post \"\(message.url)\": answered \(response.status.code)")
        }
        do {
            let review = try JSONValue(parsing: Array(body.readableBytesView))
            return try AdmissionAnswer(review: review, uid: request.uid)
        } catch {
            throw WebhookProblem("Post \"\(message.url)\": \(error)")
        }
    }
}

/// What is wrong with a webhook, in words.
struct WebhookProblem: Error, Equatable, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}

/// The URL of a webhook with its real port, and the host in it.
private struct WebhookURL {
    var text: String
    var host: String

    init(_ endpoint: WebhookEndpoint, port: Int?) throws {
        guard let url = URL(string: endpoint.url), url.scheme == "https", let host = url.host() else {
            throw WebhookProblem("\(endpoint.url) is not an https URL with a host")
        }
        self.host = host
        guard let port else {
            text = endpoint.url
            return
        }
        text = "https://\(host):\(port)\(url.path().isEmpty ? "/" : url.path())"
    }
}
