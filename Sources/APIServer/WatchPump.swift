import ClusterState
import JSON
import KubernetesModel
import NIOCore
import Synchronization

/// Turns a watcher's events into chunks of lines, with bookmarks in between.
final class WatchPump: Sendable {
    private struct State {
        var isStopped = false
        var isBookmarkDue = false
    }

    private let watcher: ClusterWatcher
    private let accept: AcceptHeader
    private let hasBookmarks: Bool
    private let end: ContinuousClock.Instant
    private let state = Mutex(State())

    init(_ reply: WatchReply) {
        watcher = reply.watcher
        accept = reply.accept
        hasBookmarks = reply.hasBookmarks
        end = ContinuousClock.now.advanced(by: reply.duration)
    }

    /// Ends the watch, from whatever task.
    func stop() {
        state.withLock { $0.isStopped = true }
        watcher.wake()
    }

    /// Wakes the watcher when a bookmark is due, and stops it when its time is up. Runs until then or until cancelled.
    func keepTime() async {
        while true {
            let bookmark = ContinuousClock.now.advanced(by: WatchReply.bookmarkInterval)
            do {
                try await Task.sleep(until: hasBookmarks ? min(bookmark, end) : end, clock: .continuous)
            } catch {
                return
            }
            guard ContinuousClock.now < end else { return stop() }
            state.withLock { $0.isBookmarkDue = true }
            watcher.wake()
        }
    }

    /// The next lines; `nil` when the watch is over.
    func next() async -> ByteBuffer? {
        while !Task.isCancelled {
            let isBookmarkDue = state.withLock { state in
                defer { state.isBookmarkDue = false }
                return state.isStopped ? Bool?.none : state.isBookmarkDue
            }
            guard let isBookmarkDue else { return nil }
            if isBookmarkDue, let bookmark = watcher.bookmark() { return chunk([bookmark]) }
            if let chunk = await lines() { return chunk }
            if watcher.isFinished { return nil }
        }
        return nil
    }

    /// The lines that come next; `nil` when the watcher was woken before there were any.
    private func lines() async -> ByteBuffer? {
        guard accept.form == .table else {
            let bytes = await watcher.nextLines(bytesMax: WatchReply.chunkBytes)
            return bytes.isEmpty ? nil : ByteBuffer(bytes: bytes)
        }
        let events = await watcher.next()
        return events.isEmpty ? nil : chunk(events)
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
