/// One look at what there is for many watchers, at one moment: what several of them see alike is read and encoded once.
///
/// Belongs to one thread. A round is over when its reader gives the thread away, because what it remembers, that there
/// is nothing more among it, is true only until the next change.
package struct WatchRound<Chunk> {
    private struct Reading {
        var query: WatchQuery
        var after: UInt64
        var chunk: Chunk?
        var through: UInt64
    }

    private let bytesMax: Int
    private let encode: ([UInt8]) -> Chunk
    private var readings: [Reading] = []

    /// - Parameters:
    ///   - bytesMax: more lines than needed to come to this many bytes are left for the next chunk.
    ///   - encode: makes a chunk of whole lines of JSON, one per event.
    package init(bytesMax: Int, encode: @escaping ([UInt8]) -> Chunk) {
        self.bytesMax = bytesMax
        self.encode = encode
    }

    /// The next lines for a watcher past its initial events; `nil` when there are none, now or ever.
    ///
    /// Not for Tables, whose rows tell ages and whose first event alone has columns.
    package mutating func next(for watcher: ClusterWatcher) -> Chunk? {
        guard let version = watcher.position else { return nil }
        if let reading = readings.last(where: { $0.after == version && $0.query == watcher.query }) {
            watcher.follow(reading.through)
            return reading.chunk
        }
        let (bytes, through) = watcher.readyLines(bytesMax: bytesMax)
        let chunk = bytes.isEmpty ? nil : encode(bytes)
        guard let through else { return chunk }
        watcher.follow(through)
        readings.append(Reading(query: watcher.query, after: version, chunk: chunk, through: through))
        return chunk
    }
}
