import ClusterState
import HTTPTypes
import Hummingbird
import JSON
import KubernetesModel
import NIOCore

/// The answer to a watch: one line of JSON per event, until the client leaves, the time is up, or the log has moved on.
struct WatchReply: Sendable {
    /// How long a watch lasts that does not say: a random 30 to 60 minutes, as on a real server.
    static let defaultSeconds = 1800...3600
    /// How often a bookmark tells a client that asked for them how far it is.
    static let bookmarkInterval = Duration.seconds(30)
    /// The most bytes that are put together before they are written.
    static let chunkBytes = 256 << 10

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
        let stop = StopSignal()
        let pump = WatchPump(self, stop: stop)
        try await request.body.consumeWithInboundCloseHandler { _ in
            while let chunk = await pump.next() {
                try await writer.write(chunk)
            }
        } onInboundClosed: {
            stop.set()
        }
        try await writer.finish(nil)
    }
}

/// Turns a watcher's events into chunks of lines.
struct WatchPump: Sendable {
    private let watcher: ClusterWatcher
    private let accept: AcceptHeader
    private let hasBookmarks: Bool
    private let stop: StopSignal
    private let end: ContinuousClock.Instant

    init(_ reply: WatchReply, stop: StopSignal) {
        watcher = reply.watcher
        accept = reply.accept
        hasBookmarks = reply.hasBookmarks
        self.stop = stop
        end = ContinuousClock.now.advanced(by: reply.duration)
    }

    /// The next lines; `nil` when the watch is over.
    func next() async -> ByteBuffer? {
        while !stop.isSet, !Task.isCancelled, ContinuousClock.now < end {
            let events = await waited()
            if events.last?.kind == .error { stop.set() }
            if !events.isEmpty { return chunk(events) }
            if hasBookmarks, !stop.isSet, let bookmark = watcher.bookmark() { return chunk([bookmark]) }
        }
        return nil
    }

    /// The events at hand, or those that come before it is time for a bookmark or the end.
    private func waited() async -> [WatchEvent] {
        let ready = watcher.ready()
        guard ready.isEmpty else { return ready }
        let limit = min(end, ContinuousClock.now.advanced(by: WatchReply.bookmarkInterval))
        let watcher = watcher
        let waiting = Task {
            await withTaskGroup(of: [WatchEvent].self) { group in
                group.addTask { await watcher.next() }
                group.addTask {
                    try? await Task.sleep(until: limit, clock: .continuous)
                    return []
                }
                var events: [WatchEvent] = []
                for await part in group {
                    events += part
                    group.cancelAll()
                }
                return events
            }
        }
        return await stop.value(of: waiting)
    }

    private func chunk(_ events: [WatchEvent]) -> ByteBuffer {
        var buffer = ByteBuffer()
        for event in events {
            var document = event.document
            if accept.form == .table, accept.version == "v1beta1", event.object.kind == "Table" {
                document.set("meta.k8s.io/v1beta1", at: "object", "apiVersion")
            }
            buffer.writeBytes(document.serialized())
            buffer.writeInteger(UInt8(ascii: "\n"))
        }
        return buffer
    }
}
