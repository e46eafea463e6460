import ClusterState
import NIOCore
import Synchronization

/// The watches whose connections belong to one event loop. After changes, each is given what it has to be told, within
/// one turn of the loop and with what several are told alike made once.
final class WatchFeed: Sendable {
    private struct News {
        /// The resources with changes that were not told yet; `nil` for all of them.
        var changed: Set<ResourceName>? = []
        var isTurnDue = false
        /// When the next turn may begin.
        var nextTurn = NIODeadline.uptimeNanoseconds(0)
    }

    /// The bytes that are put together before they are written; one more line may be on top.
    static let chunkBytes = 64 << 10

    private let store: ClusterStore
    private let loop: any EventLoop
    private let news = Mutex(News())
    private let streams: NIOLoopBoundBox<[ObjectIdentifier: WatchStream]>
    private let listener = Mutex<Int?>(nil)

    init(_ store: ClusterStore, on loop: any EventLoop) {
        self.store = store
        self.loop = loop
        streams = NIOLoopBoundBox.makeBoxSendingValue([:], eventLoop: loop)
        let number = store.addListener { [weak self] changed in self?.hear(of: changed) }
        listener.withLock { $0 = number }
    }

    deinit {
        if let number = listener.withLock({ $0 }) { store.removeListener(number) }
    }

    /// Feeds a watch until `remove`, beginning at once. On the event loop only.
    func add(_ stream: WatchStream) {
        streams.value[ObjectIdentifier(stream)] = stream
        feed(stream)
    }

    /// On the event loop only.
    func remove(_ stream: WatchStream) {
        streams.value[ObjectIdentifier(stream)] = nil
    }

    /// Gives one watch what it has to be told. On the event loop only.
    func feed(_ stream: WatchStream) {
        var round = makeRound()
        stream.send(&round)
    }

    private func hear(of changed: Set<ResourceName>?) {
        let turn = news.withLock { news -> NIODeadline? in
            if let changed { news.changed?.formUnion(changed) } else { news.changed = nil }
            defer { news.isTurnDue = true }
            return news.isTurnDue ? nil : news.nextTurn
        }
        if let turn { feedAll(at: turn) }
    }

    private func feedAll(at time: NIODeadline) {
        if time <= .now() {
            loop.execute { self.feedAll() }
        } else {
            loop.scheduleTask(deadline: time) { self.feedAll() }
        }
    }

    /// One turn. The next one waits as long as this one took, so that at least half of the loop's time is left for
    /// requests, and the more watches there are, the more they are told at once.
    private func feedAll() {
        let start = NIODeadline.now()
        let changed = news.withLock { news in
            defer { news.changed = [] }
            return news.changed
        }
        var round = makeRound()
        for stream in streams.value.values where changed?.contains(stream.resource) ?? true {
            stream.send(&round)
        }
        let end = NIODeadline.now()
        let turn = news.withLock { news -> NIODeadline? in
            news.nextTurn = end + (end - start)
            news.isTurnDue = !(news.changed?.isEmpty ?? false)
            return news.isTurnDue ? news.nextTurn : nil
        }
        if let turn { feedAll(at: turn) }
    }

    private func makeRound() -> WatchRound<ByteBuffer> {
        WatchRound(bytesMax: Self.chunkBytes, encode: WatchStream.chunk)
    }
}

/// The feeds of a server, one for each event loop that has had a watch.
final class WatchFeeds: Sendable {
    private let store: ClusterStore
    private let feeds = Mutex<[ObjectIdentifier: WatchFeed]>([:])

    init(_ store: ClusterStore) {
        self.store = store
    }

    func feed(on loop: any EventLoop) -> WatchFeed {
        feeds.withLock { feeds in
            if let feed = feeds[ObjectIdentifier(loop)] { return feed }
            let feed = WatchFeed(store, on: loop)
            feeds[ObjectIdentifier(loop)] = feed
            return feed
        }
    }
}
