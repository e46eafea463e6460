/// Cuts a stream of bytes into lines.
///
/// A line is what stands before a newline; empty lines are skipped. What follows the last newline stays until more
/// bytes come.
struct LineSplitter: Sendable {
    /// A line that is longer than the limit.
    struct TooLong: Error, Hashable, CustomStringConvertible {
        var limit: Int
        var description: String { "a line is longer than \(limit) bytes" }
    }

    /// The most bytes in one line, its newline not counted.
    let limit: Int
    private var pending: [UInt8] = []
    /// Where in `pending` the next line begins.
    private var start = 0
    /// Up to where `pending` is known to hold no newline.
    private var scanned = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether bytes of an unfinished line are held.
    var hasPartialLine: Bool { start < pending.count }

    /// Adds the bytes that came next.
    mutating func append(_ bytes: some Collection<UInt8>) {
        if start > 0 {
            pending.removeFirst(start)
            scanned -= start
            start = 0
        }
        pending.append(contentsOf: bytes)
    }

    /// The next whole line; `nil` when more bytes are needed.
    ///
    /// - Throws: when the line at hand exceeds the limit.
    mutating func next() throws(TooLong) -> ArraySlice<UInt8>? {
        while true {
            guard let end = pending[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
                scanned = pending.count
                if pending.count - start > limit { throw TooLong(limit: limit) }
                return nil
            }
            let line = pending[start..<end]
            start = end + 1
            scanned = start
            if line.count > limit { throw TooLong(limit: limit) }
            if !line.isEmpty { return line }
        }
    }
}
