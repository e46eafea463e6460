/// How often and after which wait a failed call is sent again. After a throttled one `CallPacer` says when.
package struct RetryPolicy: Equatable, Sendable {
    /// Calls in total, the first one included; at least 1.
    package var attemptsMax: Int
    /// The wait before the second attempt is drawn between zero and this.
    package var base: Duration
    /// No wait is longer.
    package var limit: Duration

    package init(attemptsMax: Int = 5, base: Duration = .milliseconds(50), limit: Duration = .seconds(20)) {
        self.attemptsMax = attemptsMax
        self.base = base
        self.limit = limit
    }

    /// The wait after `attempt` (from 1) has failed: full jitter over a span which doubles with each attempt.
    package func delay(after attempt: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let span = min(limit, base * (1 << min(max(attempt - 1, 0), 20)))
        let microseconds = Int64(span / .microseconds(1))
        return .microseconds(Int64.random(in: 0...max(microseconds, 0), using: &generator))
    }
}
