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
        let isTurnNeeded = news.withLock { news in
            if let changed { news.changed?.formUnion(changed) } else { news.changed = nil }
            defer { news.isTurnDue = true }
            return !news.isTurnDue
        }
        if isTurnNeeded { loop.execute { self.feedAll() } }
    }

    private func feedAll() {
        let changed = news.withLock { news in
            let changed = news.changed
            news = News()
            return changed
        }
        var round = makeRound()
        for stream in streams.value.values where changed?.contains(stream.resource) ?? true {
            stream.send(&round)
        }
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
