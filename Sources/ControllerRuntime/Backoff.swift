import KubernetesModel

/// Growing, jittered, bounded waits between tries of the same thing.
package struct Backoff: Sendable, Equatable {
    /// The first wait.
    package var base: Duration
    /// No wait is longer.
    package var limit: Duration

    package init(base: Duration, limit: Duration) {
        self.base = base
        self.limit = limit
    }

    /// For a key whose effects failed: 5 ms doubling to 10 s.
    package static let effects = Backoff(base: .milliseconds(5), limit: .seconds(10))

    /// For a list or a watch that failed: 200 ms doubling to 30 s.
    package static let watches = Backoff(base: .milliseconds(200), limit: .seconds(30))

    /// The wait after `failures` failures in a row (at least 1): half of it certain, half of it drawn.
    package func delay(failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let exponent = min(max(failures - 1, 0), 30)
        let full = min(limit, base * (1 << exponent))
        let microseconds = max(0, full.wholeMicroseconds)
        return .microseconds(microseconds / 2 + Int64.random(in: 0...max(microseconds / 2, 0), using: &generator))
    }
}
