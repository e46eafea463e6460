package import ControllerRuntime
import KubernetesModel
package import NIOCore

/// What holds for every request of a client.
package struct SendingRules: Sendable {
    /// Names this program, and this process where several compete, in the server's audit log.
    package var userAgent: String
    /// Asked immediately before a request that changes something is sent, and once more for its bytes.
    package var leadership: Leadership
    /// How long the system goes on sending what the server has not acknowledged, before it gives the connection up;
    /// `nil` leaves that to the system, which takes about a quarter of an hour. Linux only.
    package var unacknowledgedMax: Duration?

    package init(
        userAgent: String = "weir", leadership: Leadership = .alone, unacknowledgedMax: Duration? = nil
    ) {
        self.userAgent = userAgent
        self.leadership = leadership
        self.unacknowledgedMax = unacknowledgedMax
    }

    /// Prepares a connection that carries writes: nothing leaves it while this process does not lead.
    @Sendable package func prepareForWrites(_ channel: any Channel) -> EventLoopFuture<Void> {
        let handler = LeadershipHandler(leadership)
        return channel.pipeline.addHandler(handler, position: .first).flatMap { prepare(channel) }
    }

    /// Prepares any connection.
    @Sendable func prepare(_ channel: any Channel) -> EventLoopFuture<Void> {
        guard let unacknowledgedMax, let option = Self.userTimeout else {
            return channel.eventLoop.makeSucceededVoidFuture()
        }
        let milliseconds = max(1, min(unacknowledgedMax.wholeMicroseconds / 1_000, Int64(Int32.max)))
        return channel.setOption(.tcpOption(option), value: Int(milliseconds))
    }

    /// `TCP_USER_TIMEOUT`. Source: tcp(7).
    private static var userTimeout: NIOBSDSocket.Option? {
        #if os(Linux)
            NIOBSDSocket.Option(rawValue: 18)
        #else
            nil
        #endif
    }
}

/// Next to the socket: lets bytes out while this process leads, and keeps the fence up until the system has them.
///
/// A request that is cancelled ends for its caller while its bytes may still wait in the connection; they count as a
/// write of their own.
private final class LeadershipHandler: ChannelOutboundHandler, Sendable {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let leadership: Leadership

    init(_ leadership: Leadership) {
        self.leadership = leadership
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        do {
            try leadership.open()
        } catch {
            promise?.fail(error)
            context.fireErrorCaught(error)
            context.close(promise: nil)
            return
        }
        let promise = promise ?? context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { [leadership] _ in leadership.close() }
        context.write(data, promise: promise)
    }
}
