import AsyncHTTPClient
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOSSL

/// Carries requests to one API server over HTTP/1.1, with TLS, credentials and one second chance after a 401.
struct Transport: Sendable {
    /// Bounds on what a server may make this client wait for or hold.
    struct Limits: Hashable, Sendable {
        var connect = TimeAmount.seconds(10)
        /// How long a request that is not a watch may take, body included.
        var request = TimeAmount.seconds(60)
        /// How long a connection may be silent; also how a watch whose peer vanished is noticed.
        var silence = TimeAmount.seconds(90)
        /// The most bytes in one answer. Lists come in pages of 500 objects, and no object is above 1.5 MiB in etcd.
        var answerBytesMax = 1 << 30
        /// The most bytes in one line of a watch.
        var lineBytesMax = 64 << 20
        /// The most objects asked for in one page of a list. Source: the default of client-go's pager.
        var pageObjects = 500
        /// How many seconds the server is asked to keep a watch, drawn for each. Source: client-go's reflector.
        var watchSeconds = 300...600
        /// Connections to the server that are kept at once; each watch holds one.
        var connectionsMax = 256
    }

    let configuration: ClientConfiguration
    let credentials: CredentialSource
    private let http: HTTPClient
    /// For requests that change something; `nil`: they use `http`.
    private let writer: HTTPClient?
    let limits: Limits
    let logger: Logger
    private let rules: SendingRules
    /// `nil` for a server without TLS.
    private let tls: TLSSource?

    init(
        _ configuration: ClientConfiguration, credentials: CredentialSource, limits: Limits,
        rules: SendingRules = SendingRules(), logger: Logger
    ) throws {
        self.rules = rules
        self.configuration = configuration
        self.credentials = credentials
        self.limits = limits
        self.logger = logger
        let tls = try configuration.server.isSecure ? TLSSource(configuration, logger: logger) : nil
        self.tls = tls
        var settings = HTTPClient.Configuration(
            tlsConfiguration: try tls?.current(presenting: nil), redirectConfiguration: .disallow,
            timeout: .init(connect: limits.connect, read: limits.silence))
        settings.connectionPool.idleTimeout = .seconds(30)
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connectionsMax
        // The runtime tries again with growing waits; a refused connection should be told at once.
        settings.connectionPool.retryConnectionEstablishment = false
        settings.httpVersion = .http1Only
        settings.http1_1ConnectionDebugInitializer = rules.prepare
        settings.decompression = .enabled(limit: .size(limits.answerBytesMax))
        if let name = configuration.tlsServerName { settings.dnsOverride = [name: configuration.server.host] }
        settings.proxy = configuration.proxy.map(\.client)
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        if !rules.leadership.isAlone {
            settings.http1_1ConnectionDebugInitializer = rules.prepareForWrites
            writer = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        } else {
            writer = nil
        }
    }

    /// Sends a request and reads the whole answer.
    ///
    /// - Throws: `KubernetesFailure` for a refusal; `UnreachableServer` when there was no usable answer.
    func send(_ request: ClientRequest) async throws -> JSONValue {
        let response = try await start(request, deadline: .now() + limits.request)
        let bytes = try await collect(response, of: request)
        return try parse(bytes, of: request)
    }

    /// Sends a request and returns when the head of a successful answer has come.
    ///
    /// - Throws: as `send`.
    func start(_ request: ClientRequest, deadline: NIODeadline) async throws -> HTTPClientResponse {
        var response = try await attempt(request, deadline: deadline)
        if response.status == .unauthorized, credentials.discard() {
            _ = try? await response.body.collect(upTo: 1 << 20)
            response = try await attempt(request, deadline: deadline)
        }
        guard (200..<300).contains(response.status.code) else {
            throw await failure(response, of: request)
        }
        return response
    }

    private func attempt(_ request: ClientRequest, deadline: NIODeadline) async throws -> HTTPClientResponse {
        let credential = try await credentials.current()
        var message = HTTPClientRequest(url: url(request))
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        message.headers = headers(request, credential)
        if let body = request.body { message.body = .bytes(ByteBuffer(bytes: body.serialized())) }
        message.tlsConfiguration = try tls?.current(presenting: credential.certificate)
        if request.method != .get { try rules.leadership.check() }
        do {
            return try await client(for: request).execute(message, deadline: deadline)
        } catch {
            throw unreachable(request, error)
        }
    }

    /// Writes have connections of their own where several processes compete for leadership.
    private func client(for request: ClientRequest) -> HTTPClient {
        request.method == .get ? http : writer ?? http
    }

    /// Closes all connections.
    func shutdown() async throws {
        try await http.shutdown()
        try await writer?.shutdown()
    }

    private func url(_ request: ClientRequest) -> String {
        var server = configuration.server
        if let name = configuration.tlsServerName { server.host = name }
        return "\(server)\(request.target)"
    }

    private func headers(_ request: ClientRequest, _ credential: RequestCredential) -> HTTPHeaders {
        var headers = HTTPHeaders()
        headers.add(name: "accept", value: "application/json")
        headers.add(name: "user-agent", value: rules.userAgent)
        if request.isList { headers.add(name: "accept-encoding", value: "gzip") }
        if let type = request.contentType { headers.add(name: "content-type", value: type) }
        if let authorization = credential.authorization { headers.add(name: "authorization", value: authorization) }
        if let user = configuration.impersonation.user { headers.add(name: "impersonate-user", value: user) }
        if let uid = configuration.impersonation.uid { headers.add(name: "impersonate-uid", value: uid) }
        for group in configuration.impersonation.groups {
            headers.add(name: "impersonate-group", value: group)
        }
        for extra in configuration.impersonation.extras {
            let name = "impersonate-extra-\(ClientRequest.encoded(extra.key.lowercased()))"
            for value in extra.values { headers.add(name: name, value: value) }
        }
        return headers
    }
}

extension Transport {
    func collect(_ response: HTTPClientResponse, of request: ClientRequest) async throws -> ByteBuffer {
        do {
            return try await response.body.collect(upTo: limits.answerBytesMax)
        } catch {
            throw unreachable(request, error)
        }
    }

    func parse(_ bytes: ByteBuffer, of request: ClientRequest) throws -> JSONValue {
        do {
            return try bytes.withUnsafeReadableBytes { buffer throws(JSONError) in try JSONValue(parsing: buffer) }
        } catch {
            throw UnreachableServer(
                server: configuration.server, operation: "\(request.method.rawValue) \(request.path)",
                problem: "the answer is not JSON: \(error)")
        }
    }

    /// The refusal in an answer: its `Status` body where it has one, its code and text otherwise.
    private func failure(_ response: HTTPClientResponse, of request: ClientRequest) async -> any Error {
        let code = Int(response.status.code)
        let seconds = response.headers.first(name: "retry-after").flatMap { Int($0) }
        let bytes = (try? await response.body.collect(upTo: 1 << 20)) ?? ByteBuffer()
        let document = try? bytes.withUnsafeReadableBytes { buffer throws(JSONError) in
            try JSONValue(parsing: buffer)
        }
        var failure: KubernetesFailure
        if let document, document["kind"]?.stringValue == "Status" {
            failure = KubernetesFailure(status: document, code: code)
        } else {
            let text = String(buffer: bytes).prefix(500).trimmingWhitespace
            failure = KubernetesFailure(
                code: code, reason: StatusReason.of(code),
                message: "\(request.method.rawValue) \(request.path) at \(configuration.server): "
                    + (text.isEmpty ? response.status.reasonPhrase : text))
        }
        if let seconds, seconds >= 0 { failure.retryAfter = .seconds(seconds) }
        failure.operation = "\(request.method.rawValue) \(request.path)"
        return failure
    }

    func unreachable(_ request: ClientRequest, _ error: any Error) -> any Error {
        if error is CancellationError { return error }
        if let error = error as? HTTPClientError, error == .cancelled { return CancellationError() }
        return UnreachableServer(
            server: configuration.server, operation: "\(request.method.rawValue) \(request.path)", cause: error)
    }
}

extension ProxyAddress {
    /// As the network library takes it.
    fileprivate var client: HTTPClient.Configuration.Proxy {
        switch kind {
        case .socks5: return .socksServer(host: host, port: port)
        case .http:
            let authorization = user.map { HTTPClient.Authorization.basic(username: $0, password: password ?? "") }
            return .server(host: host, port: port, authorization: authorization)
        }
    }
}

extension Substring {
    fileprivate var trimmingWhitespace: String { String(self).trimmed }
}
