import ELBModel
import KubernetesModel

/// Whether calls to AWS stay within the token buckets of the account.
///
/// Source: Elastic Load Balancing API reference, request throttling.
struct CallBudgetPromise: Sendable {
    /// One bucket of the account.
    package enum Bucket: String, CaseIterable, Sendable {
        case reads = "reads"
        case changes = "changes"
        case targets = "target registration"
        case creation = "creation"

        init(_ request: ELBRequest) {
            switch request {
            case .createLoadBalancer, .setSubnets: self = .creation
            case .registerTargets, .deregisterTargets: self = .targets
            default: self = request.isMutating ? .changes : .reads
            }
        }

        /// The most tokens, and how many come back in a second.
        var limits: (capacity: Double, perSecond: Double) {
            switch self {
            case .reads: (40, 10)
            case .changes: (20, 3)
            case .targets: (20, 4)
            case .creation: (10, 0.2)
            }
        }
    }

    private var tokens: [Bucket: (count: Double, at: Timestamp)] = [:]
    /// Calls by bucket.
    private(set) var counts: [Bucket: Int] = [:]
    private(set) var problems: [String] = []

    /// Notes a call.
    mutating func note(_ request: ELBRequest, now: Timestamp) {
        let bucket = Bucket(request)
        counts[bucket, default: 0] += 1
        let limits = bucket.limits
        let known = tokens[bucket] ?? (limits.capacity, now)
        let refilled = min(limits.capacity, known.count + known.at.duration(to: now).inSeconds * limits.perSecond)
        // Rounding must not call the last token a missing one.
        if refilled < 0.999 {
            problems.append("\(request.operation) comes when the account has no call left for \(bucket.rawValue)")
        }
        tokens[bucket] = (max(0, refilled - 1), now)
    }

    /// The process begins anew, and with it its account of what it may ask.
    mutating func restart() { tokens = [:] }

    mutating func takeProblems() -> [String] {
        defer { problems = [] }
        return problems
    }
}
