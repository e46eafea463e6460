import KubernetesModel
import RolloutModel

/// Rules about the objects a Rollout names: they must exist and fit, or nothing is done.
///
/// Source: argo-rollouts validation of references, with its paths and texts; the remedies are ours.
enum ReferenceRules {
    /// The broken rules, in Argo Rollouts' order; rules about objects that are missing are left out.
    static func problems(of rollout: Rollout, in snapshot: RolloutSnapshot) -> [FieldError] {
        let services = Self.services(of: rollout.spec)
        let ingresses = rollout.spec.canary.alb?.ingresses ?? []
        var problems: [FieldError] = []
        for (field, name) in services where !name.isEmpty && snapshot.services[name] == nil {
            problems.append(
                FieldError(
                    field, .invalid(value: GoJSON.quoted(name)),
                    "services \"\(name)\" not found. Create the Service, or name one of namespace "
                        + "\(rollout.object.namespace)."))
        }
        guard let alb = rollout.spec.canary.alb else {
            return problems + services.compactMap { problem(with: $0, in: snapshot, rollout) }
        }
        for name in ingresses where snapshot.ingresses[name] == nil {
            problems.append(
                FieldError(
                    path(alb), .invalid(value: GoJSON.quoted(name)),
                    "ingresses.networking.k8s.io \"\(name)\" not found. Create the Ingress, or name one of namespace "
                        + "\(rollout.object.namespace)."))
        }
        problems += services.compactMap { problem(with: $0, in: snapshot, rollout) }
        return problems
            + ingresses.compactMap { snapshot.ingresses[$0] }.compactMap { problem(of: $0, alb, rollout: rollout) }
    }

    private static func problem(
        with service: (path: String, name: String), in snapshot: RolloutSnapshot, _ rollout: Rollout
    ) -> FieldError? {
        snapshot.services[service.name].flatMap { problem(of: $0, at: service.path, rollout: rollout) }
    }

    /// The Services a strategy names, with the paths of their fields.
    private static func services(of spec: RolloutSpec) -> [(path: String, name: String)] {
        if let blueGreen = spec.blueGreen {
            return [
                ("spec.strategy.blueGreen.activeService", blueGreen.activeService),
                ("spec.strategy.blueGreen.previewService", blueGreen.previewService),
            ]
        }
        return [
            ("spec.strategy.canary.stableService", spec.canary.stableService),
            ("spec.strategy.canary.canaryService", spec.canary.canaryService),
            ("spec.strategy.canary.pingPong.pingService", spec.canary.pingPong?.pingService ?? ""),
            ("spec.strategy.canary.pingPong.pongService", spec.canary.pingPong?.pongService ?? ""),
        ]
    }

    private static func path(_ alb: ALBTrafficRouting) -> String {
        "spec.strategy.canary.trafficRouting.alb.\(alb.ingressField)"
    }

    private static func problem(of service: KubernetesObject, at path: String, rollout: Rollout) -> FieldError? {
        var value: String { GoJSON.quoted(service.name) }
        let labels = rollout.spec.template.labels
        let selector = ServiceSelector(service).labels
        let unmatched = selector.filter { $0.key != RolloutKeys.podTemplateHash && labels[$0.key] != $0.value }
        if let key = unmatched.keys.min() {
            return FieldError(
                path, .invalid(value: value),
                "Service \"\(service.name)\" has unmatch label \"\(key)\" in rollout: it selects "
                    + "\"\(selector[key] ?? "")\", the pod template has \"\(labels[key] ?? "")\".")
        }
        if let owner = service.annotation(RolloutKeys.managedBy), owner != rollout.name {
            return FieldError(
                path, .invalid(value: value),
                "Service \"\(service.name)\" is managed by another Rollout (\"\(owner)\"). Use another Service, or "
                    + "remove the annotation \(RolloutKeys.managedBy) if that Rollout is gone.")
        }
        return nil
    }

    private static func problem(of ingress: IngressRoute, _ alb: ALBTrafficRouting, rollout: Rollout) -> FieldError? {
        let action = rollout.spec.canary.actionService
        guard ingress.backendServices.contains(action) else {
            return FieldError(
                path(alb), .invalid(value: GoJSON.quoted(ingress.name)),
                "ingress `\(ingress.name)` has no rules using service \(action) backend. Add a path whose backend is "
                    + "\(action) with port name \(RolloutKeys.useAnnotation).")
        }
        if ingress.reading.managed != nil { return nil }
        do {
            _ = try ManagedAnnotations(parsing: ingress.object.annotation(RolloutKeys.managedALBAnnotations))
        } catch {
            return FieldError(
                path(alb), .invalid(value: GoJSON.quoted(ingress.name)),
                "annotation \(RolloutKeys.managedALBAnnotations) of Ingress \(ingress.name) cannot be read: "
                    + "\(error.problem). Repair or remove the annotation.")
        }
        return nil
    }
}
