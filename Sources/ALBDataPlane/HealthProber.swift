package import NIOCore
import NIOHTTP1
import NIOPosix
package import RequestRouting

/// What came of asking a target whether it is healthy.
package enum ProbeAnswer: Equatable, Sendable {
    /// The status of its answer.
    case status(Int)
    /// No complete answer in time.
    case timedOut
    /// No connection, or no HTTP.
    case failed(String)
}

/// Sends health checks as an Application Load Balancer does: a GET on a new connection, closed afterwards.
/// Source: Application Load Balancer user guide, health checks for target groups.
package struct HealthProber: Sendable {
    private let group: any EventLoopGroup

    package init(group: any EventLoopGroup) {
        self.group = group
    }

    /// Asks `wire` for `path` with the Host header `host`. Never throws: every problem is an answer.
    package func probe(_ wire: TargetAddress, host: String, path: String, timeout: Duration) async -> ProbeAnswer {
        let loop = group.any()
        let promise = loop.makePromise(of: ProbeAnswer.self)
        let limit = TimeAmount(timeout)
        let head = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: path,
            headers: ["Host": host, "Connection": "close", "User-Agent": "ELB-HealthChecker/2.0"])
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(ProbeHandler(head: head, promise: promise, timeout: limit))
                }
            }
        let connected: EventLoopFuture<any Channel>
        do {
            connected = bootstrap.connect(to: try SocketAddress(ipAddress: wire.host, port: wire.port))
        } catch {
            connected = bootstrap.connect(host: wire.host, port: wire.port)
        }
        connected.whenFailure { error in
            if case .connectTimeout = error as? ChannelError {
                promise.succeed(.timedOut)
            } else {
                promise.succeed(.failed("\(error)"))
            }
        }
        do {
            return try await promise.futureResult.get()
        } catch {
            return .failed("\(error)")
        }
    }
}

/// One health check on its connection.
private final class ProbeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let timeout: TimeAmount
    private var promise: EventLoopPromise<ProbeAnswer>?
    private var timer: Scheduled<Void>?
    private var status: Int?

    init(head: HTTPRequestHead, promise: EventLoopPromise<ProbeAnswer>, timeout: TimeAmount) {
        self.head = head
        self.promise = promise
        self.timeout = timeout
    }

    func channelActive(context: ChannelHandlerContext) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
            self?.finish(.timedOut, context)
        }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body: break
        case .end: finish(.status(status ?? 0), context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failed("the target closed the connection"), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failed("\(error)"), context)
    }

    private func finish(_ answer: ProbeAnswer, _ context: ChannelHandlerContext) {
        timer?.cancel()
        promise?.succeed(answer)
        promise = nil
        context.close(promise: nil)
    }
}
