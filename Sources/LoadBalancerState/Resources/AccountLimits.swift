import ELBModel

/// What DescribeAccountLimits shows.
extension LoadBalancerState {
    func describeAccountLimits(_ call: ELBRequest.DescribeAccountLimits) throws(ELBFailure) -> ELBResponse {
        let quotas = configuration.quotas
        let limits = [
            ("application-load-balancers", quotas.loadBalancers), ("target-groups", quotas.targetGroups),
            ("targets-per-application-load-balancer", quotas.targetsPerLoadBalancer),
            ("listeners-per-application-load-balancer", quotas.listenersPerLoadBalancer),
            ("rules-per-application-load-balancer", quotas.rulesPerLoadBalancer),
            ("target-groups-per-action-on-application-load-balancer", quotas.targetGroupsPerAction),
            ("target-groups-per-application-load-balancer", quotas.targetGroupsPerLoadBalancer),
            ("targets-per-target-group", quotas.targetsPerTargetGroup),
            ("target-id-registrations-per-application-load-balancer", 1000),
            ("certificates-per-application-load-balancer", 25),
            ("condition-values-per-alb-rule", quotas.conditionValuesPerRule),
            ("condition-wildcards-per-alb-rule", quotas.conditionWildcardsPerRule),
        ]
        let items = limits.enumerated().map { index, limit in
            (position: index, item: AccountLimit(name: limit.0, max: String(limit.1)))
        }
        let page = try Paging.page(
            items, operation: "DescribeAccountLimits", marker: call.marker, size: call.pageSize,
            sizeMax: configuration.quotas.pageSizeMax)
        return .accountLimits(page.items, nextMarker: page.nextMarker)
    }
}
