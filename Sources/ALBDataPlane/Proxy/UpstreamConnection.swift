import NIOCore
import NIOHTTP1
import RequestRouting

/// A connection to a target; the last handler of its channel. Used on its event loop only.
///
/// Can go from idle to busy (`exchange` set) and back any number of times, then closed.
final class UpstreamConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// The registered address.
    private(set) var target = TargetAddress(host: "", port: 0)
    /// The request being served; `nil` while idle.
    private(set) var exchange: Exchange?
    /// Whether an earlier request was answered on this connection, so that the target may be about to close it.
    private(set) var isReused = false
    /// Since when it has been idle.
    private(set) var idleSince = NIODeadline.distantFuture

    private weak var worker: ProxyWorker?
    private var context: ChannelHandlerContext?
    private var mayKeepAlive = false

    /// Whether the connection can take a request.
    var isOpen: Bool { context?.channel.isActive ?? false }
    /// Whether the target takes data as fast as it comes.
    var isWritable: Bool { context?.channel.isWritable ?? false }

    /// Tells whose connection this is, once it is established.
    func assign(target: TargetAddress, worker: ProxyWorker) {
        self.target = target
        self.worker = worker
    }

    /// Gives the connection to a request.
    func serve(_ exchange: Exchange) {
        self.exchange = exchange
        mayKeepAlive = false
        idleSince = .distantFuture
    }

    /// Ends serving; the connection is kept for others when both messages are complete and the target allows it.
    func finish(isRequestComplete: Bool) {
        exchange = nil
        guard isRequestComplete, mayKeepAlive, isOpen else { return close() }
        isReused = true
        idleSince = .now()
        setAutoRead(true)
        worker?.keep(self)
    }

    /// Sends a part of the request; `flush()` puts it on the wire.
    func write(_ part: HTTPClientRequestPart) {
        context?.write(wrapOutboundOut(part), promise: nil)
    }

    func flush() {
        context?.flush()
    }

    /// Closes at once; the exchange, if there still is one, is told nothing.
    func close() {
        exchange = nil
        context?.close(promise: nil)
    }

    /// Passes on what comes from now on as it is.
    func install(_ tunnel: Tunnel) throws {
        try context?.install(tunnel, replacing: HTTPRequestEncoder.self, HTTPResponseDecoder.self)
    }

    /// Stops or resumes reading the answer.
    func setAutoRead(_ isOn: Bool) {
        context?.channel.setOption(.autoRead, value: isOn).whenFailure { _ in }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let exchange else {
            // Nothing was asked for, so whatever this is, the connection cannot be trusted any more.
            return close()
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            mayKeepAlive = head.isKeepAlive
            exchange.answerBegan(head)
        case .body(let buffer):
            exchange.answerContinued(buffer)
        case .end(let trailers):
            exchange.answerEnded(trailers)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        exchange?.answerFlush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        exchange?.targetWritabilityChanged(isWritable: context.channel.isWritable)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail("the target closed the connection")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail("\(error)")
        context.close(promise: nil)
    }

    private func fail(_ problem: String) {
        worker?.forget(self)
        guard let exchange else { return }
        self.exchange = nil
        exchange.targetFailed(problem, wasReused: isReused)
    }
}
