import HTTPTypes
import Hummingbird
import HummingbirdCore
import JSON
package import KubernetesModel
package import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle

/// Answers the admission reviews of API servers over HTTPS.
package struct WebhookServer: Service {
    /// What is said about a request.
    package typealias Reviewer = @Sendable (AdmissionRequest) async -> AdmissionAnswer

    /// The most bytes of a review. Source: two objects of the API server's limit, and their request.
    static let bodyBytesMax = 8 << 20

    private let host: String
    private let port: Int
    private let identity: ServingIdentity
    private let reviewers: [String: Reviewer]
    private let logger: Logger
    private let onListening: @Sendable (Int) async -> Void

    /// - Parameters:
    ///   - host: the address to listen at: `0.0.0.0` for all.
    ///   - port: 0 lets the system choose.
    ///   - identity: what is shown to API servers; until there is something, connections are closed.
    ///   - reviewers: by paths.
    ///   - onListening: is told the real port.
    package init(
        host: String, port: Int, identity: ServingIdentity, reviewers: [String: Reviewer], logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.identity = identity
        self.reviewers = reviewers
        self.logger = logger
        self.onListening = onListening
    }

    /// Serves until cancelled or shut down.
    ///
    /// - Throws: `WebhookListenFailure` when the address cannot be listened at.
    package func run() async throws {
        var quiet = logger
        // The HTTP server reports its own cancellation as an error.
        quiet.logLevel = .critical
        let identity = identity
        let onListening = onListening
        let port = port
        let application = Application(
            responder: WebhookResponder(reviewers: reviewers),
            server: HTTPServerBuilder { responder in
                IdentityChannel(
                    HTTP1Channel(responder: responder, configuration: .init(idleTimeout: .seconds(90))),
                    identity: identity)
            },
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) }, logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            throw WebhookListenFailure(host: host, port: port, reason: "\(error)")
        }
    }
}

/// Another program has the port, or the address is not this machine's.
package struct WebhookListenFailure: Error, Hashable, CustomStringConvertible {
    package var host: String
    package var port: Int
    package var reason: String

    package var description: String {
        "listen at \(host):\(port) for admission reviews: \(reason). Give another port with --webhook-bind-port"
    }
}

/// Connections with TLS, each with what is to be shown when it begins.
private struct IdentityChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let base: HTTP1Channel
    private let identity: ServingIdentity

    init(_ base: HTTP1Channel, identity: ServingIdentity) {
        self.base = base
        self.identity = identity
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            guard let context = identity.context else { throw NoIdentity() }
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
        }.flatMap {
            base.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// There is no certificate to show yet.
private struct NoIdentity: Error {}

/// Reads reviews, writes reviews.
struct WebhookResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let reviewers: [String: WebhookServer.Reviewer]

    func respond(to request: Request, context: Context) async throws -> Response {
        guard let reviewer = reviewers[request.uri.path] else { return text(404, "nothing is reviewed here") }
        guard request.method == .post else { return text(405, "send an AdmissionReview by POST") }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: WebhookServer.bodyBytesMax)
        } catch is NIOTooManyBytesError {
            return text(413, "a review has at most \(WebhookServer.bodyBytesMax) bytes")
        }
        let review: JSONValue
        do {
            review = try JSONValue(parsing: Array(body.readableBytesView))
        } catch {
            return text(400, "the review is not JSON: \(error)")
        }
        guard let asked = AdmissionRequest(review: review) else {
            return text(400, "expected an AdmissionReview of version \(AdmissionReview.apiVersion) with a request")
        }
        let answer = await reviewer(asked)
        var response = Response(
            status: .ok,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.review(uid: asked.uid).serialized())))
        response.headers[.contentType] = "application/json"
        return response
    }

    private func text(_ code: Int, _ text: String) -> Response {
        var response = Response(
            status: .init(code: code), body: ResponseBody(byteBuffer: ByteBuffer(string: "\(text)\n")))
        response.headers[.contentType] = "text/plain; charset=utf-8"
        return response
    }
}
