package import AsyncHTTPClient
package import NIOCore
import NIOHTTP1

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The transport of programs: a pooled HTTP client. Whoever creates the client shuts it down.
package struct HTTPClientTransport: AWSTransport {
    /// The largest answer read; a page of 400 rules is far below it.
    static let responseBytesMax = 16 * 1024 * 1024
    private let client: HTTPClient

    /// Sends through `client`, best one made by `makeClient()`.
    package init(client: HTTPClient) {
        self.client = client
    }

    /// A client which follows no redirects, does not retry by itself and gives up connecting after 5 s.
    ///
    /// - Parameter prepare: is given each new connection before it is used.
    package static func makeClient(
        prepare: (@Sendable (any Channel) -> EventLoopFuture<Void>)? = nil
    ) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(60)))
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.idleTimeout = .seconds(20)
        configuration.http1_1ConnectionDebugInitializer = prepare
        configuration.http2ConnectionDebugInitializer = prepare
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    package func send(_ request: AWSHTTPRequest) async throws(AWSTransportFailure) -> AWSHTTPResponse {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers {
            outgoing.headers.add(name: name, value: value)
        }
        if !request.body.isEmpty { outgoing.body = .bytes(ByteBuffer(bytes: request.body)) }
        do {
            let nanoseconds = request.timeout / .nanoseconds(1)
            let response = try await client.execute(outgoing, timeout: .nanoseconds(Int64(nanoseconds)))
            let body = try await response.body.collect(upTo: Self.responseBytesMax)
            let headers = response.headers.map { (name: $0.name, value: $0.value) }
            return AWSHTTPResponse(
                status: Int(response.status.code), headers: headers, body: Array(buffer: body))
        } catch {
            throw Self.failure(error, timeout: request.timeout)
        }
    }

    private static func failure(_ error: any Error, timeout: Duration) -> AWSTransportFailure {
        if let error = error as? HTTPClientError {
            switch error {
            case .connectTimeout:
                return AWSTransportFailure(problem: "the connection was not established in time", mayHaveArrived: false)
            case .invalidURL, .emptyHost, .emptyScheme, .unsupportedScheme("http"), .unsupportedScheme("https"):
                return AWSTransportFailure(problem: "\(error)", mayHaveArrived: false)
            case .deadlineExceeded, .readTimeout:
                return AWSTransportFailure(problem: "no answer within \(timeout)", mayHaveArrived: true)
            default:
                return AWSTransportFailure(problem: "\(error)", mayHaveArrived: true)
            }
        }
        if let error = error as? IOError, notArrived.contains(error.errnoCode) {
            let isRefused = error.errnoCode == ECONNREFUSED
            return AWSTransportFailure(problem: isRefused ? "connection refused" : "\(error)", mayHaveArrived: false)
        }
        return AWSTransportFailure(problem: "\(error)", mayHaveArrived: !(error is ChannelError))
    }

    /// Errors of connecting; with these nothing has been sent.
    private static let notArrived: Set<CInt> = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL]
}
