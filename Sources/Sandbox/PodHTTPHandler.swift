import ClusterPlanning
import KubernetesModel
import NIOCore
import NIOHTTP1

/// Answers the requests of one connection, one after the other.
final class PodHTTPHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let server: PodHTTPServer
    private var head: HTTPRequestHead?
    private var startedAt = Timestamp(seconds: 0)

    init(_ server: PodHTTPServer) {
        self.server = server
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            startedAt = server.answer.now()
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            respond(to: head, since: startedAt, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func respond(to head: HTTPRequestHead, since start: Timestamp, _ context: ChannelHandlerContext) {
        let latency = server.answer.behaviour.latency
        guard latency > .zero else { return write(head, since: start, context) }
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .microseconds(latency.wholeMicroseconds)) {
            let (handler, context) = loopBound.value
            guard context.channel.isActive else { return }
            handler.write(head, since: start, context)
        }
    }

    private func write(_ head: HTTPRequestHead, since start: Timestamp, _ context: ChannelHandlerContext) {
        let answer = server.answer
        let status = answer.status(of: head)
        let body = answer.body(of: head, status)
        let closes = !head.isKeepAlive || server.isStopping
        let response = HTTPResponseHead(
            version: head.version, status: status, headers: answer.headers(length: body.count, closes: closes))
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head.method != .HEAD {
            context.write(
                wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))), promise: nil)
        }
        answer.note(
            head, status, length: body.count, from: context.remoteAddress?.ipAddress ?? "-", since: start)
        guard closes else { return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil) }
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in loopBound.value.close(promise: nil) }
    }
}
