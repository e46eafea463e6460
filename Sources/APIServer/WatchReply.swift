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
    static let bookmarkInterval = Duration.seconds(30)
    /// The bytes that are put together before they are written; one more line may be on top.
    static let chunkBytes = 64 << 10

    let watcher: ClusterWatcher
    let duration: Duration
    let hasBookmarks: Bool
    let accept: AcceptHeader

    /// The streaming response; the connection closes when the watch ends.
    func response(to request: Request) -> Response {
        var headers = Reply.headers(accept.isYAML ? "application/yaml" : "application/json")
        headers[.connection] = "close"
        let body = ResponseBody { writer in
            try await stream(to: &writer, of: request)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    @concurrent private func stream(to writer: inout any ResponseBodyWriter, of request: Request) async throws {
        let pump = WatchPump(self)
        let timer = Task { await pump.keepTime() }
        defer { timer.cancel() }
        try await request.body.consumeWithInboundCloseHandler { _ in
            try await withGracefulShutdownHandler {
                while let chunk = await pump.next() {
                    try await writer.write(chunk)
                }
            } onGracefulShutdown: {
                pump.stop()
            }
        } onInboundClosed: {
            pump.stop()
        }
        try await writer.finish(nil)
    }
}
