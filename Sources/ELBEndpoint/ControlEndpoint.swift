import HTTPTypes
import Hummingbird
import JSON
package import LoadBalancerState
package import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP server for tests: it makes calls fail, moves the service's clock, changes how it behaves, and shows what it
/// knows. It is no part of the API and has a port of its own.
package struct ControlEndpoint: Service {
    /// What can be seen of requests to the load balancers.
    package struct Traffic: Sendable {
        /// Lines of the access log, oldest first.
        package var accessLog: @Sendable () -> [String]
        /// Counts under the names and dimensions of CloudWatch, in order.
        package var metrics: @Sendable () -> [TrafficMetric]

        package init(
            accessLog: @escaping @Sendable () -> [String], metrics: @escaping @Sendable () -> [TrafficMetric]
        ) {
            self.accessLog = accessLog
            self.metrics = metrics
        }
    }

    /// A count of something that happened to requests.
    package struct TrafficMetric: Equatable, Sendable {
        /// `HTTPCode_Target_5XX_Count`.
        package var name: String
        /// `app/web/0123456789abcdef`.
        package var loadBalancer: String
        /// `targetgroup/web/0123456789abcdef`; `nil` for the whole load balancer.
        package var targetGroup: String?
        package var count: Int

        package init(name: String, loadBalancer: String, targetGroup: String?, count: Int) {
            self.name = name
            self.loadBalancer = loadBalancer
            self.targetGroup = targetGroup
            self.count = count
        }
    }

    /// The largest body read.
    static let requestBytesMax = 64 * 1024

    private let responder: ControlResponder
    private let host: String
    private let port: Int
    private let onListening: @Sendable (_ port: Int) -> Void
    private let logger: Logger

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - onListening: called once with the port that is listened on.
    package init(
        store: LoadBalancerStore, traffic: Traffic, host: String = "127.0.0.1", port: Int, logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
    ) {
        responder = ControlResponder(store: store, traffic: traffic)
        self.host = host
        self.port = port
        self.onListening = onListening
        self.logger = logger
    }

    /// Serves until cancelled or shut down. Throws `EndpointListenFailure` when the port cannot be bound.
    package func run() async throws {
        var quiet = logger
        // The server reports its own cancellation as an error.
        quiet.logLevel = .critical
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { [onListening] channel in onListening(channel.localAddress?.port ?? 0) }, logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            throw EndpointListenFailure(host: host, port: port, reason: "\(error)")
        }
    }
}

/// Answers one request.
private struct ControlResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let store: LoadBalancerStore
    let traffic: ControlEndpoint.Traffic

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let body = try await request.body.collect(upTo: ControlEndpoint.requestBytesMax)
        do throws(ControlProblem) {
            switch (request.method, request.uri.path) {
            case (.get, "/state"): return Self.json(ControlDocuments.state(of: store))
            case (.get, "/metrics"): return Self.json(ControlDocuments.metrics(traffic.metrics()))
            case (.get, "/access-log"):
                return Self.text(traffic.accessLog().map { "\($0)\n" }.joined(), "text/plain")
            case (.post, "/reset"): store.update { state, _ in state.reset() }
            case (.post, "/clock"): store.advanceTime(by: try ControlDocuments.duration(in: try Self.object(body)))
            case (.post, "/faults"): try ControlDocuments.addFault(try Self.object(body), to: store)
            case (.delete, "/faults"): store.update { state, _ in state.endFaults() }
            case (.post, "/settings"): try ControlDocuments.change(store, by: try Self.object(body))
            default:
                throw ControlProblem(
                    description: "\(request.method) \(request.uri.path) is not known. Use GET /state, /metrics or "
                        + "/access-log, POST /reset, /clock, /faults or /settings, DELETE /faults")
            }
            return Self.json(["done": true])
        } catch {
            return Self.json(["problem": .string(error.description)], status: .badRequest)
        }
    }

    private static func object(_ body: ByteBuffer) throws(ControlProblem) -> JSONObject {
        guard let value = try? JSONValue(parsing: Array(buffer: body)), let object = value.objectValue else {
            throw ControlProblem(description: "the body is not a JSON object")
        }
        return object
    }

    private static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        text(String(decoding: value.serialized(), as: UTF8.self) + "\n", "application/json", status: status)
    }

    private static func text(_ text: String, _ type: String, status: HTTPResponse.Status = .ok) -> Response {
        var response = Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        response.headers[.contentType] = type
        return response
    }
}
