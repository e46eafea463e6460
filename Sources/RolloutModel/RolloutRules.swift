import JSON
import KubernetesModel

/// The rules of the Rollout API that no single field can break alone, with Argo Rollouts' texts.
enum RolloutRules {
    /// What a ReplicaSet would be refused for.
    static func template(_ template: PodTemplate, selector: LabelSelector?, _ problems: inout FieldProblems) {
        if let selector, !selector.matches(template.labels) {
            problems.add(
                FieldError(
                    "spec.template.metadata.labels",
                    .invalid(value: (template.document.at("metadata", "labels") ?? .null).text),
                    "`selector` does not match template `labels`"))
        }
        let containers = template.document.at("spec", "containers")?.arrayValue ?? []
        if containers.isEmpty {
            problems.add(
                FieldError("spec.template.spec.containers", .required, "at least one container is needed"))
        }
        for (index, container) in containers.enumerated() {
            for field in ["name", "image"] where (container[field]?.stringValue ?? "").isEmpty {
                problems.add(
                    FieldError(
                        "spec.template.spec.containers[\(index)].\(field)", .required, "every container needs one"))
            }
        }
        if let policy = template.document.at("spec", "restartPolicy")?.stringValue, policy != "Always" {
            problems.add(
                FieldError(
                    "spec.template.spec.restartPolicy", .invalid(value: GoJSON.quoted(policy)),
                    "supported values: \"Always\""))
        }
    }

    /// Rules of the blue-green strategy, in Argo Rollouts' order; the first is the API server's.
    static func blueGreen(_ strategy: BlueGreenStrategy, historyLimit: Int, _ problems: inout FieldProblems) {
        if strategy.activeService.isEmpty {
            problems.add(
                FieldError(
                    "spec.strategy.blueGreen.activeService", .required,
                    "the Service that carries the production traffic"))
        } else if strategy.activeService == strategy.previewService {
            problems.add(
                rule(
                    "activeService", GoJSON.quoted(strategy.activeService),
                    "This rollout uses the same service for the active and preview services, but two different "
                        + "services are required."))
        }
        if let limit = strategy.scaleDownDelayRevisionLimit, limit > historyLimit {
            problems.add(
                rule(
                    "scaleDownDelayRevisionLimit", "\(limit)",
                    "This rollout's revision history limit can not be smaller than the rollout's scale down limit"))
        }
        if let count = strategy.previewReplicaCount, count < 0 {
            problems.add(rule("previewReplicaCount", "\(count)", "must be greater than or equal to 0"))
        }
    }

    /// Rules of the canary strategy, in Argo Rollouts' order.
    static func canary(_ canary: CanaryStrategy, _ problems: inout FieldProblems) {
        // A router that cannot be read is one nevertheless.
        let isRouted = canary.alb != nil || problems.concern("spec.strategy.canary.trafficRouting")
        if canary.maxSurge.amount == 0, canary.maxUnavailable.amount == 0 {
            problems.add(rule("maxSurge", "0", "MaxSurge and MaxUnavailable both can not be zero"))
        }
        if !canary.canaryService.isEmpty, canary.canaryService == canary.stableService {
            problems.add(
                rule(
                    "stableService", GoJSON.quoted(canary.stableService),
                    "This rollout uses the same service for the stable and canary services, but two different "
                        + "services are required."))
        }
        RoutingRules.pingPong(canary, &problems)
        if canary.alb != nil, canary.pingPong == nil {
            for (field, name) in [("stableService", canary.stableService), ("canaryService", canary.canaryService)]
            where name.isEmpty {
                problems.add(
                    rule(field, "\"\"", "Canary service and Stable service must to be set to use Traffic Routing"))
            }
        }
        delays(canary, isRouted: isRouted, &problems)
        for (index, step) in canary.steps.enumerated() {
            let path = "steps[\(index)]"
            // A step that breaks a rule already would break others because of it.
            guard !problems.concern("spec.strategy.canary.\(path)"), !problems.concern("spec.strategy.\(path)") else {
                continue
            }
            Self.step(step, at: path, isRouted: isRouted, &problems)
            RoutingRules.headerRoute(of: step, at: index, canary, isRouted: isRouted, &problems)
        }
    }

    private static func delays(_ canary: CanaryStrategy, isRouted: Bool, _ problems: inout FieldProblems) {
        if isRouted {
            if canary.scaleDownDelaySeconds != nil, canary.dynamicStableScale {
                problems.add(
                    rule(
                        "dynamicStableScale", "true",
                        "Canary dynamicStableScale cannot be used with scaleDownDelaySeconds"))
            }
            return
        }
        if let seconds = canary.scaleDownDelaySeconds {
            problems.add(
                rule(
                    "scaleDownDelaySeconds", "\(seconds)",
                    "Canary scaleDownDelaySeconds can only be used with traffic routing"))
        }
        if canary.dynamicStableScale {
            problems.add(
                rule(
                    "dynamicStableScale", "true", "Canary dynamicStableScale can only be used with traffic routing"))
        }
    }

    private static func step(
        _ step: CanaryStep, at path: String, isRouted: Bool, _ problems: inout FieldProblems
    ) {
        let isEmpty =
            step.setWeight == nil && step.pause == nil && step.setCanaryScale == nil
            && step.setHeaderRoute == nil
        if isEmpty || (step.setWeight != nil && step.pause != nil) {
            problems.add(
                rule(
                    path, isEmpty ? "{}" : GoJSON.quoted("setWeight, pause"),
                    "Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause"))
        }
        if let weight = step.setWeight, !(0...100).contains(weight) {
            problems.add(rule("\(path).setWeight", "\(weight)", "SetWeight needs to be between 0 and 100"))
        }
        guard let scale = step.setCanaryScale else { return }
        guard isRouted else {
            return problems.add(
                FieldError(
                    "spec.strategy.trafficRouting", .required, "SetCanaryScale requires TrafficRouting to be set"))
        }
        switch scale {
        case .weight(let weight) where !(0...100).contains(weight):
            problems.add(rule("\(path).setCanaryScale.weight", "\(weight)", "must be between 0 and 100"))
        case .replicas(let count) where count < 0:
            problems.add(rule("\(path).setCanaryScale.replicas", "\(count)", "must be greater than or equal to 0"))
        case .weight, .replicas, .matchTrafficWeight, .unspecified: break
        }
    }

    /// Argo Rollouts leaves the words `canary` and `blueGreen` out of the paths of these rules.
    static func rule(_ field: String, _ value: String, _ detail: String) -> FieldError {
        FieldError("spec.strategy.\(field)", .invalid(value: value), detail)
    }
}
