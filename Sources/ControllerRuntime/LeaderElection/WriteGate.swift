/// Decides which writes begin, and until when the open ones must be over; a value, held behind one lock by
/// `Leadership`.
package struct WriteGate: Sendable {
    /// What the kernel is told.
    package enum FenceOrder: Equatable, Sendable {
        case keep
        case arm(SteadyTime)
        case disarm
    }

    package private(set) var tenure: Tenure?
    /// How many writes are open.
    package private(set) var openCount = 0

    package init() {}

    /// Whether a write may begin.
    package func permits(now: SteadyTime) -> Bool {
        tenure.map { now < $0.validUntil } ?? false
    }

    /// Opens a write; `nil` when it may not begin.
    ///
    /// The fence is to be armed before the time is looked at once more, so that a process that is stopped between the
    /// two never writes after the end of its tenure.
    package mutating func open(now: SteadyTime) -> FenceOrder? {
        guard permits(now: now), let tenure else { return nil }
        openCount += 1
        return openCount == 1 ? .arm(tenure.endsAt) : .keep
    }

    /// Closes a write that was opened.
    package mutating func close() -> FenceOrder {
        precondition(openCount > 0, "a write is closed only after it was opened")
        openCount -= 1
        return openCount == 0 ? .disarm : .keep
    }

    /// Takes over a tenure; `nil` ends it at once. The end for open writes moves with a new tenure and stays when there
    /// is none.
    package mutating func renew(_ tenure: Tenure?) -> FenceOrder {
        self.tenure = tenure
        guard openCount > 0, let tenure else { return .keep }
        return .arm(tenure.endsAt)
    }
}
