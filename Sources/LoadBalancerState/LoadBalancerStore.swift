package import ELBModel
package import KubernetesModel
import Synchronization

/// One `LoadBalancerState` shared by the API endpoint and the data plane; every access is a short critical section.
package final class LoadBalancerStore: Sendable {
    private struct Shared {
        var state: LoadBalancerState
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWatcher = 0
    }

    private let shared: Mutex<Shared>
    private let clock: @Sendable () -> Timestamp

    /// Shares `state`; `now` is asked at every access and may jump back, which the state ignores.
    package init(state: LoadBalancerState, now: @escaping @Sendable () -> Timestamp) {
        shared = Mutex(Shared(state: state))
        clock = now
    }

    /// The time that the state is given.
    package var now: Timestamp { clock() }

    /// Answers a call and wakes the watchers when it may have changed something.
    package func call(_ request: ELBRequest) throws(ELBFailure) -> ELBResponse {
        let now = clock()
        let result = shared.withLock { $0.state.handle(request, now: now) }
        if request.isMutating { notify() }
        return try result.get()
    }

    /// Reads the state as it is now, after the changes that time has brought.
    package func read<Result: Sendable>(_ body: (LoadBalancerState, Timestamp) -> Result) -> Result {
        let now = clock()
        return shared.withLock { shared in
            shared.state.advance(to: now)
            return body(shared.state, now)
        }
    }

    /// Changes the state outside the API, for example to inject faults, and wakes the watchers.
    package func update<Result: Sendable>(_ body: (inout LoadBalancerState, Timestamp) -> Result) -> Result {
        let now = clock()
        let result = shared.withLock { shared in
            shared.state.advance(to: now)
            return body(&shared.state, now)
        }
        notify()
        return result
    }

    /// Takes the health checks that are due.
    package func takeHealthChecks() -> [HealthCheckProbe] {
        let now = clock()
        return shared.withLock { $0.state.healthChecksDue(now: now) }
    }

    /// Notes what came of a health check and wakes the watchers.
    package func record(_ result: HealthCheckResult, for probe: HealthCheckProbe) {
        let now = clock()
        shared.withLock { $0.state.record(result, for: probe, now: now) }
        notify()
    }

    /// Yields after every change, at least one element for any number of changes that were not yet looked at.
    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = shared.withLock { shared in
            shared.lastWatcher += 1
            shared.watchers[shared.lastWatcher] = continuation
            return shared.lastWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.shared.withLock { $0.watchers[number] = nil }
        }
        return stream
    }

    private func notify() {
        let watchers = shared.withLock { Array($0.watchers.values) }
        for watcher in watchers { watcher.yield() }
    }
}
