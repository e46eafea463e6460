import ELBModel
import KubernetesModel

/// Which load balancer uses which target group.
extension LoadBalancerState {
    /// Checks actions against the other resources; returns them as the API shows them.
    func checkedActions(
        _ actions: [Action], loadBalancer owner: LoadBalancerARN, listenerProtocol: TrafficProtocol, isNewRule: Bool
    ) throws(ELBFailure) -> [Action] {
        let result = try ActionValidation.normalized(
            actions, listenerProtocol: listenerProtocol, quotas: configuration.quotas, isNewRule: isNewRule)
        for case .forward(let forward) in result {
            for group in forward.targetGroups { try check(group.arn, for: owner, listenerProtocol) }
            try checkStickiness(forward)
            try checkQuotas(forward, owner)
        }
        return result
    }

    private func check(
        _ arn: TargetGroupARN, for owner: LoadBalancerARN, _ listenerProtocol: TrafficProtocol
    ) throws(ELBFailure) {
        guard let record = targetGroups[arn] else {
            throw ELBFailure(.targetGroupNotFound, "One or more target groups not found")
        }
        if let user = associations[arn], user != owner {
            let message = "The following target groups cannot be associated with more than one load balancer: \(arn)"
            throw ELBFailure(.targetGroupAssociationLimit, message)
        }
        let group = record.targetGroup
        if listenerProtocol == .http, let version = group.protocolVersion, version != .http1 {
            let message =
                "Listener protocol 'HTTP' is not supported with a target group of protocol version '\(version)'"
            throw ELBFailure(.incompatibleProtocols, message)
        }
        if !configuration.acceptsUnknownNetworks, group.vpcID != configuration.vpcID {
            let message = "The following target groups are in a different VPC than load balancer '\(owner)': \(arn)"
            throw ELBFailure(.invalidConfigurationRequest, message)
        }
    }

    private func checkStickiness(_ forward: ForwardAction) throws(ELBFailure) {
        guard forward.targetGroups.count > 1, forward.stickiness?.isEnabled != true else { return }
        for group in forward.targetGroups where targetGroups[group.arn]?.attributes["stickiness.enabled"] == "true" {
            let message = "Target group stickiness must be enabled because target group '\(group.arn)' has stickiness"
            throw ELBFailure(.invalidConfigurationRequest, message)
        }
    }

    private func checkQuotas(_ forward: ForwardAction, _ owner: LoadBalancerARN) throws(ELBFailure) {
        let quotas = configuration.quotas
        let used = Set(associations.filter { $0.value == owner }.map(\.key)).union(forward.targetGroups.map(\.arn))
        guard used.count <= quotas.targetGroupsPerLoadBalancer else {
            let message = "The maximum number of target groups per load balancer"
            throw ELBFailure(
                .tooManyUniqueTargetGroupsPerLoadBalancer,
                "\(message) '\(quotas.targetGroupsPerLoadBalancer)' has been reached on load balancer '\(owner)'")
        }
        let count = used.reduce(0) { $0 + (targetGroups[$1]?.targets.count ?? 0) }
        guard count <= quotas.targetsPerLoadBalancer else { throw tooManyTargets(owner) }
    }

    /// The refusal of more targets than a load balancer may have.
    func tooManyTargets(_ owner: LoadBalancerARN) -> ELBFailure {
        let quota = configuration.quotas.targetsPerLoadBalancer
        let message = "The maximum number of targets per load balancer '\(quota)' has been reached on load balancer"
        return ELBFailure(.tooManyTargets, "\(message) '\(owner)'")
    }

    /// Recomputes which load balancer uses which group; targets of groups that gain or lose one change their phase.
    mutating func refreshAssociations() {
        var current: [TargetGroupARN: LoadBalancerARN] = [:]
        for record in listeners.ordered {
            for action in record.rules.flatMap(\.actions) {
                guard case .forward(let forward) = action else { continue }
                for group in forward.targetGroups { current[group.arn] = record.listener.loadBalancerARN }
            }
        }
        for arn in targetGroups.keys {
            switch (associations[arn], current[arn]) {
            case (nil, .some): beginUsing(arn)
            case (.some, nil): endUsing(arn)
            case (nil, nil), (.some, .some): continue
            }
        }
        associations = current
    }

    private mutating func beginUsing(_ arn: TargetGroupARN) {
        guard var record = targetGroups[arn] else { return }
        record.releasedAt = nil
        for key in record.targets.keys where record.targets[key]?.phase == .unused {
            record.targets[key]?.phase = .registering(until: clock.advanced(by: configuration.registrationDelay))
            record.targets[key]?.streak = 0
        }
        targetGroups[arn] = record
    }

    private mutating func endUsing(_ arn: TargetGroupARN) {
        guard var record = targetGroups[arn] else { return }
        record.releasedAt = clock.advanced(by: configuration.controlPlaneLag)
        for key in record.targets.keys {
            if case .draining = record.targets[key]?.phase { continue }
            record.targets[key]?.phase = .unused
        }
        targetGroups[arn] = record
    }
}
