import AWSSigning
import HTTPTypes
import Hummingbird
package import LoadBalancerState
package import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP server that AWS CLIs and SDKs take for Elastic Load Balancing v2.
package struct ELBEndpoint: Service {
    /// How the server is reached and behaves.
    package struct Settings: Sendable {
        /// The address to listen on.
        package var host = "127.0.0.1"
        /// The port to listen on; 0 for any free one.
        package var port = 0
        /// How long each answer is held back.
        package var latency: Duration = .zero
        /// Secret access keys by access key id. Calls signed otherwise are refused as AWS refuses them.
        package var keys: [String: String] = [Self.sandboxAccessKeyID: Self.sandboxSecretAccessKey]
        /// Whether signatures are checked; when not, unsigned calls are answered as well.
        package var verifiesSignatures = true

        /// The access key id that works unless others are configured.
        package static let sandboxAccessKeyID = "weir"
        /// The secret that goes with it.
        package static let sandboxSecretAccessKey = "weir-sandbox"

        /// A free port on 127.0.0.1, no latency, the sandbox's key.
        package init() {}
    }

    /// The largest body read; RegisterTargets with a thousand targets has about 60 kB.
    static let requestBytesMax = 2 * 1024 * 1024

    private let store: LoadBalancerStore
    private let settings: Settings
    private let onListening: @Sendable (_ port: Int) -> Void
    private let logger: Logger

    /// - Parameter onListening: called once with the port that is listened on.
    package init(
        store: LoadBalancerStore, settings: Settings = Settings(), logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        self.store = store
        self.settings = settings
        self.onListening = onListening
        self.logger = logger
    }

    /// How long a connection may be without a request.
    private static let idleTimeout = TimeAmount.seconds(120)

    /// Serves until cancelled or shut down. Throws `EndpointListenFailure` when the port cannot be bound.
    package func run() async throws {
        let verifier = settings.verifiesSignatures ? SignatureVerifier(secrets: settings.keys) : nil
        let responder = EndpointResponder(
            dispatcher: QueryDispatcher(store: store, verifier: verifier), latency: settings.latency, logger: logger)
        var quiet = logger
        // The server reports its own cancellation as an error.
        quiet.logLevel = .critical
        let application = Application(
            responder: responder,
            server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
            configuration: ApplicationConfiguration(address: .hostname(settings.host, port: settings.port)),
            onServerRunning: { [onListening] channel in onListening(channel.localAddress?.port ?? 0) }, logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            throw EndpointListenFailure(host: settings.host, port: settings.port, reason: "\(error)")
        }
    }
}

/// A request's context that knows its connection.
private struct ConnectionContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Turns HTTP messages into calls and back.
private struct EndpointResponder: HTTPResponder {
    let dispatcher: QueryDispatcher
    let latency: Duration
    let logger: Logger

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: ELBEndpoint.requestBytesMax)
        } catch is NIOTooManyBytesError {
            var refusal = Response(status: .contentTooLarge)
            refusal.headers[.connection] = "close"
            return refusal
        }
        let target = request.head.path ?? "/"
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        if let authority = request.head.authority { headers.append((name: "host", value: authority)) }
        let call = EndpointRequest(
            method: request.method.rawValue, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
            headers: headers, body: Array(buffer: body))
        if latency > .zero { try await Task.sleep(for: latency) }
        let answer = await dispatcher.safeAnswer(call, requestID: Self.makeRequestID())
        if answer.isLost { try await context.channel.close() }
        logger.debug(
            "aws call",
            metadata: [
                "operation": "\(answer.operation)", "status": "\(answer.status)",
                "error": "\(answer.errorCode ?? "-")", "request.id": "\(answer.requestID)",
            ])
        var response = Response(
            status: HTTPResponse.Status(code: max(answer.status, 200)),
            body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
        response.headers[.contentType] = "text/xml"
        if let name = HTTPField.Name("x-amzn-RequestId") { response.headers[name] = answer.requestID }
        return response
    }

    /// Random, in the form of a UUID.
    private static func makeRequestID() -> String {
        let digits = (0..<2).map { _ in
            let text = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        let bytes = Array(digits.utf8)
        return groups.map { String(decoding: bytes[$0], as: UTF8.self) }.joined(separator: "-")
    }
}
