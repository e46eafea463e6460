package import ELBModel

/// A refusal to give although nothing is wrong.
struct Fault: Sendable {
    /// The operation, or `nil` for any.
    var operation: String?
    var failure: ELBFailure
    var remaining: Int
    /// Whether the call takes effect all the same, as when only its answer is lost.
    var appliesCall: Bool
}

extension LoadBalancerState {
    /// Refuses the next calls.
    ///
    /// - Parameters:
    ///   - operation: `ModifyRule`; `nil` for any.
    ///   - count: how many calls, at least 1.
    ///   - appliesCall: whether the calls take effect all the same, as when only the answer is lost.
    package mutating func failNext(
        _ operation: String?, count: Int = 1, with failure: ELBFailure, appliesCall: Bool = false
    ) {
        precondition(count > 0, "a fault needs at least one call to fail")
        faults.append(Fault(operation: operation, failure: failure, remaining: count, appliesCall: appliesCall))
    }

    /// Refuses the next calls as if there had been too many.
    package mutating func throttleNext(_ operation: String?, count: Int = 1) {
        failNext(operation, count: count, with: throttled)
    }

    /// Answers calls as they deserve again, whatever was to fail.
    package mutating func endFaults() {
        faults = []
    }

    /// The fault that the next call of an operation meets.
    mutating func takeFault(for operation: String) -> Fault? {
        guard let index = faults.firstIndex(where: { $0.operation == nil || $0.operation == operation }) else {
            return nil
        }
        let fault = faults[index]
        faults[index].remaining -= 1
        if faults[index].remaining == 0 { faults.remove(at: index) }
        return fault
    }
}
