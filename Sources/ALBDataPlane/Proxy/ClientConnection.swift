import ELBModel
import KubernetesModel
import NIOCore
import NIOHTTP1
import RequestRouting

/// A client's connection to a listener; the last handler of its channel. Used on its event loop only.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// The request whose answer is not complete, as the access log needs it.
    private struct Current {
        var head: HTTPRequestHead
        var decision: RoutingDecision?
        var exchange: Exchange?
        var startedAt: Timestamp
        var begin: NIODeadline
        var receivedBytes = 0
        var sentBytes = 0
        var closesConnection: Bool
    }

    let listener: ListenerContext
    private let node: LoadBalancerNode
    private let worker: ProxyWorker
    private var context: ChannelHandlerContext?
    private var current: Current?
    private var settings: DataPlaneSettings
    private let openedAt = NIODeadline.now()
    private var lastActivity = NIODeadline.now()
    private var idleTimer: Scheduled<Void>?
    private var isClosingWhenIdle = false
    private var isReadingPaused = false
    private var peer: (address: String, port: Int) = ("", 0)

    init(listener: ListenerContext, worker: ProxyWorker) {
        self.listener = listener
        self.worker = worker
        node = listener.pickNode()
        settings = node.configuration.settings
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let address = context.channel.remoteAddress
        peer = (address?.ipAddress ?? "", address?.port ?? 0)
        worker.opened(self)
        armIdleTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastActivity = .now()
        switch unwrapInboundIn(data) {
        case .head(let head):
            begin(head)
        case .body(let buffer):
            current?.receivedBytes += buffer.readableBytes
            current?.exchange?.requestContinued(buffer)
        case .end(let trailers):
            current?.exchange?.requestEnded(trailers)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        current?.exchange?.requestFlush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        lastActivity = .now()
        current?.exchange?.clientWritabilityChanged(isWritable: context.channel.isWritable)
    }

    func channelInactive(context: ChannelHandlerContext) {
        idleTimer?.cancel()
        worker.closed(self)
        current?.exchange?.clientGone()
        current = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is HTTPParserError, current == nil {
            let head = HTTPRequestHead(version: .http1_1, method: .RAW(value: "-"), uri: "-")
            current = Current(
                head: head, startedAt: listener.environment.now(), begin: .now(), closesConnection: true)
            respond(.page(error as? HTTPParserError == .invalidVersion ? 505 : 400))
        } else {
            context.close(promise: nil)
        }
    }

    // MARK: Answering

    /// Answers the current request without a target.
    func respond(_ response: GeneratedResponse) {
        guard var request = current else { return }
        request.closesConnection = request.closesConnection || response.closesConnection
        current = request
        var headers = HTTPHeaders()
        for field in response.headers { headers.add(name: field.name, value: field.value) }
        let date = HTTPDate.text(secondsSinceEpoch: listener.environment.now().secondsSinceEpoch)
        headers.add(name: "Date", value: date)
        if response.status != 204, response.status != 304 {
            headers.add(name: "Content-Length", value: String(response.body.utf8.count))
        }
        headers.add(name: "Connection", value: request.closesConnection ? "close" : "keep-alive")
        let status = HTTPResponseStatus(statusCode: response.status, reasonPhrase: response.reason)
        write(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)))
        if request.head.method != .HEAD, !response.body.isEmpty {
            current?.sentBytes += response.body.utf8.count
            write(.body(.byteBuffer(ByteBuffer(string: response.body))))
        }
        if request.exchange == nil { log(request, status: response.status, problem: nil) }
        finishAnswer(nil)
    }

    /// Passes on the head of a target's answer.
    func answer(_ head: HTTPResponseHead, adding fields: [HeaderField]) {
        guard let request = current else { return }
        if head.status == .switchingProtocols {
            let headers = ProxyHeaders.forSwitchedClient(head.headers, adding: fields)
            return write(.head(HTTPResponseHead(version: .http1_1, status: head.status, headers: headers)))
        }
        let isHTTP11 = request.head.version == .http1_1
        let framing = ProxyHeaders.framing(of: head, to: request.head.method, clientSpeaksHTTP11: isHTTP11)
        var headers = ProxyHeaders.forClient(head.headers, adding: fields, framing: framing)
        if framing == .close { current?.closesConnection = true }
        let closes = request.closesConnection || framing == .close
        headers.add(name: "Connection", value: closes ? "close" : "keep-alive")
        write(.head(HTTPResponseHead(version: .http1_1, status: head.status, headers: headers)))
    }

    /// Passes on a part of the answer's body; returns whether the client takes more.
    func send(_ buffer: ByteBuffer) -> Bool {
        lastActivity = .now()
        current?.sentBytes += buffer.readableBytes
        write(.body(.byteBuffer(buffer)))
        return context?.channel.isWritable ?? true
    }

    func flush() {
        context?.flush()
    }

    /// Ends the answer to the current request.
    func finishAnswer(_ trailers: HTTPHeaders?) {
        guard let context, let request = current else { return }
        current = nil
        lastActivity = .now()
        setAutoRead(true)
        let isClosing = request.closesConnection || isClosingWhenIdle
        guard isClosing else {
            context.writeAndFlush(wrapOutboundOut(.end(trailers)), promise: nil)
            return
        }
        context.writeAndFlush(wrapOutboundOut(.end(trailers))).assumeIsolated().whenComplete { [weak self] _ in
            self?.context?.close(promise: nil)
        }
    }

    /// Ends the answer that switches protocols, and passes on what comes from now on as it is.
    func install(_ tunnel: Tunnel) throws {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        let operations = context.pipeline.syncOperations
        let pipelining = try operations.handler(type: HTTPServerPipelineHandler.self)
        operations.removeHandler(pipelining).whenFailure { _ in }
        try context.install(tunnel, replacing: HTTPResponseEncoder.self, HTTPRequestDecoder.self)
    }

    /// Notes what a client sent after its connection switched protocols.
    func tunnelReceived(_ byteCount: Int) {
        lastActivity = .now()
        current?.receivedBytes += byteCount
    }

    /// Notes what a client was sent after its connection switched protocols.
    func tunnelSent(_ byteCount: Int) {
        lastActivity = .now()
        current?.sentBytes += byteCount
    }

    /// Called by an exchange exactly once, before it answers or after it has answered.
    func exchangeEnded(_ exchange: Exchange, status: Int, problem: String?) {
        guard let request = current, request.exchange === exchange else { return }
        if case .forward(let forward) = request.decision?.outcome { node.finished(forward.target) }
        log(request, status: status, problem: problem)
    }

    /// Stops or resumes reading from the client.
    func setAutoRead(_ isOn: Bool) {
        guard isOn == isReadingPaused else { return }
        isReadingPaused = !isOn
        context?.channel.setOption(.autoRead, value: isOn).whenFailure { _ in }
    }

    /// Closes without completing an answer.
    func abort() {
        context?.close(promise: nil)
    }

    /// Closes now when no request is being served, else after its answer.
    func closeWhenIdle() {
        isClosingWhenIdle = true
        if current == nil { abort() }
    }
}

extension ClientConnection {
    private func begin(_ head: HTTPRequestHead) {
        let now = listener.environment.now()
        let isOld = openedAt + .seconds(Int64(settings.clientKeepAliveSeconds)) <= .now()
        var request = Current(
            head: head, startedAt: now, begin: .now(),
            closesConnection: isOld || !head.isKeepAlive || isClosingWhenIdle || Self.stopsParsing(head))
        if let status = RequestLimits.refusal(of: head) {
            request.closesConnection = true
            current = request
            return respond(.page(status))
        }
        let routed = node.route(requestHead(head), listenerPort: listener.port, nowSeconds: now.secondsSinceEpoch)
        guard let (decision, settings) = routed else {
            request.closesConnection = true
            current = request
            return respond(.page(503))
        }
        self.settings = settings
        request.decision = decision
        switch decision.outcome {
        case .respond(let response):
            current = request
            respond(response)
        case .forward(let forward):
            if head.headers.contains(name: "expect"), head.headers.first(name: "expect")?.lowercased() == "100-continue"
            {
                write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
                flush()
            }
            let exchange = Exchange(client: self, worker: worker, head: head, forward: forward)
            request.exchange = exchange
            current = request
            exchange.begin()
        }
    }

    /// Whether the parser takes everything after this request for another protocol, whatever the answer.
    private static func stopsParsing(_ head: HTTPRequestHead) -> Bool {
        head.method == .CONNECT
            || head.headers.contains(name: "upgrade")
                && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
    }

    private func requestHead(_ head: HTTPRequestHead) -> RequestHead {
        let fields = head.headers.map { HeaderField($0.name, $0.value) }
        return RequestHead(
            method: head.method.rawValue, target: head.uri, headers: fields, sourceIP: peer.address,
            sourcePort: peer.port)
    }

    private func write(_ part: HTTPServerResponsePart) {
        context?.write(wrapOutboundOut(part), promise: nil)
    }

    private func armIdleTimer() {
        guard let context else { return }
        let deadline = lastActivity + .seconds(Int64(max(1, settings.idleTimeoutSeconds)))
        idleTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.idleTimerFired()
        }
    }

    private func idleTimerFired() {
        let timeout = TimeAmount.seconds(Int64(max(1, settings.idleTimeoutSeconds)))
        guard lastActivity + timeout <= .now() else { return armIdleTimer() }
        if let exchange = current?.exchange {
            lastActivity = .now()
            armIdleTimer()
            exchange.idleTimeoutExpired()
        } else {
            abort()
        }
    }

    private func log(_ request: Current, status: Int, problem: String?) {
        var group: TargetGroupARN?
        var target: TargetAddress?
        if case .forward(let forward) = request.decision?.outcome {
            group = forward.targetGroup
            target = forward.target
        }
        let elapsed = NIODeadline.now() - request.begin
        let headers = request.head.headers
        var record = TrafficRecord(
            loadBalancer: listener.loadBalancer, listener: listener.listener, node: node.number,
            rule: request.decision?.rule, targetGroup: group, target: target, startedAt: request.startedAt,
            duration: .nanoseconds(elapsed.nanoseconds), status: status,
            targetStatus: request.exchange?.outcome.targetStatus, method: request.head.method.rawValue,
            uri: request.head.uri, host: headers.first(name: "host") ?? "",
            client: TargetAddress(host: peer.address, port: peer.port).description,
            userAgent: headers.first(name: "user-agent") ?? "", receivedBytes: request.receivedBytes,
            sentBytes: request.sentBytes, resentCount: request.exchange?.outcome.resentCount ?? 0, problem: problem)
        record.priority = request.decision?.priority?.wireText
        record.action = request.decision?.action
        if case .forward(let forward) = request.decision?.outcome {
            record.traceID = forward.headers.first { $0.isNamed("x-amzn-trace-id") }?.value
        }
        listener.environment.observer(record)
    }
}
