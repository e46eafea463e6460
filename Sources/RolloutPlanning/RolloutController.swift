import JSON
package import KubernetesModel
package import Planning
import RolloutModel

/// Plans Rollouts: ReplicaSets, Services' selectors, the weights on Ingresses, status and events.
package struct RolloutController: Controller {
    package let name = "rollout"
    package let watchedKinds: [ResourceKind] = [
        .rollout, .replicaSet, .pod, .service, .ingress, .deployment, .podTemplate,
    ]
    /// What the operator has set.
    package var settings: RolloutSettings

    package init(settings: RolloutSettings = RolloutSettings()) {
        self.settings = settings
    }

    package func fieldsRead(of kind: ResourceKind) -> FieldSelection {
        if kind == .deployment {
            return FieldSelection([
                ["spec", "replicas"], ["spec", "selector"], ["spec", "template"], ["status", "readyReplicas"],
            ])
        }
        guard kind == .pod else { return .everything }
        return FieldSelection([
            ["metadata", "annotations"], ["status", "podIP"], ["status", "conditions", "type"],
            ["status", "conditions", "status"],
        ])
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        var memory = PlanMemory()
        return plan(key, in: world, now: now, reusing: &memory)
    }

    package func plan(
        _ key: ObjectKey, in world: World, now: Timestamp, reusing memory: inout PlanMemory
    ) -> Plan {
        guard var snapshot = RolloutSnapshot(key, in: world, settings: settings) else {
            memory = PlanMemory()
            return GoneRollout.plan(key, in: world, settings: settings, now: now)
        }
        var former = RolloutMemory(memory)
        former.serve(&snapshot)
        defer { memory.content = former }
        return RolloutPlanner.plan(snapshot, now: now, reusing: &former)
    }

    package func news(of change: ObjectChange) -> [EventRecord] {
        guard change.kind == .rollout, let object = change.object,
            (object.label(RolloutKeys.instanceID) ?? "") == settings.instanceID
        else { return [] }
        let (reason, message): (String, String)
        switch (change.before, change.after) {
        case (nil, _):
            (reason, message) = ("RolloutAddedToInformer", "Rollout resource added to informer: \(object.key)")
        // The name first, as Argo Rollouts has it.
        case (_, nil):
            (reason, message) = ("RolloutDeleted", "Rollout \(object.name)/\(object.namespace) is deleted.")
        default: return []
        }
        return [
            EventRecord(
                kind: .rollout, key: object.key, uid: object.uid, severity: .normal, reason: reason, message: message)
        ]
    }

    package func event(forFailure problem: String, of key: ObjectKey, in world: World) -> EventRecord? {
        guard let rollout = world.objects.object(.rollout, key) else { return nil }
        return EventRecord(
            kind: .rollout, key: key, uid: rollout.uid, severity: .warning, reason: "ReconciliationError",
            message: "A change was refused and will be tried again: \(problem)")
    }

    package func followUp(
        _ outcome: WriteOutcome, of write: KubernetesWrite, for key: ObjectKey, in world: World, now: Timestamp
    ) -> [Effect] {
        guard case .refused(let failure) = outcome, let rollout = world.objects.object(.rollout, key) else { return [] }
        switch write {
        case .create(.replicaSet, let document):
            return FailedCreation.effects(of: KubernetesObject(document).name, failure, rollout, now: now)
        case .patch(let patch) where patch.kind == .ingress && !failure.isConflict:
            return [
                .event(
                    EventRecord(
                        kind: .rollout, key: key, uid: rollout.uid, severity: .warning, reason: "TrafficRoutingError",
                        message: "error patching alb ingress `\(patch.key.name)`: \(failure)"))
            ]
        case .create, .patch, .update, .delete, .evict: return []
        }
    }

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        guard let object = change.object else { return [] }
        switch change.kind {
        case .rollout: return [object.key]
        case .replicaSet: return Self.owner(of: object, in: world) + Self.referring(to: object, change.kind, in: world)
        case .deployment, .podTemplate: return Self.referring(to: object, change.kind, in: world)
        case .pod:
            guard Self.matters(change), let owner = object.controllerReference,
                owner.kind == ResourceKind.replicaSet.kind
            else { return [] }
            let key = ObjectKey(namespace: object.namespace, name: owner.name)
            return world.objects.object(.replicaSet, key).map { Self.owner(of: $0, in: world) } ?? []
        case .service:
            let manager = object.annotation(RolloutKeys.managedBy)
            return Self.unique(
                Self.rollouts(in: world, naming: object, by: ReferencedNames.services)
                    + [manager].compactMap { $0 }.map { ObjectKey(namespace: object.namespace, name: $0) })
        case .ingress:
            return Self.unique(
                Self.rollouts(in: world, naming: object, by: ReferencedNames.ingresses)
                    + Self.rollouts(in: world, behind: [change.before, change.after]))
        default: return []
        }
    }

    /// The Rollouts that take their pod template from a workload.
    private static func referring(
        to workload: KubernetesObject, _ kind: ResourceKind, in world: World
    ) -> [ObjectKey] {
        world.objects.objects(.rollout, namespace: workload.namespace).filter { rollout in
            rollout.spec.at("workloadRef", "name")?.stringValue == workload.name
                && WorkloadReference(of: rollout)?.kind == kind
        }.map(\.key)
    }

    /// Whether a pod's change can change where requests may go.
    private static func matters(_ change: ObjectChange) -> Bool {
        guard let before = change.before.map(PodView.init), let after = change.after.map(PodView.init) else {
            return true
        }
        return before.isReady != after.isReady || before.address != after.address
            || before.object.isDeleting != after.object.isDeleting
    }

    private static func owner(of replicaSet: KubernetesObject, in world: World) -> [ObjectKey] {
        if let owner = replicaSet.controllerReference {
            guard owner.kind == ResourceKind.rollout.kind else { return [] }
            return [ObjectKey(namespace: replicaSet.namespace, name: owner.name)]
        }
        guard replicaSet.label(RolloutKeys.podTemplateHash) != nil else { return [] }
        return world.objects.objects(.rollout, namespace: replicaSet.namespace).map(\.key)
    }

    /// The Rollouts whose pods a form of an Ingress may lead to, or that wrote annotations on it.
    private static func rollouts(in world: World, behind forms: [KubernetesObject?]) -> [ObjectKey] {
        let routes = forms.compactMap { $0 }.map { IngressRoute(reading: $0) }
        guard let namespace = routes.first?.object.namespace else { return [] }
        let routed = world.objects.objects(.rollout, namespace: namespace).filter { rollout in
            guard ReferencedNames.isBlueGreen(rollout) || ReferencedNames.hasALB(rollout) else { return false }
            let services = ReferencedNames.services(of: rollout)
            return routes.contains { $0.routes(toAnyOf: services) }
        }.map(\.name)
        let managers = routes.flatMap(\.managers)
        let owners = routes.flatMap { $0.services(besides: "") }.compactMap { service in
            world.objects.object(.service, ObjectKey(namespace: namespace, name: service))?
                .annotation(RolloutKeys.managedBy)
        }
        return (routed + managers + owners).map { ObjectKey(namespace: namespace, name: $0) }
    }

    private static func unique(_ keys: [ObjectKey]) -> [ObjectKey] { Set(keys).sorted() }

    private static func rollouts(
        in world: World, naming object: KubernetesObject, by names: (KubernetesObject) -> [String]
    ) -> [ObjectKey] {
        world.objects.objects(.rollout, namespace: object.namespace).filter { names($0).contains(object.name) }
            .map(\.key)
    }
}
