import JSON
import KubernetesModel
import Planning
import RolloutModel

/// What is left to do for a Rollout that does not exist any more: its Ingresses and Services are given back.
///
/// The pods are not its business: they are gone with it, or were left on purpose (`--cascade=orphan`), and then
/// requests must go on reaching them.
enum GoneRollout {
    static func plan(_ key: ObjectKey, in world: World, settings: RolloutSettings, now: Timestamp) -> Plan {
        var plan = Plan()
        for service in world.objects.objects(.service, namespace: key.namespace)
        where service.annotation(RolloutKeys.managedBy) == key.name && !service.isDeleting {
            plan.effects.append(.kubernetes(.patch(ServiceRelease.patch(of: service))))
            plan.decisions.append(
                Decision(key, "ServiceReleased", "Service \(service.name) was managed by a Rollout that is gone."))
        }
        for object in world.objects.objects(.ingress, namespace: key.namespace) where !object.isDeleting {
            let route = IngressRoute(object)
            if route.managers.contains(key.name) { release(route, key, world, settings, now, &plan) }
        }
        return plan
    }

    private static func release(
        _ route: IngressRoute, _ key: ObjectKey, _ world: World, _ settings: RolloutSettings, _ now: Timestamp,
        _ plan: inout Plan
    ) {
        var snapshot = RolloutSnapshot(
            object: KubernetesObject(["metadata": ["namespace": .string(key.namespace), "name": .string(key.name)]]),
            observations: world.observations, settings: settings)
        snapshot.ingresses[route.name] = route
        var destinations: [RoutingSurvey.Destination] = []
        for destination in route.managedActions(of: key.name).flatMap(\.destinations) {
            let entry = RoutingSurvey.Destination(service: destination.serviceName, port: destination.servicePort)
            if !destinations.contains(entry) { destinations.append(entry) }
        }
        let survey = RoutingSurvey(
            snapshot, .init(destinations: destinations, ingresses: [], others: [route.name]), now: now)
        let readAt = route.hostnames.compactMap { world.observations[.loadBalancer(dnsName: $0)]?.provenSince }.min()
        let release = IngressRelease(
            route: route, rollout: key.name, home: nil, settle: settings.settleTime, now: now)
        switch release.next(facts: survey.facts(of: route.name), readAt: readAt) {
        case .patch(let patch, let what):
            plan.effects.append(
                .event(
                    EventRecord(
                        kind: .ingress, key: route.object.key, uid: route.object.uid, severity: .normal,
                        reason: "PatchingALBIngress",
                        message: "Updating Ingress `\(route.name)` of Rollout `\(key.name)`, which is gone: \(what)")))
            plan.effects.append(.kubernetes(.patch(patch)))
            plan.decisions.append(Decision(key, "IngressReleased", "Rollout \(key.name) is gone: \(what)."))
        case .wait(let what, let end):
            for subject in survey.subjects { plan.observe(subject, maxAge: settings.pollInterval * 9 / 10) }
            plan.wake(at: max(end ?? now, now.advanced(by: settings.pollInterval)))
            plan.decisions.append(
                Decision(
                    key, "ReleaseWaits",
                    "Rollout \(key.name) is gone; its Ingress \(route.name) still leads to "
                        + "several services.", waitingFor: what))
        }
    }
}
