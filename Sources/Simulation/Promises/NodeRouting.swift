import ELBModel
import KubernetesModel
import LoadBalancerState
import RequestRouting

/// What one node of a load balancer does with requests now.
struct NodeRouting: Sendable {
    /// One target group of a rule.
    struct Route: Sendable {
        var group: TargetGroupARN
        /// The share of new clients, 0...100.
        var weight: Int
        /// For how long clients may come back after the weight has become 0; `nil` without stickiness.
        var stickySeconds: Int?
        var targets: [RoutableTarget]
        /// What reports call it, and what it is known by.
        var subject: String
        var key: String

        func count(_ state: RoutableTarget.State) -> Int { targets.filter { $0.state == state }.count }
    }

    /// `k8s-shop-web/0`: the load balancer's name and the node's number.
    let name: String
    let loadBalancer: LoadBalancerARN
    let node: Int
    let version: UInt64
    let routes: [Route]
    /// `k8s-shop-web-1 10 % (2 healthy), k8s-shop-web-2 90 % (4 healthy, 1 draining)`.
    let text: String

    init(_ view: DataPlaneConfiguration, node: Int) {
        let name = "\(view.loadBalancer.short)/\(node)"
        self.name = name
        self.node = node
        loadBalancer = view.loadBalancer
        version = view.version
        var routes: [Route] = []
        for rule in view.listeners.flatMap(\.rules) {
            for case .forward(let forward) in rule.actions {
                let sum = forward.targetGroups.reduce(0) { $0 + ($1.weight ?? 1) }
                // AWS does not say whether groups that all have weight 0 are used.
                let isEven = sum == 0 && view.settings.choices.usesWeightZeroAlone
                let total = isEven ? forward.targetGroups.count : sum
                let sticky = forward.stickiness.flatMap { $0.isEnabled ? $0.durationSeconds ?? 3_600 : nil }
                for group in forward.targetGroups {
                    let part = isEven ? 1 : group.weight ?? 1
                    let weight = total == 0 ? 0 : (part * 100 + total - 1) / total
                    routes.append(
                        Route(
                            group: group.arn, weight: weight, stickySeconds: sticky,
                            targets: view.targetGroups[group.arn]?.targets ?? [],
                            subject: "node \(name), \(group.arn.short)", key: "\(name) \(group.arn)"))
                }
            }
        }
        self.routes = routes
        text = Self.text(of: routes)
    }

    /// Whether it is what a node knew when this was made.
    func isCurrent(_ view: DataPlaneConfiguration, node: Int) -> Bool {
        version == view.version && self.node == node && loadBalancer == view.loadBalancer
    }

    private static func text(of routes: [Route]) -> String {
        if routes.isEmpty { return "nothing" }
        return routes.map { route in
            let states: [(String, RoutableTarget.State)] = [
                ("healthy", .healthy), ("unhealthy", .unhealthy), ("initial", .initial), ("draining", .draining),
            ]
            let counts = states.compactMap { name, state in
                route.count(state) == 0 ? nil : "\(route.count(state)) \(name)"
            }
            let targets = counts.isEmpty ? "no targets" : counts.joined(separator: ", ")
            return "\(route.group.short) \(route.weight) % (\(targets))"
        }.joined(separator: ", ")
    }
}
