package import ELBModel
package import KubernetesModel

/// Decides which call to AWS may be sent when, so that this process stays within the account's published limits and
/// what is urgent goes first.
///
/// A call takes a token of the account's bucket and one of its operation's. It enters, asks until it may go, or
/// leaves. Calls go by lane, in a lane in the order in which they entered; one that has waited long moves up, but never
/// among the rollbacks. Each lane leaves a part of every bucket to more urgent ones. A throttled answer empties the
/// bucket, makes it smaller for a while, and pauses the lanes, the urgent ones shortly.
package struct CallBudget: Sendable {
    /// A call that waits.
    package struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    /// Whether a call may be sent.
    package enum Verdict: Equatable, Sendable {
        /// Now; its tokens are taken.
        case go
        /// Not before this time; then to be asked again.
        case wait(until: Timestamp)
    }

    private struct Entry: Sendable {
        let ticket: Ticket
        let bucket: CallBucket
        let lane: CallLane
        let since: Timestamp

        /// The lane it counts for.
        func lane(now: Timestamp) -> CallLane {
            guard lane > .weight else { return lane }
            let steps = Int(since.duration(to: now) / CallBudget.patience)
            return CallLane(rawValue: max(CallLane.weight.rawValue, lane.rawValue - steps)) ?? lane
        }
    }

    /// Who has waited this long counts as one lane more urgent.
    static let patience = Duration.seconds(15)
    /// No wait is longer before the next question, because what waits ahead may leave.
    static let askAgain = Duration.milliseconds(500)

    private var buckets: [CallBucket: TokenBucket] = [:]
    private var waiting: [Entry] = []
    private var nextNumber: UInt64 = 0

    /// - Parameter limits: instead of the published ones.
    package init(limits: [CallBucket: CallLimit] = [:]) {
        for bucket in CallBucket.allCases { buckets[bucket] = TokenBucket(limits[bucket] ?? bucket.published) }
    }

    /// For an account that refuses no call because there were too many: an emulator's.
    package static var unlimited: CallBudget {
        let limit = CallLimit(burst: 1_000_000, perSecond: 1_000_000)
        return CallBudget(limits: Dictionary(uniqueKeysWithValues: CallBucket.allCases.map { ($0, limit) }))
    }

    /// How many calls wait.
    package var waitingCount: Int { waiting.count }

    /// The tokens of a bucket now, 0 or more.
    package func tokens(in bucket: CallBucket, now: Timestamp) -> Double {
        var state = self[bucket]
        state.refill(now: now)
        return max(0, state.tokens)
    }

    /// The part of a bucket's limit that is used now, after what AWS has throttled, 0...1.
    package func share(of bucket: CallBucket, now: Timestamp) -> Double {
        var state = self[bucket]
        state.refill(now: now)
        return state.share
    }

    /// Puts a call in its lane.
    package mutating func enter(_ request: ELBRequest, lane: CallLane, now: Timestamp) -> Ticket {
        nextNumber += 1
        let ticket = Ticket(number: nextNumber)
        waiting.append(Entry(ticket: ticket, bucket: CallBucket(request), lane: lane, since: now))
        return ticket
    }

    /// Takes a call away that will not be sent.
    package mutating func leave(_ ticket: Ticket) {
        waiting.removeAll { $0.ticket == ticket }
    }

    /// Whether a call that waits may be sent; if so, it waits no more.
    package mutating func poll(_ ticket: Ticket, now: Timestamp) -> Verdict {
        for bucket in CallBucket.allCases { buckets[bucket]?.refill(now: now) }
        // What those ahead will take is not there for this one.
        var left = buckets
        var held: [CallBucket: Int] = [:]
        for entry in inOrder(now: now) {
            let needed = [CallBucket.account, entry.bucket]
            let earliest = needed.map { bucket in
                (left[bucket] ?? self[bucket]).earliest(
                    bucket, entry.lane(now: now), waitingAhead: held[bucket] ?? 0, now: now)
            }.reduce(now, max)
            if entry.ticket == ticket {
                guard earliest > now else {
                    for bucket in needed { buckets[bucket]?.tokens -= 1 }
                    leave(ticket)
                    return .go
                }
                return .wait(until: min(earliest, now.advanced(by: Self.askAgain)))
            }
            if earliest > now {
                // It holds up its own kind; the account's tokens it leaves to others until it can use them.
                held[entry.bucket, default: 0] += 1
            } else {
                for bucket in needed { left[bucket]?.tokens -= 1 }
            }
        }
        preconditionFailure("a call asks only while it waits")
    }

    /// Notes that AWS refused a call because there were too many.
    package mutating func throttled(_ request: ELBRequest, now: Timestamp) {
        for bucket in CallBucket.allCases { buckets[bucket]?.refill(now: now) }
        buckets[CallBucket(request)]?.throttled(now: now)
        // It may have been the account's bucket: it cannot hold much, either.
        if let tokens = buckets[.account]?.tokens { buckets[.account]?.tokens = tokens / 2 }
    }

    /// Notes that AWS carried out a call, or refused it for another reason.
    package mutating func answered(_ request: ELBRequest) {
        buckets[CallBucket(request)]?.answered()
    }

    private func inOrder(now: Timestamp) -> [Entry] {
        waiting.sorted { left, right in
            (left.lane(now: now), left.ticket.number) < (right.lane(now: now), right.ticket.number)
        }
    }

    private subscript(bucket: CallBucket) -> TokenBucket {
        buckets[bucket] ?? TokenBucket(bucket.published)
    }
}
