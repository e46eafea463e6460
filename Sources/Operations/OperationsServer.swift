import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle

/// Answers probes and Prometheus over HTTP/1.1.
package struct OperationsServer: Service {
    /// What is served; a path without an answer is 404.
    package struct Answers: Sendable {
        /// The text of `/metrics`.
        package var metrics: (@Sendable () -> String)?
        /// What is wrong with the process, for `/healthz` and `/livez`: it should be restarted unless this is empty.
        package var healthProblems: (@Sendable () -> [String])?
        /// What is missing, for `/readyz`.
        package var readyProblems: (@Sendable () -> [String])?

        package init() {}
    }

    private let host: String
    private let port: Int
    private let answers: Answers
    private let logger: Logger

    /// - Parameters:
    ///   - host: the address to listen at: `0.0.0.0` for all.
    ///   - port: 1 to 65535.
    package init(host: String, port: Int, answers: Answers, logger: Logger) {
        self.host = host
        self.port = port
        self.answers = answers
        self.logger = logger
    }

    /// Serves until cancelled or shut down.
    ///
    /// - Throws: `OperationsListenFailure` when the address cannot be listened at.
    package func run() async throws {
        var quiet = logger
        // The HTTP server reports its own cancellation as an error.
        quiet.logLevel = .critical
        let application = Application(
            responder: OperationsResponder(answers: answers),
            server: .http1(configuration: .init(idleTimeout: .seconds(60))),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)), logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            throw OperationsListenFailure(host: host, port: port, reason: "\(error)")
        }
    }
}

/// Another program has the port, or the address is not this machine's.
package struct OperationsListenFailure: Error, Hashable, CustomStringConvertible {
    package var host: String
    package var port: Int
    package var reason: String

    package var description: String {
        "listen at \(host):\(port) for probes and metrics: \(reason). Give other ports with --healthz-port and "
            + "--metrics-port, or 0 to do without"
    }
}

/// Reads paths, writes text.
struct OperationsResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let answers: OperationsServer.Answers

    func respond(to request: Request, context: Context) async throws -> Response {
        let (status, text, type) = answer(request.uri.path)
        var response = Response(
            status: HTTPResponse.Status(code: status), body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        response.headers[.contentType] = type
        response.headers[.cacheControl] = "no-store"
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// Status, text and media type for a path.
    func answer(_ path: String) -> (status: Int, text: String, type: String) {
        let plain = "text/plain; charset=utf-8"
        switch path {
        case "/metrics":
            guard let metrics = answers.metrics else { break }
            return (200, metrics(), PrometheusMetrics.contentType)
        case "/healthz", "/livez":
            guard let problems = answers.healthProblems?() else { break }
            return problems.isEmpty ? (200, "ok", plain) : (500, Self.list(problems), plain)
        case "/readyz":
            guard let problems = answers.readyProblems?() else { break }
            return problems.isEmpty ? (200, "ok", plain) : (503, Self.list(problems), plain)
        default: break
        }
        return (404, "nothing is served here; there are /healthz, /readyz and /metrics\n", plain)
    }

    private static func list(_ problems: [String]) -> String {
        problems.map { "[-]\($0)\n" }.joined()
    }
}
