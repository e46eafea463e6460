import ELBModel
import KubernetesModel

/// The account's budgets of calls.
///
/// Source: Elastic Load Balancing API reference, request throttling.
struct TokenBuckets: Sendable {
    private var account = Bucket(capacity: 40, perSecond: 10)
    private var reading = Bucket(capacity: 40, perSecond: 10)
    private var mutating = Bucket(capacity: 20, perSecond: 3)
    private var intensive = Bucket(capacity: 10, perSecond: 0.2)
    private var registration = Bucket(capacity: 20, perSecond: 4)

    /// Takes a token from the account's bucket and one from the operation's; `false` takes none.
    mutating func take(for request: ELBRequest, now: Timestamp) -> Bool {
        let budget: WritableKeyPath<TokenBuckets, Bucket> =
            switch request {
            case .createLoadBalancer, .setSubnets: \.intensive
            case .registerTargets, .deregisterTargets: \.registration
            case _ where request.isMutating: \.mutating
            default: \.reading
            }
        account.refill(now)
        self[keyPath: budget].refill(now)
        guard account.tokens >= 1, self[keyPath: budget].tokens >= 1 else { return false }
        account.tokens -= 1
        self[keyPath: budget].tokens -= 1
        return true
    }

    private struct Bucket: Sendable {
        let capacity: Double
        let perSecond: Double
        var tokens: Double
        var refilledAt: Timestamp?

        init(capacity: Double, perSecond: Double) {
            self.capacity = capacity
            self.perSecond = perSecond
            tokens = capacity
        }

        mutating func refill(_ now: Timestamp) {
            if let refilledAt { tokens = min(capacity, tokens + refilledAt.duration(to: now).inSeconds * perSecond) }
            refilledAt = now
        }
    }
}
