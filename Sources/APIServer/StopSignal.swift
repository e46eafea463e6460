import ServiceLifecycle
import Synchronization

/// Tells a streaming answer that it should end, from wherever that becomes known.
final class StopSignal: Sendable {
    private struct State {
        var isSet = false
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Whether the answer should end.
    var isSet: Bool { state.withLock { $0.isSet } }

    /// Ends the answer; the task it waits for is cancelled.
    func set() {
        let cancel = state.withLock { state in
            state.isSet = true
            return state.cancel
        }
        cancel?()
    }

    /// What `task` returns; it is cancelled when the signal is set, the server shuts down or the caller is cancelled.
    func value<Value: Sendable>(of task: Task<Value, Never>) async -> Value {
        let isSet = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.isSet
        }
        if isSet { task.cancel() }
        defer { state.withLock { $0.cancel = nil } }
        return await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await task.value
            } onGracefulShutdown: {
                self.set()
            }
        } onCancel: {
            task.cancel()
        }
    }
}
