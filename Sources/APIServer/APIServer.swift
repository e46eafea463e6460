package import ClusterState
import HTTPTypes
import Hummingbird
import HummingbirdCore
package import JSON
package import KubernetesModel
package import Logging
import NIOCore
import ServiceLifecycle

/// A Kubernetes API server over HTTP/1.1: what kubectl and client libraries talk to.
///
/// Plain HTTP without authentication, therefore meant for a loopback address.
package struct APIServer: Service {
    /// Reads YAML text with one document; throws with the place of what is wrong.
    package typealias YAMLReader = @Sendable (String) throws -> JSONValue

    /// Where to listen.
    package struct Address: Hashable, Sendable, CustomStringConvertible {
        package var host: String
        /// 0 lets the system choose.
        package var port: Int

        package init(host: String = "127.0.0.1", port: Int = 0) {
            self.host = host
            self.port = port
        }

        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
    }

    /// How long a client may take for a request's body, or to read what fills its connection, unless said otherwise.
    package static let clientTimeout = Duration.seconds(60)

    /// The most bytes of a request line or of its headers. Source: the limit of Go's HTTP server.
    private static let headBytesMax = 1 << 20

    private let clientTimeout: TimeAmount
    private let address: Address
    private let responder: APIResponder
    private let logger: Logger
    private let onListening: @Sendable (Address) async -> Void

    /// A server that listens once `run()` is called.
    ///
    /// - Parameters:
    ///   - store: the cluster that is served.
    ///   - address: where to listen.
    ///   - podLogs: where `kubectl logs` reads; without it there are no logs.
    ///   - clientTimeout: how long a client may take for the body of a request, or to read what fills its connection;
    ///     a connection may be without a whole request head for twice as long.
    ///   - yaml: reads bodies that are YAML; without it they are refused with 415.
    ///   - now: the wall clock, for the age of log lines.
    ///   - onListening: is told the address with its real port, before the first request is answered.
    package init(
        store: ClusterStore, address: Address = Address(), clientTimeout: Duration = APIServer.clientTimeout,
        podLogs: PodLogs? = nil, yaml: YAMLReader? = nil,
        now: @escaping @Sendable () -> Timestamp, logger: Logger,
        onListening: @escaping @Sendable (Address) async -> Void = { _ in }
    ) {
        self.address = address
        self.logger = logger
        self.onListening = onListening
        self.clientTimeout = TimeAmount(clientTimeout)
        responder = APIResponder(
            store: store, podLogs: podLogs, now: now, decoder: BodyDecoder(yaml: yaml), bodyTimeout: self.clientTimeout)
    }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: `ListenFailure` when the address cannot be listened at.
    package func run() async throws {
        let asked = address
        let onListening = onListening
        let patience = clientTimeout
        // The HTTP server reports its own cancellation as an error.
        var quiet = logger
        quiet.logLevel = .critical
        let application = Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                LoopChannel(
                    HTTP1Channel(
                        responder: responder,
                        configuration: .init(
                            additionalChannelHandlers: [StalledClientHandler(patience: patience)],
                            idleTimeout: patience * 2,
                            httpDecoderConfiguration: .init(
                                maxHeaderFieldSize: Self.headBytesMax, maxHeaderListSize: Self.headBytesMax))))
            },
            configuration: ApplicationConfiguration(
                address: .hostname(asked.host, port: asked.port)),
            onServerRunning: { channel in
                await onListening(Address(host: asked.host, port: channel.localAddress?.port ?? asked.port))
            },
            logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            throw ListenFailure(address: asked, code: error.errnoCode, reason: "\(error)")
        }
    }
}
