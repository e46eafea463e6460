import KubernetesClient
import KubernetesModel
import Logging
import Synchronization

/// Runs many independent pieces of work on several processors, and tells on standard error how far it is.
final class Sweep<Input: Sendable, Output: Sendable>: Sendable {
    /// What was done.
    struct Outcome: Sendable {
        /// In the order of the inputs; what an interruption left out is missing.
        var outputs: [Output]
        /// Whether it was ended from outside before everything was done.
        var isInterrupted: Bool
        /// From the beginning to the end, by the wall clock.
        var wallTime: Duration
    }

    private struct Progress: Sendable {
        var next = 0
        var outputs: [Int: Output] = [:]
        /// What was thrown first.
        var failure: (any Error)?
        var toldAt: Timestamp
    }

    private let inputs: [Input]
    private let startedAt: Timestamp
    private let progress: Mutex<Progress>
    private let body: @Sendable (Input) throws -> Output

    private init(_ inputs: [Input], _ body: @escaping @Sendable (Input) throws -> Output) {
        self.inputs = inputs
        self.body = body
        startedAt = WallClock().now
        progress = Mutex(Progress(toldAt: startedAt))
    }

    /// Runs `body` for every input.
    ///
    /// - Parameter jobs: how many at the same time, 1 or more.
    /// - Throws: what `body` throws first; then nothing new is begun.
    static func run(
        _ inputs: [Input], jobs: Int, logger: Logger, _ body: @escaping @Sendable (Input) throws -> Output
    ) async throws -> Outcome {
        let sweep = Sweep(inputs, body)
        try await Program.run(logger: logger) {
            await withTaskGroup { group in
                for _ in 0..<min(jobs, max(1, inputs.count)) { group.addTask { await sweep.work() } }
            }
        }
        if let error = sweep.progress.withLock({ $0.failure }) { throw error }
        return sweep.outcome
    }

    private func work() async {
        while !Task.isCancelled, let index = take() {
            do {
                let output = try body(inputs[index])
                progress.withLock { $0.outputs[index] = output }
            } catch {
                progress.withLock { $0.failure = $0.failure ?? error }
                return
            }
            tell()
            // Ctrl-C is noticed on the same threads.
            await Task.yield()
        }
    }

    private func take() -> Int? {
        progress.withLock { progress in
            guard progress.failure == nil, progress.next < inputs.count else { return nil }
            progress.next += 1
            return progress.next - 1
        }
    }

    /// Says how far it is, every second to a person and every ten seconds to a file.
    private func tell() {
        let isSeen = StandardStream.error.isTerminal
        let now = WallClock().now
        let count: Int? = progress.withLock { progress in
            let isLast = progress.outputs.count == inputs.count
            let since = progress.toldAt.duration(to: now)
            guard since >= (isSeen ? .seconds(1) : .seconds(10)) || (isLast && progress.toldAt != startedAt) else {
                return nil
            }
            progress.toldAt = now
            return progress.outputs.count
        }
        guard let count else { return }
        let seconds = max(0.001, startedAt.duration(to: now).inSeconds)
        let text = "\(count) of \(inputs.count), \(Int(Double(count) / seconds * 60)) a minute"
        StandardStream.error.write(isSeen ? "\r\u{1B}[K\(text)\(count == inputs.count ? "\n" : "")" : "\(text)\n")
    }

    private var outcome: Outcome {
        progress.withLock { progress in
            Outcome(
                outputs: progress.outputs.keys.sorted().compactMap { progress.outputs[$0] },
                isInterrupted: progress.outputs.count < inputs.count,
                wallTime: startedAt.duration(to: WallClock().now))
        }
    }
}
