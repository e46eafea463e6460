import ELBModel
import JSON
package import KubernetesModel
package import Planning

/// Keeps one application load balancer per Ingress.
package struct IngressController: Controller {
    package var settings: IngressSettings

    package init(settings: IngressSettings) {
        self.settings = settings
    }

    package var name: String { "ingress" }

    package var watchedKinds: [ResourceKind] {
        [.ingress, .ingressClass, .service, .endpoints, .endpointSlice, .pod]
    }

    package func fieldsRead(of kind: ResourceKind) -> FieldSelection {
        switch kind {
        case .pod:
            FieldSelection([
                ["metadata", "annotations", PodIndex.drain], ["spec", "readinessGates"], ["status", "phase"],
                ["status", "podIP"], ["status", "conditions", "type"], ["status", "conditions", "status"],
                ["status", "conditions", "reason"], ["status", "conditions", "message"],
            ])
        case .endpoints:
            FieldSelection([
                ["subsets", "addresses", "ip"], ["subsets", "addresses", "targetRef"],
                ["subsets", "notReadyAddresses", "ip"],
                ["subsets", "notReadyAddresses", "targetRef"], ["subsets", "ports"],
            ])
        case .endpointSlice:
            FieldSelection([
                ["addressType"], ["ports"], ["endpoints", "addresses"], ["endpoints", "conditions"],
                ["endpoints", "targetRef"],
            ])
        default: .everything
        }
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        var memory = PlanMemory()
        return plan(key, in: world, now: now, reusing: &memory)
    }

    package func plan(
        _ key: ObjectKey, in world: World, now: Timestamp, reusing memory: inout PlanMemory
    ) -> Plan {
        let snapshot = IngressSnapshot(key: key, world: world, settings: settings)
        if snapshot.ingress == nil { memory = PlanMemory() }
        var plan = IngressPlanner.plan(snapshot, now: now, reusing: &memory)
        plan.isRollback = plan.effects.contains(where: \.isStackChange) && isRolledBack(key, in: world)
        return plan
    }

    /// Whether a Rollout that writes on an Ingress has been aborted; where Rollouts are not cached, nobody knows.
    private func isRolledBack(_ key: ObjectKey, in world: World) -> Bool {
        let annotation = "rollouts.argoproj.io/managed-alb-annotations"
        guard let managers = world.objects.object(.ingress, key)?.annotation(annotation) else { return false }
        return world.objects.objects(.rollout, namespace: key.namespace).contains { rollout in
            rollout.status["abort"]?.boolValue == true && managers.contains("\"\(rollout.name)\"")
        }
    }

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        guard let object = change.object else { return [] }
        switch change.kind {
        case .ingress: return isWorthPlanning(change) ? [object.key] : []
        case .ingressClass: return world.objects.objects(.ingress).filter { mayUse(object.name, $0) }.map(\.key)
        case .service: return ingresses(referencing: object.name, in: object.namespace, world)
        case .endpoints:
            return ingresses(referencing: object.name, in: object.namespace, world)
        case .endpointSlice:
            guard let service = object.label("kubernetes.io/service-name") else { return [] }
            return ingresses(referencing: service, in: object.namespace, world)
        case .pod: return keys(forPod: change, object, world)
        default: return []
        }
    }

    package func event(forFailure problem: String, of key: ObjectKey, in world: World) -> EventRecord? {
        // A listener that was just created is not known to every part of AWS at once: it is tried again, silently.
        guard let ingress = world.objects.object(.ingress, key),
            !problem.hasPrefix(ELBFailure.Code.listenerNotFound.rawValue)
        else { return nil }
        return EventRecord(
            kind: .ingress, key: key, uid: ingress.uid, severity: .warning, reason: "FailedDeployModel",
            message: "Failed deploy model due to \(problem)")
    }
}

extension IngressController {
    /// Status changes, the controller's own among them, do not matter.
    private func isWorthPlanning(_ change: ObjectChange) -> Bool {
        guard let before = change.before, let after = change.after else { return true }
        return before.spec != after.spec || before.annotations != after.annotations
            || before.isDeleting != after.isDeleting || before.finalizers != after.finalizers || before.uid != after.uid
    }

    private func mayUse(_ className: String, _ ingress: KubernetesObject) -> Bool {
        guard ingress.annotation(IngressClassMatch.annotation) == nil else { return false }
        let named = ingress.spec["ingressClassName"]?.stringValue
        return named == nil || named == className
    }

    private func ingresses(referencing service: String, in namespace: String, _ world: World) -> [ObjectKey] {
        world.objects.objects(.ingress, namespace: namespace).filter { ingress in
            IngressView.referencedServices(of: ingress, annotationPrefix: settings.annotationPrefix).contains(service)
        }.map(\.key)
    }

    /// Whether a pod with a readiness gate of ours has new conditions or a new address: its endpoints say nothing new
    /// when only its gates keep it from being ready.
    private func hasMovedAtGate(_ change: ObjectChange) -> Bool {
        guard let after = change.after, !ReadinessGate.names(of: after).isEmpty else { return false }
        return change.before?.status["conditions"] != after.status["conditions"]
            || change.before?.status["podIP"] != after.status["podIP"]
    }

    /// A pod that begins to end may be a target that no endpoint mentions any more; one that is marked to drain is one
    /// that endpoints still mention.
    private func keys(forPod change: ObjectChange, _ pod: KubernetesObject, _ world: World) -> [ObjectKey] {
        let isEnding = change.after == nil || (pod.isDeleting && change.before?.isDeleting != true)
        let isMarked = change.before?.annotation(PodIndex.drain) != change.after?.annotation(PodIndex.drain)
        guard isEnding || isMarked || hasMovedAtGate(change) else { return [] }
        return world.objects.objects(.ingress, namespace: pod.namespace).filter {
            $0.finalizers.contains(IngressPlanner.finalizer)
        }.map(\.key)
    }
}
