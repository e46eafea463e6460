package import KubernetesModel

/// The time, injected: wall time in production and the sandbox, virtual time in tests.
package struct RuntimeClock: Sendable {
    /// The current time.
    package var now: @Sendable () -> Timestamp
    /// Suspends for a duration; throws `CancellationError` when cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }
}
