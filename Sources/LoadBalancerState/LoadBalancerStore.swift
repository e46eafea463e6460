package import ELBModel
package import KubernetesModel
import Synchronization

/// One `LoadBalancerState` shared by the API endpoint and the data plane; every access is a short critical section.
///
/// With a journal, what is to be kept is handed to it before a call returns; whoever answers a call waits for
/// `waitUntilSafe` before the answer goes out.
package final class LoadBalancerStore: Sendable {
    struct Guarded {
        var state: LoadBalancerState
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var lastWatcher = 0
        var keeping: Keeping?
    }

    let guarded: Mutex<Guarded>
    private let clock: @Sendable () -> Timestamp
    /// How far the state's time is ahead of the clock, microseconds.
    private let lead = Atomic<Int64>(0)

    /// Shares `state`; `now` is asked at every access and may jump back, which the state ignores.
    ///
    /// - Parameter journal: makes what is to be kept safe; without it nothing is kept.
    package init(
        state: LoadBalancerState, now: @escaping @Sendable () -> Timestamp,
        journal: (any LoadBalancerJournal)? = nil
    ) {
        var guarded = Guarded(state: state)
        if let journal { guarded.keeping = Keeping(of: &guarded.state, journal) }
        self.guarded = Mutex(guarded)
        clock = now
    }

    /// The time that the state is given.
    package var now: Timestamp { clock().advanced(by: .microseconds(lead.load(ordering: .relaxed))) }

    /// The time without what it was advanced by; callers sign with it.
    package var callersTime: Timestamp { clock() }

    /// Lets time pass for the state alone, all at once, and wakes the watchers.
    package func advanceTime(by duration: Duration) {
        lead.add(duration.wholeMicroseconds, ordering: .relaxed)
        update { _, _ in }
    }

    /// Answers a call and wakes the watchers when it may have changed something.
    package func call(_ request: ELBRequest) throws(ELBFailure) -> ELBResponse {
        let now = self.now
        let result = guarded.withLock { guarded in
            let result = guarded.state.handle(request, now: now)
            if request.isMutating { guarded.keep() }
            return result
        }
        if request.isMutating { notify() }
        return try result.get()
    }

    /// Reads the state as it is now, after the changes that time has brought.
    package func read<Result: Sendable>(_ body: (LoadBalancerState, Timestamp) -> Result) -> Result {
        let now = self.now
        return guarded.withLock { guarded in
            guarded.state.advance(to: now)
            return body(guarded.state, now)
        }
    }

    /// Changes the state outside the API, for example to inject faults, and wakes the watchers.
    package func update<Result: Sendable>(_ body: (inout LoadBalancerState, Timestamp) -> Result) -> Result {
        let now = self.now
        let result = guarded.withLock { guarded in
            guarded.state.advance(to: now)
            let result = body(&guarded.state, now)
            guarded.keep()
            return result
        }
        notify()
        return result
    }

    /// Takes the health checks that are due.
    package func takeHealthChecks() -> [HealthCheckProbe] {
        let now = self.now
        return guarded.withLock { $0.state.healthChecksDue(now: now) }
    }

    /// Notes what came of a health check and wakes the watchers.
    package func record(_ result: HealthCheckResult, for probe: HealthCheckProbe) {
        let now = self.now
        guarded.withLock { guarded in
            guarded.state.record(result, for: probe, now: now)
            guarded.keep()
        }
        notify()
    }

    /// Yields after every change, at least one element for any number of changes that were not yet looked at.
    package func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = guarded.withLock { guarded in
            guarded.lastWatcher += 1
            guarded.watchers[guarded.lastWatcher] = continuation
            return guarded.lastWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.guarded.withLock { $0.watchers[number] = nil }
        }
        return stream
    }

    private func notify() {
        let watchers = guarded.withLock { Array($0.watchers.values) }
        for watcher in watchers { watcher.yield() }
    }
}
