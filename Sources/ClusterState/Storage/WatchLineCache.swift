import Synchronization

/// Bounds the memory of lines kept for watchers: the oldest go first.
///
/// A line is made once for all watchers that see a change alike, see `LoggedChange.line`.
final class WatchLineCache: Sendable {
    private struct Kept: Sendable {
        var change: LoggedChange
        var count: Int
    }

    private struct State {
        var kept: [Kept] = []
        /// Where in `kept` the oldest one is.
        var first = 0
        var bytes = 0
    }

    /// The most bytes that all lines together take, besides the newest line.
    let bytesMax: Int
    private let state = Mutex(State())

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
    }

    /// The bytes of the lines that are kept now.
    var bytes: Int { state.withLock { $0.bytes } }

    /// The line of a change in one form.
    func line(of change: LoggedChange, _ form: LoggedChange.Form, make: () -> [UInt8]) -> [UInt8] {
        let (bytes, isNew) = change.line(form, make: make)
        if isNew { keep(change, bytes.count) }
        return bytes
    }

    private func keep(_ change: LoggedChange, _ count: Int) {
        let dropped = state.withLock { state in
            var dropped: [LoggedChange] = []
            while state.bytes + count > bytesMax, state.first < state.kept.count {
                let oldest = state.kept[state.first]
                state.first += 1
                state.bytes -= oldest.count
                dropped.append(oldest.change)
            }
            if state.first > 1_000, state.first * 2 > state.kept.count {
                state.kept.removeFirst(state.first)
                state.first = 0
            }
            state.kept.append(Kept(change: change, count: count))
            state.bytes += count
            return dropped
        }
        for change in dropped { change.dropLines() }
    }
}
