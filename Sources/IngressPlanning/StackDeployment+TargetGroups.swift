import ELBModel
import KubernetesModel
import Planning

extension StackDeployment {
    /// Creates a target group or brings its settings up to date.
    mutating func deploy(_ wanted: DesiredTargetGroup) {
        guard let found = inventory.targetGroups[wanted.resourceID] else {
            markIncomplete()
            decide("TargetGroupCreated", "There is no target group \(wanted.name) for \(wanted.resourceID) yet.")
            let request = ELBRequest.CreateTargetGroup(
                name: wanted.name, protocol: wanted.protocol, protocolVersion: wanted.protocolVersion,
                port: wanted.port, vpcID: settings.vpcID, healthCheck: wanted.healthCheck.settings, targetType: .ip,
                tags: wanted.tags)
            add(.elb(.createTargetGroup(request)))
            return
        }
        let group = found.targetGroup
        if !group.healthCheck.hasSameSettings(as: wanted.healthCheck) {
            add(.elb(.modifyTargetGroup(.init(arn: group.arn, healthCheck: wanted.healthCheck.settings))))
        }
        let attributes = wanted.attributes.drifted(from: found.attributes)
        if !attributes.isEmpty {
            add(.elb(.modifyTargetGroupAttributes(.init(arn: group.arn, attributes: attributes))))
        }
        for effect in TagChanges.effects(arn: group.arn.rawValue, desired: wanted.tags, observed: found.tags) {
            add(effect)
        }
    }

    /// Deletes the target groups that nothing has used for the settle time; marks those that have just come out of use.
    mutating func deleteSurplusTargetGroups() {
        let used = inventory.groupsInUse
        for surplus in inventory.surplusTargetGroups {
            let group = surplus.targetGroup
            guard !used.contains(group.arn), group.loadBalancerARNs.isEmpty else {
                watchStack(every: settings.retryInterval)
                decide(
                    "TargetGroupStillUsed", "Target group \(group.name) is not wanted any more.",
                    waitingFor: "no rule to use it")
                continue
            }
            guard let since = surplus.tags.value(StackTags.unusedSince).flatMap(Timestamp.init(parsing:)) else {
                let tag = Tag(key: StackTags.unusedSince, value: now.rfc3339)
                remove(.elb(.addTags(.init(resourceARNs: [group.arn.rawValue], tags: [tag]))))
                continue
            }
            let due = since.advanced(by: settings.targetGroupSettleTime)
            if due <= now {
                remove(.elb(.deleteTargetGroup(.init(arn: group.arn))))
            } else {
                plan.wake(at: due)
                decide(
                    "TargetGroupSettling", "Target group \(group.name) has not been used since \(since.rfc3339).",
                    waitingFor: "the load balancer's nodes to forget it, until \(due.rfc3339)")
            }
        }
    }
}

extension HealthCheck {
    /// Every part, as a call names them.
    var settings: HealthCheckSettings {
        HealthCheckSettings(
            isEnabled: isEnabled, protocol: self.protocol, port: port, path: path, intervalSeconds: intervalSeconds,
            timeoutSeconds: timeoutSeconds, healthyThreshold: healthyThreshold,
            unhealthyThreshold: unhealthyThreshold, matcher: matcher)
    }

    /// Whether another check does the same.
    func hasSameSettings(as other: HealthCheck) -> Bool { settings == other.settings }
}
