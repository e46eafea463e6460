/// What a simulation has counted.
package struct SimulationStatistics: Equatable, Sendable {
    /// Calls to ELBv2 by operation, refused ones included.
    package var awsCalls: [String: Int] = [:]
    /// The same by who called.
    package var callsByActor: [String: [String: Int]] = [:]
    /// Weir's calls by the account's bucket: `reads`, `changes`, `target registration`, `creation`.
    package var awsCallsByBucket: [String: Int] = [:]
    /// How long each rollback took, from the abort until every node sends everything to the stable version.
    package var rollbackTimes: [Duration] = []
    /// An estimate of the requests that could have failed: seconds of all of one load balancer node's traffic.
    package var riskSeconds = 0.0
    /// The most pods that were there at once, those being deleted not counted.
    package var podsMax = 0
    /// Moments at which something happened.
    package var moments = 0
    /// Writes and mutating calls that Weir has sent.
    package var effects = 0
    /// Plans that were made, by controller, the cluster's own among them.
    package var plans: [String: Int] = [:]
    /// How often the promises were checked.
    package var checks = 0

    package init() {}

    /// All calls to ELBv2.
    package var awsCallCount: Int { awsCalls.values.reduce(0, +) }

    /// Calls by operation, in order of name: `DescribeRules=12 ModifyRule=4`.
    package var awsCallText: String {
        awsCalls.keys.sorted().map { "\($0)=\(awsCalls[$0] ?? 0)" }.joined(separator: " ")
    }
}
