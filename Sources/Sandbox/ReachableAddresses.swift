import ELBModel
import RequestRouting

extension DataPlaneConfiguration {
    /// The addresses that this node would send a new request to: targets of groups to which some rule gives weight.
    ///
    /// Healthy targets, and all that are not draining while a group has no healthy one (fail-open).
    var reachableAddresses: Set<String> {
        var result: Set<String> = []
        for action in listeners.flatMap(\.rules).flatMap(\.actions) {
            guard case .forward(let forward) = action else { continue }
            for group in forward.targetGroups where (group.weight ?? 1) > 0 {
                guard let configuration = targetGroups[group.arn] else { continue }
                let open = configuration.targets.filter { $0.state != .draining && $0.state != .initial }
                let healthy = open.filter { $0.state == .healthy }
                result.formUnion((healthy.isEmpty ? open : healthy).map(\.address.host))
            }
        }
        return result
    }
}
