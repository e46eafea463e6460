import JSON
import KubernetesModel

/// The rules of the Rollout API that no single field can break alone, with Argo Rollouts' texts.
enum RolloutRules {
    /// What a ReplicaSet would be refused for.
    static func template(_ template: PodTemplate, selector: LabelSelector) throws(FieldError) {
        let labels = template.labels
        guard selector.matches(labels) else {
            throw FieldError(
                "spec.template.metadata.labels",
                .invalid(value: (template.document.at("metadata", "labels") ?? .null).text),
                "`selector` does not match template `labels`")
        }
        let containers = template.document.at("spec", "containers")?.arrayValue ?? []
        guard !containers.isEmpty else {
            throw FieldError("spec.template.spec.containers", .required, "at least one container is needed")
        }
        for (index, container) in containers.enumerated() {
            for field in ["name", "image"] where (container[field]?.stringValue ?? "").isEmpty {
                throw FieldError(
                    "spec.template.spec.containers[\(index)].\(field)", .required, "every container needs one")
            }
        }
        if let policy = template.document.at("spec", "restartPolicy")?.stringValue, policy != "Always" {
            throw FieldError(
                "spec.template.spec.restartPolicy", .invalid(value: GoJSON.quoted(policy)),
                "supported values: \"Always\"")
        }
    }

    /// Rules of the blue-green strategy, in Argo Rollouts' order; the first is the API server's.
    static func blueGreen(_ strategy: BlueGreenStrategy, historyLimit: Int) throws(FieldError) {
        if strategy.activeService.isEmpty {
            throw FieldError(
                "spec.strategy.blueGreen.activeService", .required, "the Service that carries the production traffic")
        }
        if strategy.activeService == strategy.previewService {
            throw rule(
                "activeService", GoJSON.quoted(strategy.activeService),
                "This rollout uses the same service for the active and preview services, but two different services "
                    + "are required.")
        }
        if let limit = strategy.scaleDownDelayRevisionLimit, limit > historyLimit {
            throw rule(
                "scaleDownDelayRevisionLimit", "\(limit)",
                "This rollout's revision history limit can not be smaller than the rollout's scale down limit")
        }
        if let count = strategy.previewReplicaCount, count < 0 {
            throw rule("previewReplicaCount", "\(count)", "must be greater than or equal to 0")
        }
    }

    /// Rules of the canary strategy, in Argo Rollouts' order.
    static func canary(_ canary: CanaryStrategy) throws(FieldError) {
        if canary.maxSurge.amount == 0, canary.maxUnavailable.amount == 0 {
            throw rule("maxSurge", "0", "MaxSurge and MaxUnavailable both can not be zero")
        }
        if !canary.canaryService.isEmpty, canary.canaryService == canary.stableService {
            throw rule(
                "stableService", GoJSON.quoted(canary.stableService),
                "This rollout uses the same service for the stable and canary services, but two different services are "
                    + "required.")
        }
        try RoutingRules.pingPong(canary)
        if canary.alb != nil, canary.pingPong == nil {
            for (field, name) in [("stableService", canary.stableService), ("canaryService", canary.canaryService)]
            where name.isEmpty {
                throw rule(field, "\"\"", "Canary service and Stable service must to be set to use Traffic Routing")
            }
        }
        if canary.alb != nil {
            if canary.scaleDownDelaySeconds != nil, canary.dynamicStableScale {
                throw rule(
                    "dynamicStableScale", "true", "Canary dynamicStableScale cannot be used with scaleDownDelaySeconds")
            }
        } else {
            if let seconds = canary.scaleDownDelaySeconds {
                throw rule(
                    "scaleDownDelaySeconds", "\(seconds)",
                    "Canary scaleDownDelaySeconds can only be used with traffic routing")
            }
            if canary.dynamicStableScale {
                throw rule(
                    "dynamicStableScale", "true", "Canary dynamicStableScale can only be used with traffic routing")
            }
        }
        for (index, step) in canary.steps.enumerated() {
            try Self.step(step, at: "steps[\(index)]", isRouted: canary.alb != nil)
            try RoutingRules.headerRoute(of: step, at: index, canary)
        }
    }

    private static func step(_ step: CanaryStep, at path: String, isRouted: Bool) throws(FieldError) {
        let isEmpty =
            step.setWeight == nil && step.pause == nil && step.setCanaryScale == nil
            && step.setHeaderRoute == nil
        if isEmpty || (step.setWeight != nil && step.pause != nil) {
            throw rule(
                path, isEmpty ? "{}" : GoJSON.quoted("setWeight, pause"),
                "Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause")
        }
        if let weight = step.setWeight, !(0...100).contains(weight) {
            throw rule("\(path).setWeight", "\(weight)", "SetWeight needs to be between 0 and 100")
        }
        guard let scale = step.setCanaryScale else { return }
        guard isRouted else {
            throw FieldError(
                "spec.strategy.trafficRouting", .required, "SetCanaryScale requires TrafficRouting to be set")
        }
        switch scale {
        case .weight(let weight) where !(0...100).contains(weight):
            throw rule("\(path).setCanaryScale.weight", "\(weight)", "must be between 0 and 100")
        case .replicas(let count) where count < 0:
            throw rule("\(path).setCanaryScale.replicas", "\(count)", "must be greater than or equal to 0")
        case .weight, .replicas, .matchTrafficWeight, .unspecified: break
        }
    }

    /// Argo Rollouts leaves the words `canary` and `blueGreen` out of the paths of these rules.
    static func rule(_ field: String, _ value: String, _ detail: String) -> FieldError {
        FieldError("spec.strategy.\(field)", .invalid(value: value), detail)
    }
}
