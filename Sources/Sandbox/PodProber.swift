import ClusterPlanning
import KubernetesModel
import NIOCore
import NIOHTTP1
import NIOPosix
import RequestRouting

/// Sends probes to pods over real connections, a new one for each.
struct PodProber: Sendable {
    let group: any EventLoopGroup
    let translation: PodAddressTranslation

    /// Whether the pod passes; a refusal, a broken answer and a timeout are failures.
    func isPassed(_ request: ProbeRequest) async -> Bool {
        switch request.check {
        case .succeeds: return true
        case .tcp(let port):
            let address = wireAddress(request, port)
            let channel = try? await bootstrap(request).connect(host: address.host, port: address.port).get()
            channel?.close(promise: nil)
            return channel != nil
        case .http(let port, let path, let headers):
            return await isAnswered(request, port: port, path: path, headers: headers)
        }
    }

    private func isAnswered(
        _ request: ProbeRequest, port: Int, path: String, headers: [ProbeSpec.Header]
    ) async -> Bool {
        let address = wireAddress(request, port)
        var fields: HTTPHeaders = ["host": "\(request.address):\(port)", "accept": "*/*", "connection": "close"]
        for header in headers { fields.replaceOrAdd(name: header.name, value: header.value) }
        if !fields.contains(name: "user-agent") { fields.add(name: "user-agent", value: PodAnswer.proberAgent) }
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: fields)
        let timeout = TimeAmount.microseconds(request.timeout.wholeMicroseconds)
        do {
            let status = group.next().makePromise(of: Int.self)
            _ = try await bootstrap(request)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        let handler = PodProbeHandler(head, timeout: timeout, status: status)
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .connect(host: address.host, port: address.port)
                .flatMapErrorThrowing { error in
                    status.fail(error)
                    throw error
                }.get()
            let code = try await status.futureResult.get()
            return (200..<400).contains(code)
        } catch {
            return false
        }
    }

    private func bootstrap(_ request: ProbeRequest) -> ClientBootstrap {
        ClientBootstrap(group: group).connectTimeout(.microseconds(request.timeout.wholeMicroseconds))
    }

    private func wireAddress(_ request: ProbeRequest, _ port: Int) -> TargetAddress {
        translation.wireAddress(of: TargetAddress(host: request.address, port: port))
    }
}

/// Sends one request when its connection is made, and reports the status of the answer.
private final class PodProbeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let request: HTTPRequestHead
    private let timeout: TimeAmount
    private var status: EventLoopPromise<Int>?

    init(_ request: HTTPRequestHead, timeout: TimeAmount, status: EventLoopPromise<Int>) {
        self.request = request
        self.timeout = timeout
        self.status = status
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(request)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: timeout) {
            let (handler, context) = loopBound.value
            handler.finish(.failure(ChannelError.connectTimeout(handler.timeout)), context)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) { finish(.success(Int(head.status.code)), context) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.failure(ChannelError.eof), context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finish(.failure(error), context)
    }

    private func finish(_ result: Result<Int, any Error>, _ context: ChannelHandlerContext) {
        guard let status else { return }
        self.status = nil
        status.completeWith(result)
        context.close(promise: nil)
    }
}
