import ELBModel
import KubernetesModel
import RequestRouting

extension PromiseChecker {
    /// What is wrong with where one node sends requests.
    mutating func brokenRoutes(
        of node: NodeRouting, _ pods: SimulatedPods, now: Timestamp, _ elapsed: Duration
    ) -> [SimulationViolation] {
        var found: [SimulationViolation] = []
        for route in node.routes {
            let (subject, key) = (route.subject, route.key)
            if route.weight > 0 { lastServed[key] = now }
            guard isReachable(route, key, now: now) else { continue }
            let hosts = route.targets.map(\.address.host)
            let isExplained = environment.explainsEmptiness(of: key, hosts, now: now)
            if route.weight > 0, !Self.hasServer(route, pods), !isExplained, !environment.explainsRules(now: now) {
                found.append(
                    SimulationViolation(
                        .routedGroupsServe, subject,
                        "gets \(route.weight) % of the requests and has \(route.count(.healthy)) healthy targets, "
                            + "none of which answers",
                        elapsed: elapsed))
            }
            for target in route.targets where target.state != .draining {
                let host = target.address.host
                let pod = pods.pod(at: host)
                if let pod, !pod.isDeleting {
                    environment.noteAlive(host)
                    continue
                }
                guard !environment.explainsDeletion(of: host, now: now), !environment.explainsGone(host, now: now),
                    !excuses.excuse(host, now: now)
                else { continue }
                let what = pod.map { "pod \($0.key) is being deleted" } ?? "no pod has this address any more"
                found.append(
                    SimulationViolation(
                        .reachablePodsLive, "\(subject), \(target.address)",
                        "\(what), and the target is \(target.state) in a group with weight \(route.weight)",
                        elapsed: elapsed))
            }
        }
        return found
    }

    /// Whether a node sends requests somewhere, and every group that it sends them to can answer.
    static func serves(_ node: NodeRouting, _ pods: SimulatedPods) -> Bool {
        let routed = node.routes.filter { $0.weight > 0 }
        return !routed.isEmpty && routed.allSatisfy { hasServer($0, pods) }
    }

    private func isReachable(_ route: NodeRouting.Route, _ key: String, now: Timestamp) -> Bool {
        if route.weight > 0 { return true }
        guard let seconds = route.stickySeconds, let last = lastServed[key] else { return false }
        return last.advanced(by: .seconds(seconds)) > now
    }

    /// Whether a request can be answered: by a healthy target, or by an unhealthy one while none is healthy.
    private static func hasServer(_ route: NodeRouting.Route, _ pods: SimulatedPods) -> Bool {
        func answers(_ state: RoutableTarget.State) -> Bool {
            route.targets.contains { target in
                target.state == state && pods.isServing(target.address.host, port: target.address.port)
            }
        }
        return answers(.healthy) || (route.count(.healthy) == 0 && answers(.unhealthy))
    }
}
