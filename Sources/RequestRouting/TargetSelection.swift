/// Which targets of a group may get a request.
///
/// Source: Application Load Balancer user guide, target group health.
package enum TargetSelection {
    /// The healthy targets; all that are healthy or unhealthy when too few are healthy.
    ///
    /// Draining targets never count. Targets without a finished check count only by choice, and only without others.
    /// A zonal group has only the targets of the node's own zone and those of no zone.
    package static func eligible(
        _ group: TargetGroupConfiguration, zone: String? = nil, choices: UndocumentedChoices
    ) -> (targets: [RoutableTarget], isFailOpen: Bool) {
        let reachable = group.targets.filter { target in
            !group.isZonal || zone == nil || target.zone == nil || target.zone == zone
        }
        let healthy = reachable.filter { $0.state == .healthy }
        let checked = reachable.filter { $0.state == .healthy || $0.state == .unhealthy }
        let isBelowPercent = group.healthyPercentMin.map { healthy.count * 100 < $0 * checked.count } ?? false
        if healthy.count >= min(group.healthyCountMin, max(checked.count, 1)), !isBelowPercent {
            return (healthy, false)
        }
        if !checked.isEmpty { return (checked, true) }
        guard choices.usesInitialTargets else { return ([], false) }
        return (reachable.filter { $0.state == .initial }, true)
    }

    /// Which part of a full share a target gets, more than 0 and at most 1.
    static func share(_ target: RoutableTarget, of group: TargetGroupConfiguration, nowSeconds: Int64) -> Double {
        guard let since = target.slowStartSince, group.slowStartSeconds > 0 else { return 1 }
        return min(1, max(Double(nowSeconds - since), 0.5) / Double(group.slowStartSeconds))
    }
}
