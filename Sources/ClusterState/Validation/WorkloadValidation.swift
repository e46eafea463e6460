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
        if definition.kind == "Job" { errors += jobErrors(document) }
        let labels = spec.at("template", "metadata", "labels")
        errors += MetadataValidation.labelErrors(labels, at: "spec.template.labels")
        let pod = spec.at("template", "spec") ?? [:]
        errors += PodValidation.specErrors(pod, at: "spec.template.spec")
        errors += podErrors(pod, definition)
        if definition.kind == "Deployment" { errors += deploymentErrors(spec) }
        guard let old else { return errors }
        // A real server checks a changed ReplicaSet twice, and says so.
        if definition.kind == "ReplicaSet" { errors += errors }
        return errors + changeErrors(spec, from: old["spec"] ?? [:], definition)
    }

    /// What is wrong with a pod template on its own.
    static func templateErrors(_ document: JSONValue) -> [FieldError] {
        MetadataValidation.labelErrors(document.at("template", "metadata", "labels"), at: "template.labels")
            + PodValidation.specErrors(document.at("template", "spec") ?? [:], at: "template.spec")
    }

    /// What pods of this kind of workload cannot have.
    private static func podErrors(_ pod: JSONValue, _ definition: ResourceDefinition) -> [FieldError] {
        let path = "spec.template.spec"
        let policy = pod.text("restartPolicy")
        guard definition.kind == "Job" else {
            var errors = PodValidation.oneOf(pod, "restartPolicy", ["Always"], at: path)
            if pod["activeDeadlineSeconds"] != nil {
                errors.append(
                    .forbidden(
                        "\(path).activeDeadlineSeconds",
                        "activeDeadlineSeconds in \(definition.kind) is not Supported"))
            }
            return errors
        }
        if policy.isEmpty || policy == "Always" {
            return [.required("\(path).restartPolicy", "valid values: \"OnFailure\", \"Never\"")]
        }
        return PodValidation.oneOf(pod, "restartPolicy", ["OnFailure", "Never"], at: path)
    }

    /// What may not become of a workload's spec once it exists.
    private static func changeErrors(
        _ spec: JSONValue, from old: JSONValue, _ definition: ResourceDefinition
    ) -> [FieldError] {
        var errors: [FieldError] = []
        if definition.kind == "Job" {
            if old["completions"] != spec["completions"], spec["completionMode"] != "Indexed" {
                errors.append(.invalid("spec.completions", spec["completions"] ?? nil, "field is immutable"))
            }
        }
        if let before = old["selector"], before != spec["selector"] {
            let now = GoText.selector(spec["selector"] ?? [:])
            errors.append(.invalid("spec.selector", go: now, "field is immutable"))
        }
        if definition.kind == "Job", old["template"] != spec["template"] {
            errors.append(.invalid("spec.template", spec["template"] ?? nil, "field is immutable"))
        }
        return errors
    }

    private static func selectorErrors(_ spec: JSONValue, _ definition: ResourceDefinition) -> [FieldError] {
        let labels = GoText.map(spec.at("template", "metadata", "labels") ?? nil)
        let mismatch = FieldError.invalid(
            "spec.template.metadata.labels", go: labels, "`selector` does not match template `labels`")
        guard let document = spec["selector"] else { return [.required("spec.selector"), mismatch] }
        var errors = SelectorValidation.errors(document, at: "spec.selector")
        do {
            guard errors.isEmpty else { throw SelectorError(text: "", problem: "invalid label selector") }
            let selector = try LabelSelector(document: document)
            if selector.isEmpty, definition.kind != "Job" {
                let problem = "empty selector is invalid for deployment"
                errors.append(.invalid("spec.selector", go: GoText.selector(document), problem))
            } else if !selector.matches(labelsOf: spec["template"] ?? [:]) {
                errors.append(mismatch)
            }
        } catch {
            let text = GoText.selector(document)
            errors.append(.invalid("spec.selector", go: text, "invalid label selector"))
        }
        return errors
    }

    private static func deploymentErrors(_ spec: JSONValue) -> [FieldError] {
        let strategy = spec["strategy"] ?? [:]
        var errors: [FieldError] = []
        let type = strategy.text("type")
        if type != "Recreate", type != "RollingUpdate" {
            let rolling = strategy["rollingUpdate"] == nil ? "(*apps.RollingUpdateDeployment)(nil)" : "{…}"
            let shown = "apps.DeploymentStrategy{Type:\(JSONValue.string(type).text), RollingUpdate:\(rolling)}"
            errors.append(
                FieldError(
                    field: "spec.strategy", problem: .notSupported,
                    message: "Unsupported value: \(shown): supported values: \"Recreate\", \"RollingUpdate\""))
        }
        if strategy.text("type") == "Recreate", strategy["rollingUpdate"] != nil {
            errors.append(
                .forbidden(
                    "spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"))
        }
        if type == "RollingUpdate", let rolling = strategy["rollingUpdate"] {
            errors += rollingErrors(rolling, at: "spec.strategy.rollingUpdate")
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

    private static func rollingErrors(_ rolling: JSONValue, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        for field in ["maxUnavailable", "maxSurge"] {
            errors += ShareValidation.errors(rolling[field], at: "\(path).\(field)")
        }
        if isZero(rolling["maxUnavailable"]), isZero(rolling["maxSurge"]) {
            let shown = GoText.intOrString(rolling["maxUnavailable"] ?? 0)
            errors.append(.invalid("\(path).maxUnavailable", go: shown, "may not be 0 when `maxSurge` is 0"))
        }
        return errors + ShareValidation.atMostWhole(rolling["maxUnavailable"], at: "\(path).maxUnavailable")
    }

    private static func isZero(_ value: JSONValue?) -> Bool {
        value?.intValue == 0 || value?.stringValue == "0%"
    }

    private static func jobErrors(_ job: JSONValue) -> [FieldError] {
        let spec = job["spec"] ?? [:]
        var errors: [FieldError] = []
        for field in ["activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"] {
            errors += notNegative(spec, field)
        }
        let uid = job.at("metadata", "uid")
        let labels = spec.at("selector", "matchLabels")
        let isGenerated = ["batch.kubernetes.io/controller-uid", "controller-uid"].contains { labels?[$0] == uid }
        let hasOthers = (labels?.objectValue?.count ?? 0) > 1 || spec.at("selector", "matchExpressions") != nil
        if spec["manualSelector"] != true, spec["selector"] != nil, !isGenerated || hasOthers {
            let shown = GoText.selector(spec["selector"] ?? [:])
            errors.append(.invalid("spec.selector", go: shown, "`selector` not auto-generated"))
        }
        return errors
    }

    static func budgetErrors(_ document: JSONValue) -> [FieldError] {
        let spec = document["spec"] ?? [:]
        var errors: [FieldError] = []
        if spec["minAvailable"] != nil, spec["maxUnavailable"] != nil {
            errors.append(.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"))
        }
        for field in ["minAvailable", "maxUnavailable"] {
            errors += ShareValidation.errors(spec[field], at: "spec.\(field)")
            errors += ShareValidation.atMostWhole(spec[field], at: "spec.\(field)")
        }
        if let selector = spec["selector"] { errors += SelectorValidation.errors(selector, at: "spec.selector") }
        return errors
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
        }
        if maximum < minimum {
            errors.append(
                .invalid(
                    "spec.maxReplicas", .number(JSONNumber(maximum)), "must be greater than or equal to `minReplicas`"))
        }
        for field in ["kind", "name"] where (spec["scaleTargetRef"] ?? [:]).text(field).isEmpty {
            errors.append(.required("spec.scaleTargetRef.\(field)"))
        }
        let metrics = spec.entries("metrics").map { $0.text("type") }
        if minimum == 0, !metrics.contains("Object"), !metrics.contains("External") {
            errors.append(
                .forbidden(
                    "spec.metrics",
                    "must specify at least one Object or External metric to support scaling to zero replicas"))
        }
        return errors
    }

    /// What a ReplicaSet's status must satisfy.
    static func statusErrors(_ document: JSONValue) -> [FieldError] {
        let status = document["status"] ?? [:]
        func count(_ field: String) -> Int { status[field]?.intValue ?? 0 }
        var errors: [FieldError] = []
        let counts = ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"]
        for field in counts where count(field) < 0 {
            errors.append(
                .invalid(
                    "status.\(field)", .number(JSONNumber(count(field))), "must be greater than or equal to 0"))
        }
        for field in counts[1...3] where count(field) > count("replicas") {
            errors.append(
                .invalid(
                    "status.\(field)", .number(JSONNumber(count(field))), "cannot be greater than status.replicas"))
        }
        if count("availableReplicas") > count("readyReplicas") {
            let available = JSONValue.number(JSONNumber(count("availableReplicas")))
            errors.append(
                .invalid("status.availableReplicas", available, "cannot be greater than readyReplicas"))
        }
        return errors
    }

    private static func notNegative(_ spec: JSONValue, _ field: String) -> [FieldError] {
        guard let number = spec[field]?.intValue, number < 0 else { return [] }
        return [.invalid("spec.\(field)", .number(JSONNumber(number)), "must be greater than or equal to 0")]
    }
}
