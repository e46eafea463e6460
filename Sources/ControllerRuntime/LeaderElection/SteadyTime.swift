/// A point in this machine's own time: it never jumps, and goes on while the process is stopped and while the machine
/// is suspended. Points of different machines, or of different boots, have nothing to do with each other.
package struct SteadyTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Nanoseconds since an unknown start.
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static func < (left: SteadyTime, right: SteadyTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The point `duration` later (earlier when negative), cut to whole nanoseconds.
    package func advanced(by duration: Duration) -> SteadyTime {
        let (seconds, attoseconds) = duration.components
        return SteadyTime(nanoseconds: nanoseconds + seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// The time from here to `other`; negative when `other` is earlier.
    package func duration(to other: SteadyTime) -> Duration {
        .nanoseconds(other.nanoseconds - nanoseconds)
    }

    package var description: String { "\(Duration.nanoseconds(nanoseconds))" }
}
