import KubernetesModel
import RequestRouting

/// How many requests could have failed: the share that would at each instant, summed over time.
///
/// Requests are taken to arrive evenly at every node of every load balancer and at every rule with weights, and to be
/// spread evenly over the targets that may get them. What was deleted, hangs, or does not listen yet would not answer.
struct RiskAccount: Sendable {
    private var total = 0.0
    private var share = 0.0
    private var since: Timestamp?

    /// The state of the routes from now on.
    mutating func note(_ nodes: [NodeRouting], _ pods: SimulatedPods, now: Timestamp) {
        total = seconds(now: now)
        since = now
        share = nodes.reduce(0) { $0 + Self.share(of: $1, pods) }
    }

    /// The sum until now: seconds of one node's traffic.
    func seconds(now: Timestamp) -> Double {
        guard let since else { return 0 }
        return total + share * since.duration(to: now).inSeconds
    }

    private static func share(of node: NodeRouting, _ pods: SimulatedPods) -> Double {
        var share = 0.0
        var weights = 0
        for route in node.routes where route.weight > 0 {
            weights += route.weight
            let healthy = route.targets.filter { $0.state == .healthy }
            let eligible = healthy.isEmpty ? route.targets.filter { $0.state == .unhealthy } : healthy
            let silent = eligible.filter { !pods.isServing($0.address.host, port: $0.address.port) }
            let part = eligible.isEmpty ? 1 : Double(silent.count) / Double(eligible.count)
            share += part * Double(route.weight)
        }
        return weights == 0 ? 0 : share / Double(weights)
    }
}
