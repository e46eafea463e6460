/// A point in time in microseconds since 1970-01-01T00:00:00Z, the resolution of Kubernetes' MicroTime.
///
/// Wall time in production and in the sandbox, virtual time in the simulator; a planner only ever receives it.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since the epoch; negative before it.
    package var microseconds: Int64

    /// The point `microseconds` after the epoch.
    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The point `seconds` after the epoch.
    package init(seconds: Int64) {
        self.microseconds = seconds * 1_000_000
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The point `duration` later (earlier when negative), cut to whole microseconds.
    package func advanced(by duration: Duration) -> Timestamp {
        Timestamp(microseconds: microseconds + duration.wholeMicroseconds)
    }

    /// The time from here to `other`; negative when `other` is earlier.
    package func duration(to other: Timestamp) -> Duration {
        .microseconds(other.microseconds - microseconds)
    }

    /// The same point without its fraction of a second, as `metav1.Time` stores it.
    package var wholeSeconds: Timestamp {
        Timestamp(seconds: secondsSinceEpoch)
    }

    /// Whole seconds since the epoch, rounded down.
    package var secondsSinceEpoch: Int64 {
        (Double(microseconds) < 0 && microseconds % 1_000_000 != 0)
            ? microseconds / 1_000_000 - 1 : microseconds / 1_000_000
    }
}

extension Duration {
    /// This duration cut to whole microseconds.
    package var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    /// This duration in seconds, with its fraction.
    package var inSeconds: Double {
        Double(wholeMicroseconds) / 1_000_000
    }
}
