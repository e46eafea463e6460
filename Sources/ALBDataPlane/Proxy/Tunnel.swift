import NIOCore
import NIOHTTP1

/// One side of a connection that has switched protocols: what is read goes to the other side as it is.
///
/// Sits before the last handler of its channel, which keeps hearing of everything but reads. Used on its event loop
/// only; both sides are on the same one.
final class Tunnel: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private weak var other: Tunnel?
    private var context: ChannelHandlerContext?
    private let onTraffic: (Int) -> Void

    /// - Parameter onTraffic: told the size of everything that is read.
    init(onTraffic: @escaping (Int) -> Void) {
        self.onTraffic = onTraffic
    }

    /// Makes two sides send to each other.
    static func connect(_ left: Tunnel, _ right: Tunnel) {
        left.other = right
        right.other = left
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        onTraffic(buffer.readableBytes)
        other?.send(buffer)
        if other?.context?.channel.isWritable == false { setAutoRead(false) }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        other?.setAutoRead(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    private func send(_ buffer: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func setAutoRead(_ isOn: Bool) {
        context?.channel.setOption(.autoRead, value: isOn).whenFailure { _ in }
    }
}

extension ChannelHandlerContext {
    /// Puts a tunnel before this handler and takes the handlers that speak HTTP away.
    func install<Encoder: RemovableChannelHandler, Decoder: ByteToMessageDecoder>(
        _ tunnel: Tunnel, replacing encoder: Encoder.Type, _ decoder: Decoder.Type
    ) throws {
        let operations = pipeline.syncOperations
        try operations.addHandler(tunnel, position: .before(handler))
        try operations.removeHandler(operations.handler(type: encoder)).whenFailure { _ in }
        // Last, and with the bytes that came after the switch.
        try operations.removeHandler(operations.handler(type: ByteToMessageHandler<Decoder>.self))
            .whenFailure { _ in }
    }
}
