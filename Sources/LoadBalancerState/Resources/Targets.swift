import ELBModel
import KubernetesModel
import RequestRouting

/// Registering and deregistering targets.
extension LoadBalancerState {
    mutating func registerTargets(_ call: ELBRequest.RegisterTargets) throws(ELBFailure) -> ELBResponse {
        var record = try targetGroup(call.targetGroupARN)
        let isUsed = associations[call.targetGroupARN] != nil
        for target in call.targets {
            let host = try TargetValidation.host(of: target, in: record.targetGroup, configuration: configuration)
            let key = self.key(of: target, in: record.targetGroup)
            if let known = record.targets[key] {
                guard case .draining = known.phase else { continue }
            }
            let mayRestore = configuration.answers.restoresDrainingTargets && isUsed
            let isRestored = mayRestore && record.targets[key]?.wasHealthy == true
            let registered = clock.advanced(by: configuration.registrationDelay)
            record.targets[key] = TargetRecord(
                key: key, availabilityZone: target.availabilityZone,
                address: TargetAddress(host: host, port: key.port),
                phase: isRestored ? .healthy : isUsed ? .registering(until: registered) : .unused,
                nextCheckAt: registered,
                registration: makeRegistration())
        }
        try checkQuotas(record)
        targetGroups[call.targetGroupARN] = record
        markChanged(call.targetGroupARN)
        return .done
    }

    mutating func deregisterTargets(_ call: ELBRequest.DeregisterTargets) throws(ELBFailure) -> ELBResponse {
        var record = try targetGroup(call.targetGroupARN)
        let seconds = Int(attribute("deregistration_delay.timeout_seconds", of: record)) ?? 0
        for target in call.targets {
            let key = self.key(of: target, in: record.targetGroup)
            guard let phase = record.targets[key]?.phase else { continue }
            switch phase {
            case .draining: continue
            case .unused: record.targets[key] = nil
            case .registering, .checking, .healthy, .unhealthy:
                if seconds == 0 {
                    record.targets[key] = nil
                } else {
                    record.targets[key]?.wasHealthy = phase == .healthy
                    record.targets[key]?.phase = .draining(until: clock.advanced(by: .seconds(seconds)))
                }
            }
        }
        targetGroups[call.targetGroupARN] = record
        markChanged(call.targetGroupARN)
        return .done
    }

    /// Notes that the nodes of the load balancer which uses a group must be told.
    mutating func markChanged(_ group: TargetGroupARN) {
        if let owner = associations[group] { unpublished.insert(owner) }
    }

    /// A target without a port is meant to be on the group's.
    func key(of target: Target, in group: TargetGroup) -> TargetKey {
        TargetKey(id: target.id, port: target.port ?? group.port ?? 0)
    }

    private func checkQuotas(_ record: TargetGroupRecord) throws(ELBFailure) {
        let quotas = configuration.quotas
        guard record.targets.count <= quotas.targetsPerTargetGroup else {
            let message =
                "The maximum number of targets per target group '\(quotas.targetsPerTargetGroup)' has been reached"
            throw ELBFailure(.tooManyTargets, "\(message) on target group '\(record.targetGroup.arn)'")
        }
        guard let owner = associations[record.targetGroup.arn] else { return }
        let others = associations.filter { $0.value == owner && $0.key != record.targetGroup.arn }
        let count = others.reduce(record.targets.count) { $0 + (targetGroups[$1.key]?.targets.count ?? 0) }
        guard count <= quotas.targetsPerLoadBalancer else { throw tooManyTargets(owner) }
    }
}
