import ELBModel

/// What DescribeTargetHealth shows.
extension LoadBalancerState {
    func describeTargetHealth(_ call: ELBRequest.DescribeTargetHealth) throws(ELBFailure) -> ELBResponse {
        let record = try targetGroup(call.targetGroupARN)
        guard !call.targets.isEmpty else {
            return .targetHealth(record.targets.ordered.map { description($0, in: record.targetGroup) })
        }
        return .targetHealth(
            call.targets.map { target in
                let key = self.key(of: target, in: record.targetGroup)
                if let known = record.targets[key] { return description(known, in: record.targetGroup) }
                let unknown = Target(id: key.id, port: key.port, availabilityZone: target.availabilityZone)
                return TargetHealthDescription(
                    target: unknown, healthCheckPort: checkPort(key, in: record.targetGroup),
                    health: TargetHealth(
                        state: .unused, reason: .notRegistered,
                        details: "Target is not registered to the target group"))
            })
    }

    private func description(_ record: TargetRecord, in group: TargetGroup) -> TargetHealthDescription {
        let target = Target(id: record.key.id, port: record.key.port, availabilityZone: record.availabilityZone)
        return TargetHealthDescription(
            target: target, healthCheckPort: checkPort(record.key, in: group), health: Self.health(record.phase))
    }

    private func checkPort(_ key: TargetKey, in group: TargetGroup) -> String {
        group.healthCheck.port == "traffic-port" ? String(key.port) : group.healthCheck.port
    }

    private static func health(_ phase: TargetPhase) -> TargetHealth {
        switch phase {
        case .unused:
            let details = "Target group is not configured to receive traffic from the load balancer"
            return TargetHealth(state: .unused, reason: .notInUse, details: details)
        case .registering:
            return TargetHealth(
                state: .initial, reason: .registrationInProgress, details: "Target registration is in progress")
        case .checking:
            return TargetHealth(
                state: .initial, reason: .initialHealthChecking, details: "Initial health checks in progress")
        case .healthy:
            return TargetHealth(state: .healthy)
        case .unhealthy(let reason, let details):
            return TargetHealth(state: .unhealthy, reason: reason, details: details)
        case .draining:
            return TargetHealth(
                state: .draining, reason: .deregistrationInProgress, details: "Target deregistration is in progress")
        }
    }
}
