import JSON
import KubernetesModel

/// What ReplicaSets, Deployments and Jobs, and what watches over them, must satisfy.
///
/// Source: the validation of the `apps`, `batch`, `policy` and `autoscaling` APIs.
enum WorkloadValidation {
    static func errors(_ document: JSONValue, old: JSONValue?, _ definition: ResourceDefinition) -> [FieldError] {
        let spec = document["spec"] ?? [:]
        var errors: [FieldError] = []
        for field in ["replicas", "minReadySeconds", "revisionHistoryLimit", "parallelism", "completions"] {
            errors += notNegative(spec, field)
        }
        errors += selectorErrors(spec, definition)
        if let old, let before = old.at("spec", "selector"), before != spec["selector"] {
            errors.append(.invalid("spec.selector", spec["selector"] ?? nil, "field is immutable"))
        }
        if definition.kind == "Job" {
            errors += jobErrors(spec, old: old)
        } else {
            errors += PodValidation.oneOf(
                spec.at("template", "spec") ?? [:], "restartPolicy", ["Always"], at: "spec.template.spec")
        }
        if definition.kind == "Deployment" { errors += deploymentErrors(spec) }
        let labels = spec.at("template", "metadata", "labels")
        errors += MetadataValidation.labelErrors(labels, at: "spec.template.labels")
        errors += PodValidation.specErrors(spec.at("template", "spec") ?? [:], at: "spec.template.spec")
        return errors
    }

    private static func selectorErrors(_ spec: JSONValue, _ definition: ResourceDefinition) -> [FieldError] {
        guard let document = spec["selector"] else { return [.required("spec.selector")] }
        let selector: LabelSelector
        do {
            selector = try LabelSelector(document: document)
        } catch {
            return [.invalid("spec.selector", document, error.problem)]
        }
        if selector.isEmpty {
            let kind = definition.kind.lowercased()
            return [.invalid("spec.selector", document, "empty selector is invalid for \(kind)")]
        }
        guard selector.matches(labelsOf: spec["template"] ?? [:]) else {
            let labels = spec.at("template", "metadata", "labels") ?? nil
            return [
                FieldError(
                    field: "spec.template.metadata.labels", problem: .invalid,
                    message: "Invalid value: \(goMap(labels)): `selector` does not match template `labels`")
            ]
        }
        return []
    }

    /// A map of strings as the server prints it.
    private static func goMap(_ value: JSONValue) -> String {
        let members = (value.objectValue ?? [:]).sortedByKey.map { "\"\($0.key)\":\($0.value.text)" }
        return value.isNull ? "map[string]string(nil)" : "map[string]string{\(members.joined(separator: ", "))}"
    }

    private static func deploymentErrors(_ spec: JSONValue) -> [FieldError] {
        let strategy = spec["strategy"] ?? [:]
        var errors = PodValidation.oneOf(strategy, "type", ["Recreate", "RollingUpdate"], at: "spec.strategy")
        if strategy.text("type") == "Recreate", strategy["rollingUpdate"] != nil {
            errors.append(
                .forbidden(
                    "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"))
        }
        if let rolling = strategy["rollingUpdate"], isZero(rolling["maxUnavailable"]), isZero(rolling["maxSurge"]) {
            errors.append(
                .invalid(
                    "spec.strategy.rollingUpdate.maxUnavailable", rolling["maxUnavailable"] ?? 0,
                    "may not be 0 when `maxSurge` is 0"))
        }
        if let deadline = spec["progressDeadlineSeconds"]?.intValue {
            errors += notNegative(spec, "progressDeadlineSeconds")
            if deadline <= spec["minReadySeconds"]?.intValue ?? 0 {
                errors.append(
                    .invalid(
                        "spec.progressDeadlineSeconds", .number(JSONNumber(deadline)),
                        "must be greater than minReadySeconds"))
            }
        }
        return errors
    }

    private static func isZero(_ value: JSONValue?) -> Bool {
        value?.intValue == 0 || value?.stringValue == "0%"
    }

    private static func jobErrors(_ spec: JSONValue, old: JSONValue?) -> [FieldError] {
        var errors: [FieldError] = []
        let policy = spec.at("template", "spec", "restartPolicy")?.stringValue ?? ""
        if policy != "OnFailure", policy != "Never" {
            errors.append(
                .notSupported("spec.template.spec.restartPolicy", .string(policy), ["OnFailure", "Never"]))
        }
        if let before = old?.at("spec", "template"), before != spec["template"] {
            errors.append(.invalid("spec.template", spec["template"] ?? nil, "field is immutable"))
        }
        return errors
    }

    static func budgetErrors(_ document: JSONValue) -> [FieldError] {
        let spec = document["spec"] ?? [:]
        guard spec["minAvailable"] != nil, spec["maxUnavailable"] != nil else { return [] }
        return [.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set")]
    }

    static func autoscalerErrors(_ document: JSONValue) -> [FieldError] {
        let spec = document["spec"] ?? [:]
        var errors: [FieldError] = []
        let maximum = spec["maxReplicas"]?.intValue ?? 0
        let minimum = spec["minReplicas"]?.intValue ?? 1
        if minimum < 1 {
            errors.append(
                .invalid("spec.minReplicas", .number(JSONNumber(minimum)), "must be greater than or equal to 1"))
        }
        if maximum < 1 {
            errors.append(.invalid("spec.maxReplicas", .number(JSONNumber(maximum)), "must be greater than 0"))
        } else if maximum < minimum {
            errors.append(
                .invalid(
                    "spec.maxReplicas", .number(JSONNumber(maximum)), "must be greater than or equal to `minReplicas`"))
        }
        for field in ["kind", "name"] where (spec["scaleTargetRef"] ?? [:]).text(field).isEmpty {
            errors.append(.required("spec.scaleTargetRef.\(field)"))
        }
        return errors
    }

    private static func notNegative(_ spec: JSONValue, _ field: String) -> [FieldError] {
        guard let number = spec[field]?.intValue, number < 0 else { return [] }
        return [.invalid("spec.\(field)", .number(JSONNumber(number)), "must be greater than or equal to 0")]
    }
}
