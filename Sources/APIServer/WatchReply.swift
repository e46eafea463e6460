import ClusterState
import HTTPTypes
import Hummingbird
import JSON
import KubernetesModel
import NIOCore
import ServiceLifecycle

/// The answer to a watch: one line of JSON per event, until the client leaves, the time is up, or the log has moved on.
struct WatchReply: Sendable {
    /// How long a watch lasts that does not say: a random 30 to 60 minutes, as on a real server.
    static let defaultSeconds = 1800...3600
    /// How often a bookmark tells a client that asked for them how far it is.
    static let bookmarkInterval = TimeAmount.seconds(30)

    let watcher: ClusterWatcher
    /// The text of a `Warning` header.
    let warning: String?
    let duration: TimeAmount
    let hasBookmarks: Bool
    let accept: AcceptHeader
    /// The connection of the request.
    let channel: any Channel
    /// What its event loop's watches are fed by.
    let feed: WatchFeed

    /// The streaming response; the connection closes when the watch ends.
    func response(to request: Request) -> Response {
        var headers = Reply.headers(accept.isYAML ? "application/yaml" : "application/json")
        headers[.connection] = "close"
        Reply.append(warning.map { [$0] } ?? [], to: &headers)
        let body = ResponseBody { writer in
            try await stream(to: &writer, of: request)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    /// Events as lines of JSON.
    static func lines(_ events: [WatchEvent], _ accept: AcceptHeader) -> [UInt8] {
        var bytes: [UInt8] = []
        for event in events {
            var document = event.document
            if accept.isBeta {
                var object = event.object.document
                accept.setVersion(in: &object)
                document["object"] = object
            }
            bytes += document.serialized()
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    @concurrent private func stream(to writer: inout any ResponseBodyWriter, of request: Request) async throws {
        let loop = channel.eventLoop
        let ended = loop.makePromise(of: Void.self)
        try await request.body.consumeWithInboundCloseHandler { _ in
            let events = await watcher.initialEvents()
            if !events.isEmpty { try await writer.write(ByteBuffer(bytes: Self.lines(events, accept))) }
            try await loop.submit { try insert(ended) }.get()
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    try await ended.futureResult.get()
                } onGracefulShutdown: {
                    ended.succeed()
                }
            } onCancel: {
                ended.succeed()
            }
        } onInboundClosed: {
            ended.succeed()
        }
        try await writer.finish(nil)
    }

    /// Puts the watch into the connection's pipeline and begins it. On the event loop only.
    private func insert(_ ended: EventLoopPromise<Void>) throws {
        let stream = WatchStream(self, feed: feed, ended: ended)
        do {
            try channel.pipeline.syncOperations.addHandler(stream, position: .first)
        } catch {
            ended.fail(error)
            throw error
        }
        stream.begin(lasting: duration, bookmarksEvery: hasBookmarks ? Self.bookmarkInterval : nil)
    }
}
