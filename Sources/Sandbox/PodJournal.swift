import APIServer
import KubernetesModel
import Synchronization

/// One pod's access log and its record, written by connections and read by anybody.
final class PodJournal: Sendable {
    /// Lines kept; the oldest go first.
    static let linesMax = 2_000

    private struct State {
        var record: PodRecord
        var lines: [PodLogLine] = []
        /// Where the oldest line is once the ring is full.
        var oldest = 0
        var followers: [Int: AsyncStream<PodLogLine>.Continuation] = [:]
        var nextFollower = 0
        var isClosed = false
    }

    private let state: Mutex<State>

    init(_ record: PodRecord) {
        state = Mutex(State(record: record))
    }

    var record: PodRecord { state.withLock { $0.record } }

    func update(_ change: (inout PodRecord) -> Void) {
        state.withLock { change(&$0.record) }
    }

    /// Appends a line and hands it to everybody who follows.
    func log(_ text: String, at time: Timestamp) {
        let line = PodLogLine(time: time, text: text)
        let followers = state.withLock { state -> [AsyncStream<PodLogLine>.Continuation] in
            if state.lines.count < Self.linesMax {
                state.lines.append(line)
            } else {
                state.lines[state.oldest] = line
                state.oldest = (state.oldest + 1) % Self.linesMax
            }
            return Array(state.followers.values)
        }
        for follower in followers { follower.yield(line) }
    }

    /// Counts a request that came from outside.
    func served(at time: Timestamp) {
        state.withLock { state in
            state.record.requests += 1
            state.record.lastRequestAt = time
        }
    }

    /// The lines kept, oldest first.
    var lines: [PodLogLine] {
        state.withLock { Array($0.lines[$0.oldest...] + $0.lines[..<$0.oldest]) }
    }

    /// The lines kept and those to come; the stream ends with the pod and keeps at most `linesMax` unread lines.
    func follow() -> PodLog {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PodLogLine.self, bufferingPolicy: .bufferingNewest(Self.linesMax))
        return state.withLock { state in
            let lines = Array(state.lines[state.oldest...] + state.lines[..<state.oldest])
            guard !state.isClosed else { return PodLog(lines: lines) }
            let number = state.nextFollower
            state.nextFollower += 1
            state.followers[number] = continuation
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { $0.followers[number] = nil }
            }
            return PodLog(lines: lines, following: stream)
        }
    }

    /// Ends every follower's stream.
    func close() {
        let followers = state.withLock { state in
            state.isClosed = true
            defer { state.followers = [:] }
            return Array(state.followers.values)
        }
        for follower in followers { follower.finish() }
    }
}
