/// Which targets of a group may get a request.
///
/// Source: Application Load Balancer user guide, target group health.
package enum TargetSelection {
    /// The healthy targets; all that are healthy or unhealthy when too few are healthy.
    ///
    /// Draining targets never count. Targets without a finished check count only by choice, and only without others.
    package static func eligible(
        _ group: TargetGroupConfiguration, choices: UndocumentedChoices
    ) -> (targets: [TargetAddress], isFailOpen: Bool) {
        let healthy = group.targets.filter { $0.state == .healthy }.map(\.address)
        let checked = group.targets.filter { $0.state == .healthy || $0.state == .unhealthy }.map(\.address)
        let isBelowPercent = group.healthyPercentMin.map { healthy.count * 100 < $0 * checked.count } ?? false
        if healthy.count >= min(group.healthyCountMin, max(checked.count, 1)), !isBelowPercent {
            return (healthy, false)
        }
        if !checked.isEmpty { return (checked, true) }
        guard choices.usesInitialTargets else { return ([], false) }
        return (group.targets.filter { $0.state == .initial }.map(\.address), true)
    }
}
