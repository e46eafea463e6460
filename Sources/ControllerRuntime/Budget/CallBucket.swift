package import ELBModel
import KubernetesModel

/// The budgets that AWS counts calls of one account and region against.
package enum CallBucket: String, CaseIterable, Sendable {
    /// Every call counts.
    case account
    /// Describe….
    case reading
    /// What changes something and is in no other bucket.
    case mutating
    /// CreateLoadBalancer and SetSubnets.
    case intensive
    /// RegisterTargets and DeregisterTargets.
    case registration

    /// The bucket of an operation, beside the account's.
    package init(_ request: ELBRequest) {
        switch request {
        case .createLoadBalancer, .setSubnets: self = .intensive
        case .registerTargets, .deregisterTargets: self = .registration
        default: self = request.isMutating ? .mutating : .reading
        }
    }

    /// The published limit. Source: Elastic Load Balancing API reference, request throttling.
    package var published: CallLimit {
        switch self {
        case .account, .reading: CallLimit(burst: 40, perSecond: 10)
        case .mutating: CallLimit(burst: 20, perSecond: 3)
        case .intensive: CallLimit(burst: 10, perSecond: 0.2)
        case .registration: CallLimit(burst: 20, perSecond: 4)
        }
    }

    /// The tokens that a lane leaves in the bucket when it holds at most `capacity`.
    func reserve(of lane: CallLane, capacity: Double) -> Double {
        switch self {
        // Every call of this kind is housekeeping: there is nobody to keep tokens for.
        case .intensive: 0
        case .account, .reading, .mutating, .registration: lane.reserve * capacity
        }
    }
}

/// A token bucket's size.
package struct CallLimit: Equatable, Sendable {
    /// The most tokens it holds, at least 1.
    package var burst: Double
    /// The tokens that come back per second, more than 0.
    package var perSecond: Double

    package init(burst: Double, perSecond: Double) {
        self.burst = burst
        self.perSecond = perSecond
    }
}

/// Tokens of one bucket, as far as this process can know: others spend from the same account.
struct TokenBucket: Sendable {
    /// The least part of the limit that is used, however often AWS throttles.
    static let shareMin = 0.2
    /// What is left of the share after a throttled call.
    static let shrink = 0.7
    /// How much of the share comes back per second.
    static let recovery = 0.02

    let limit: CallLimit
    /// The part of the limit that is used, `shareMin`...1.
    private(set) var share = 1.0
    var tokens: Double
    /// Throttled answers since the last that was not.
    private(set) var throttledInARow = 0
    /// When each lane may go on; lanes that are not paused are missing.
    private(set) var resumesAt: [CallLane: Timestamp] = [:]
    private var refilledAt: Timestamp?

    init(_ limit: CallLimit) {
        self.limit = limit
        tokens = limit.burst
    }

    var capacity: Double { max(1, limit.burst * share) }
    var perSecond: Double { limit.perSecond * share }

    mutating func refill(now: Timestamp) {
        if let refilledAt, refilledAt < now {
            let seconds = refilledAt.duration(to: now).inSeconds
            share = min(1, share + seconds * Self.recovery)
            tokens += seconds * perSecond
        }
        tokens = min(tokens, capacity)
        refilledAt = max(refilledAt ?? now, now)
    }

    /// AWS has no tokens left, whatever was counted here.
    mutating func throttled(now: Timestamp) {
        throttledInARow += 1
        share = max(Self.shareMin, share * Self.shrink)
        tokens = 0
        for lane in CallLane.allCases {
            resumesAt[lane] = now.advanced(by: lane.pause(throttledInARow: throttledInARow))
        }
    }

    mutating func answered() {
        throttledInARow = 0
        resumesAt = [:]
    }

    /// When a call of a lane may be sent that has `waitingAhead` others before it; a time that is not later than now
    /// means at once.
    func earliest(_ bucket: CallBucket, _ lane: CallLane, waitingAhead: Int, now: Timestamp) -> Timestamp {
        let needed = bucket.reserve(of: lane, capacity: capacity) + 1 + Double(waitingAhead)
        let missing = needed - tokens
        // Less than a millionth of a token is what rounding leaves.
        let refilled = missing <= 1e-6 ? now : now.advanced(by: .microseconds(Int64(missing / perSecond * 1e6) + 1))
        return max(refilled, resumesAt[lane] ?? now)
    }
}
