import NIOCore
import NIOHTTP1
import NIOPosix
import RequestRouting
import Synchronization

/// A request as a test target received it.
struct ReceivedRequest: Sendable {
    var head: HTTPRequestHead
    var body: String
    /// Which request this is on its connection, from 0.
    var indexOnConnection: Int
}

/// What a test target does with a request.
enum Reaction: Sendable {
    case answer(status: Int = 200, headers: HTTPHeaders = [:], body: String = "", after: TimeAmount = .zero)
    /// Announces more body than it sends, then closes.
    case breakOff(announced: Int, body: String)
    case closeWithoutAnswer
    case hang
}

/// What the connections of a target write down.
final class TargetNotes: Sendable {
    struct Notes: Sendable {
        var requests: [ReceivedRequest] = []
        var connections = 0
        var closed = 0
    }

    private let notes = Mutex(Notes())
    var value: Notes { notes.withLock { $0 } }

    func update(_ body: (inout Notes) -> Void) {
        notes.withLock { body(&$0) }
    }
}

/// An HTTP server on a loopback port which does what a closure says.
final class TestTarget: Sendable {
    typealias Script = @Sendable (ReceivedRequest) -> Reaction

    let address: TargetAddress
    private let channel: any Channel
    private let notes: TargetNotes

    init(script: @escaping Script = { _ in .answer(body: "ok") }) async throws {
        let notes = TargetNotes()
        self.notes = notes
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withErrorHandling: false)
                    try pipeline.addHandler(TargetHandler(notes: notes, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        address = TargetAddress(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
    }

    var requests: [ReceivedRequest] { notes.value.requests }
    var connections: Int { notes.value.connections }
    var closed: Int { notes.value.closed }

    /// Stops listening; open connections stay.
    func stop() async throws {
        try await channel.close().get()
    }
}

private final class TargetHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let notes: TargetNotes
    private let script: TestTarget.Script
    private var head: HTTPRequestHead?
    private var body = ""
    private var count = 0

    init(notes: TargetNotes, script: @escaping TestTarget.Script) {
        self.notes = notes
        self.script = script
    }

    func channelActive(context: ChannelHandlerContext) {
        notes.update { $0.connections += 1 }
    }

    func channelInactive(context: ChannelHandlerContext) {
        notes.update { $0.closed += 1 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = ""
        case .body(let buffer):
            body += String(buffer: buffer)
        case .end:
            guard let head else { return }
            let request = ReceivedRequest(head: head, body: body, indexOnConnection: count)
            count += 1
            notes.update { $0.requests.append(request) }
            react(script(request), to: head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func react(_ reaction: Reaction, to head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        switch reaction {
        case .hang: break
        case .closeWithoutAnswer: context.close(promise: nil)
        case .breakOff(let announced, let body):
            let headers: HTTPHeaders = ["Content-Length": String(announced)]
            context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: .ok, headers: headers))), promise: nil)
            let part = wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body))))
            let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(part).whenComplete { _ in loopBound.value.close(promise: nil) }
        case .answer(let status, var headers, let body, let delay):
            if !headers.contains(name: "content-length"), !headers.contains(name: "transfer-encoding"), status != 204 {
                headers.add(name: "Content-Length", value: String(body.utf8.count))
            }
            let answer = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: status), headers: headers)
            let isHead = head.method == .HEAD
            context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in
                context.write(wrapOutboundOut(.head(answer)), promise: nil)
                if !isHead, !body.isEmpty {
                    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: body)))), promise: nil)
                }
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
