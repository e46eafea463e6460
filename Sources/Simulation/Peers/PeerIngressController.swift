import ELBModel
package import IngressPlanning
package import KubernetesModel
package import Planning

/// An Ingress controller that changes targets in the order of the AWS Load Balancer Controller: those that no endpoint
/// stands for are deregistered first, then the new ones are registered, and nobody waits for their health.
///
/// Everything else is as Weir's does it. Source: the published behaviour of the AWS Load Balancer Controller 2 and 3;
/// none of its code.
package struct PeerIngressController: Controller {
    private let base: IngressController

    package init(settings: IngressSettings) {
        base = IngressController(settings: settings)
    }

    package var name: String { base.name }
    package var watchedKinds: [ResourceKind] { base.watchedKinds }

    package func fieldsRead(of kind: ResourceKind) -> FieldSelection { base.fieldsRead(of: kind) }

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] { base.keys(for: change, in: world) }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        let cautious = base.plan(key, in: world, now: now)
        let added = Self.registrations(in: cautious)
        // As if the new targets were there and healthy: then Weir, too, lets the former ones go.
        var imagined = world
        for plan in cautious.observations { imagined.believeHealthy(plan.subject, with: [], now: now) }
        for (group, targets) in added { imagined.believeHealthy(.targetHealth(group), with: targets, now: now) }
        let hasty = base.plan(key, in: imagined, now: now)
        let removals = hasty.effects.filter(Self.isRemoval)
        var plan = cautious
        plan.effects = removals + cautious.effects.filter { !Self.isRemoval($0) }
        return plan
    }

    private static func isRemoval(_ effect: Effect) -> Bool {
        if case .elb(.deregisterTargets) = effect { return true }
        return false
    }

    private static func registrations(in plan: Plan) -> [(group: TargetGroupARN, targets: [Target])] {
        plan.effects.compactMap { effect in
            guard case .elb(.registerTargets(let call)) = effect else { return nil }
            return (call.targetGroupARN, call.targets)
        }
    }
}

extension World {
    /// Takes all targets of a group that were read, and others, for healthy.
    fileprivate mutating func believeHealthy(_ subject: ObservationSubject, with added: [Target], now: Timestamp) {
        guard case .targetHealth = subject, case .success(.targetHealth(let read))? = observations[subject]?.result
        else {
            return
        }
        var targets = read.map { description in
            var description = description
            if description.health.state != .draining { description.health = TargetHealth(state: .healthy) }
            return description
        }
        targets += added.map { TargetHealthDescription(target: $0, health: TargetHealth(state: .healthy)) }
        observations[subject] = Observation(startedAt: now, result: .success(.targetHealth(targets)))
    }
}
