import ClusterState
import HTTPTypes
import Hummingbird
import JSON
import KubernetesModel
import Logging
import NIOCore

/// Answers every request of the API: reads HTTP, asks the store, writes HTTP.
struct APIResponder: HTTPResponder {
    typealias Context = CallContext

    let store: ClusterStore
    let feeds: WatchFeeds
    let podLogs: PodLogs?
    let now: @Sendable () -> Timestamp
    let decoder: BodyDecoder
    /// How long the body of a request may take to arrive.
    let bodyTimeout: TimeAmount

    init(
        store: ClusterStore, podLogs: PodLogs?, now: @escaping @Sendable () -> Timestamp, decoder: BodyDecoder,
        bodyTimeout: TimeAmount = .seconds(60)
    ) {
        self.store = store
        feeds = WatchFeeds(store)
        self.podLogs = podLogs
        self.now = now
        self.decoder = decoder
        self.bodyTimeout = bodyTimeout
    }

    func respond(to request: Request, context: Context) async throws -> Response {
        let response = try await reply(to: request, on: context.channel)
        context.logger.debug(
            "request answered",
            metadata: [
                "http.method": "\(request.method.rawValue)", "http.path": "\(request.uri.path)",
                "http.status": "\(response.status.code)",
            ])
        return response
    }

    /// How long a connection stays whose body is not read to its end.
    private static let refusalTime = TimeAmount.seconds(1)

    /// The answer to a request, refusals included.
    ///
    /// - Throws: only what reading the request throws, when the connection is gone.
    func reply(to request: Request, on channel: (any Channel)? = nil) async throws -> Response {
        let call = Call(request, on: channel)
        do {
            let response = try await answer(call)
            return request.method == .head ? response.createHeadResponse() : response
        } catch let failure as KubernetesFailure {
            var response = Reply(failure, pretty: call.isPretty).response
            if failure.code == 413 {
                response.headers[.connection] = "close"
                // Time to read the answer; the rest of the body may never end.
                if let channel {
                    _ = channel.eventLoop.scheduleTask(in: Self.refusalTime) { channel.close(promise: nil) }
                }
            }
            return response
        }
    }

    private func answer(_ call: Call) async throws -> Response {
        guard PercentEncoding.isProper(call.target.path) else { return Reply(400, text: "400 Bad Request").response }
        switch Route(call.target.segments) {
        case .index: return document(Self.index, call)
        case .health: return Reply(200, text: call.target.query.isOn("verbose") ? "[+]ping ok\nok\n" : "ok").response
        case .version: return discovery(call, AcceptHeader())
        case .discovery: return discovery(call, try AcceptHeader(discovery: call.header(.accept)))
        case .openAPIv2: return OpenAPIReply(store).version2(accept: call.header(.accept)).response
        case .openAPIv3(let name): return OpenAPIReply(store).version3(name).response
        case .resource(let path): return try await resource(path, call)
        case .unknown: return Reply(404, Self.index, pretty: call.isPretty).response
        }
    }

    private static let index: JSONValue = [
        "paths": [
            "/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version",
        ]
    ]

    private func document(_ document: JSONValue, _ call: Call) -> Response {
        Reply(200, document, pretty: call.isPretty).response
    }

    private func discovery(_ call: Call, _ accept: AcceptHeader) -> Response {
        guard call.request.method == .get || call.request.method == .head else {
            return Reply(.methodNotAllowed, pretty: call.isPretty).response
        }
        let isAggregated = accept.form == .aggregatedDiscovery && call.target.segments.count == 1
        guard var document = store.discovery(path: call.target.path, aggregated: isAggregated) else {
            let segments = call.target.segments
            let isKnown =
                segments.first != "apis" || (segments.count == 3 && ClusterStore.isBuiltIn(group: segments[1]))
            return isKnown
                ? Reply(.unknownResource, pretty: call.isPretty).response : Reply.unknownPath.response
        }
        guard isAggregated else { return self.document(document, call) }
        document["apiVersion"] = .string("apidiscovery.k8s.io/\(accept.version)")
        let type = "application/json;g=apidiscovery.k8s.io;v=\(accept.version);as=APIGroupDiscoveryList"
        return Reply(200, document, pretty: call.isPretty, contentType: type).response
    }
}

/// One request with what is asked of it again and again.
struct Call {
    let request: Request
    /// The connection it came on, to close it where the client does not go on.
    let channel: (any Channel)?
    let target: RequestTarget

    init(_ request: Request, on channel: (any Channel)? = nil) {
        self.request = request
        self.channel = channel
        target = RequestTarget(request.head.path ?? "/")
    }

    /// A header's value, or nothing.
    func header(_ name: HTTPField.Name) -> String { request.headers[name] ?? "" }

    /// Whether JSON is to be indented: asked for, or the client is a person with curl or a browser.
    var isPretty: Bool {
        if target.query["pretty"] != nil { return target.query.isOn("pretty") }
        let agent = header(.userAgent)
        return ["curl", "Wget", "Mozilla/5.0"].contains { agent.hasPrefix($0) }
    }
}

/// What belongs to a request besides itself.
struct CallContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
