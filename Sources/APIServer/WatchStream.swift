import ClusterState
import JSON
import KubernetesModel
import NIOCore

/// One watch on its connection, after its initial events: writes chunks of lines, and bookmarks in between, until its
/// time is up, the watcher is finished, the connection is closed or somebody ends it.
///
/// It stands before the encoder of HTTP and writes chunks that are framed already, so that watches can share them.
/// Belongs to the connection's event loop.
final class WatchStream: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias OutboundOut = ByteBuffer

    /// How long before its end a watch tells once more how far it is, so that the next one can go on from there.
    /// Source: what a real server does.
    private static let lastBookmarkTime = TimeAmount.seconds(2)

    private let watcher: ClusterWatcher
    private let accept: AcceptHeader
    private let feed: WatchFeed
    private let ended: EventLoopPromise<Void>
    private var isEnded = false
    private var context: ChannelHandlerContext?
    private var ending: Scheduled<Void>?
    private var bookmark: Scheduled<Void>?
    private var lastBookmark: Scheduled<Void>?

    /// - Parameter ended: ends the watch when it is kept, by whomever; kept by the watch itself after its last chunk.
    init(_ reply: WatchReply, feed: WatchFeed, ended: EventLoopPromise<Void>) {
        watcher = reply.watcher
        accept = reply.accept
        self.feed = feed
        self.ended = ended
    }

    /// The resource that is watched.
    var resource: ResourceName { watcher.resource }

    /// Begins, once it is in the pipeline.
    func begin(lasting duration: TimeAmount, bookmarksEvery interval: TimeAmount?) {
        ended.futureResult.assumeIsolated().whenComplete { _ in self.stop() }
        guard !isEnded, let loop = context?.eventLoop.assumeIsolated() else { return }
        ending = loop.scheduleTask(in: duration) { self.ended.succeed() }
        if let interval {
            scheduleBookmark(every: interval, on: loop)
            let last = duration - Self.lastBookmarkTime
            if last > .zero { lastBookmark = loop.scheduleTask(in: last) { self.sendBookmark() } }
        }
        feed.add(self)
    }

    /// Writes what there is, as long as the client keeps up.
    func send(_ round: inout WatchRound<ByteBuffer>) {
        guard !isEnded, let context else { return }
        while context.channel.isWritable, let chunk = next(&round) {
            context.writeAndFlush(wrapOutboundOut(chunk), promise: nil)
        }
        if watcher.isFinished { ended.succeed() }
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ended.succeed()
        self.context = nil
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, !isEnded { feed.feed(self) }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        ended.succeed()
        context.fireChannelInactive()
    }

    /// Writes no more; the connection stays for the end of the answer.
    private func stop() {
        isEnded = true
        ending?.cancel()
        bookmark?.cancel()
        lastBookmark?.cancel()
        feed.remove(self)
    }

    private func next(_ round: inout WatchRound<ByteBuffer>) -> ByteBuffer? {
        guard accept.form == .table || accept.isBeta else { return round.next(for: watcher) }
        let events = watcher.readyEvents()
        return events.isEmpty ? nil : Self.chunk(lines(events))
    }

    private func scheduleBookmark(every interval: TimeAmount, on loop: NIOIsolatedEventLoop) {
        bookmark = loop.scheduleTask(in: interval) {
            self.sendBookmark()
            if !self.isEnded { self.scheduleBookmark(every: interval, on: loop) }
        }
    }

    private func sendBookmark() {
        guard !isEnded, let context, context.channel.isWritable, let bookmark = watcher.bookmark() else { return }
        context.writeAndFlush(wrapOutboundOut(Self.chunk(lines([bookmark]))), promise: nil)
    }

    private func lines(_ events: [WatchEvent]) -> [UInt8] { WatchReply.lines(events, accept) }

    /// A chunk of the chunked transfer coding. Source: RFC 9112 section 7.1.
    static func chunk(_ bytes: [UInt8]) -> ByteBuffer {
        let size = String(bytes.count, radix: 16)
        var buffer = ByteBuffer()
        buffer.reserveCapacity(size.utf8.count + bytes.count + 4)
        buffer.writeString(size)
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(bytes)
        buffer.writeStaticString("\r\n")
        return buffer
    }
}
