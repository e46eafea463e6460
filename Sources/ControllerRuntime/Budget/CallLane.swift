package import ELBModel
package import Planning

/// How urgent a call to AWS is, the most urgent first.
package enum CallLane: Int, CaseIterable, Comparable, Sendable, CustomStringConvertible {
    /// Brings traffic back to what is known to work.
    case rollback
    /// Moves traffic.
    case weight
    /// Registers and deregisters targets.
    case register
    /// Reads what somebody waits for.
    case verify
    /// Everything that nobody waits for.
    case housekeeping

    package var description: String {
        switch self {
        case .rollback: "rollback"
        case .weight: "weight"
        case .register: "register"
        case .verify: "verify"
        case .housekeeping: "housekeeping"
        }
    }

    package static func < (left: CallLane, right: CallLane) -> Bool { left.rawValue < right.rawValue }

    /// The lane of a call about which nothing else is known.
    package init(_ request: ELBRequest) {
        switch request {
        case .modifyRule, .modifyListener, .setRulePriorities: self = .weight
        case .registerTargets, .deregisterTargets: self = .register
        default: self = request.isMutating ? .housekeeping : .verify
        }
    }

    /// The lane of all mutating calls of a plan: they are sent in order, so each is as urgent as the most urgent one.
    package init(effectsOf plan: Plan) {
        let lanes = plan.effects.compactMap { effect in
            if case .elb(let request) = effect { CallLane(request) } else { nil }
        }
        self = plan.isRollback ? .rollback : lanes.min() ?? .housekeeping
    }

    /// The lane of the reads that a plan asks for: those that look only now and then can wait.
    package init(readsOf plan: Plan) {
        let isSoon = plan.observations.contains { $0.maxAge < Self.idleAge }
        self = plan.isRollback ? .rollback : isSoon ? .verify : .housekeeping
    }

    /// What may be older than this is looked at to find drift, not because something waits.
    private static let idleAge = Duration.seconds(30)

    /// The part of a bucket that this lane leaves to more urgent ones, 0..<1.
    var reserve: Double {
        switch self {
        case .rollback: 0
        case .weight: 0.1
        case .register: 0.15
        case .verify: 0.2
        case .housekeeping: 0.3
        }
    }

    /// How long this lane keeps still after a call was throttled; it doubles with each one in a row.
    func pause(throttledInARow count: Int) -> Duration {
        let base = Duration.milliseconds(100 << Int64(rawValue))
        return min(base * (1 << min(max(count - 1, 0), 10)), base * 10)
    }
}
