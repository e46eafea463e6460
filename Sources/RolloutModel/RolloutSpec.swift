package import JSON
package import KubernetesModel

/// `spec` of a Rollout with its defaults applied: only what Weir acts on.
package struct RolloutSpec: Hashable, Sendable {
    /// `nil` when the manifest leaves it out; then 1 is written back, because the scale subresource needs a value.
    package var writtenReplicas: Int?
    package var selector: LabelSelector
    /// The selector as it was written.
    package var selectorDocument: JSONValue
    package var template: PodTemplate
    package var minReadySeconds = 0
    /// How many old ReplicaSets are kept for rollbacks.
    package var revisionHistoryLimit = 10
    /// Paused by the user.
    package var paused = false
    package var progressDeadlineSeconds = 600
    package var progressDeadlineAbort = false
    /// RFC 3339; `nil` when no restart was asked for.
    package var restartAt: Timestamp?
    /// How many revisions back a rollback skips the steps; 0 never.
    package var rollbackWindowRevisions = 0
    /// `nil` when the spec has a pod template of its own.
    package var workloadRef: WorkloadReference?
    /// Without any settings when the strategy is blue-green.
    package var canary = CanaryStrategy()
    /// `nil` when the strategy is canary.
    package var blueGreen: BlueGreenStrategy?

    package init(selector: LabelSelector, selectorDocument: JSONValue, template: PodTemplate) {
        self.selector = selector
        self.selectorDocument = selectorDocument
        self.template = template
    }

    /// How many pods the Rollout is to have, at least 0.
    package var replicas: Int { writtenReplicas ?? 1 }

    /// Whether a load balancer, rather than the number of pods, splits the traffic.
    package var isTrafficRouted: Bool { canary.alb != nil }

    /// The fingerprint of the steps, for the status; empty where there can be none.
    package var stepHash: String { blueGreen == nil ? canary.stepHash : "" }

    /// How many pods may be missing while pods are replaced.
    package var maxUnavailable: IntOrPercent { blueGreen?.maxUnavailable ?? canary.maxUnavailable }

    /// How long an old version is kept once nothing reaches it any more.
    package var scaleDownDelay: Duration {
        blueGreen.map { .seconds($0.scaleDownDelaySeconds ?? 30) } ?? canary.scaleDownDelay
    }

    /// How many old ReplicaSets may wait for their delay; `nil` is no limit.
    package var scaleDownDelayRevisionLimit: Int? {
        blueGreen.map(\.scaleDownDelayRevisionLimit) ?? canary.scaleDownDelayRevisionLimit
    }

    /// How long an aborted version is kept; `nil` keeps it up.
    package var abortScaleDownDelay: Duration? {
        guard let blueGreen else { return canary.abortScaleDownDelay }
        return blueGreen.abortScaleDownDelaySeconds == 0 ? nil : .seconds(blueGreen.abortScaleDownDelaySeconds ?? 30)
    }
}

extension RolloutSpec {
    /// Reads and validates `spec`; the first broken rule is thrown.
    ///
    /// - Parameter workload: what `workloadRef` names; `nil` when there is no such object.
    package init(parsing document: JSONValue, workload: KubernetesObject? = nil) throws(FieldError) {
        let written = FieldReader(document, path: "spec")
        let reader = FieldReader(try Self.resolved(written, workload), path: "spec")
        let replicas = try reader.int("replicas")
        if let replicas, replicas < 0 {
            throw FieldError("spec.replicas", .invalid(value: "\(replicas)"), "must be greater than or equal to 0")
        }
        try UnsupportedFields.check(reader)
        let selector = try Self.selector(reader)
        let template = PodTemplate(try reader.object("template").value)
        self.init(selector: selector, selectorDocument: reader.raw("selector") ?? [:], template: template)
        writtenReplicas = replicas
        if reader.has("workloadRef") { workloadRef = try WorkloadReference(try reader.object("workloadRef")) }
        try RolloutRules.template(template, selector: selector)
        minReadySeconds = try Self.natural("minReadySeconds", reader) ?? minReadySeconds
        revisionHistoryLimit = try Self.natural("revisionHistoryLimit", reader) ?? revisionHistoryLimit
        progressDeadlineSeconds = try Self.natural("progressDeadlineSeconds", reader) ?? progressDeadlineSeconds
        guard progressDeadlineSeconds > minReadySeconds else {
            throw FieldError(
                "spec.progressDeadlineSeconds", .invalid(value: "\(progressDeadlineSeconds)"),
                "must be greater than minReadySeconds")
        }
        paused = try reader.bool("paused")
        progressDeadlineAbort = try reader.bool("progressDeadlineAbort")
        rollbackWindowRevisions = try reader.object("rollbackWindow").int("revisions") ?? 0
        if reader.has("restartAt") {
            let text = try reader.string("restartAt")
            guard let time = Timestamp(parsing: text) else {
                throw FieldError(
                    "spec.restartAt", .invalid(value: GoJSON.quoted(text)), "must be an RFC 3339 time in UTC")
            }
            restartAt = time
        }
        let strategy = try reader.object("strategy")
        if strategy.has("blueGreen") {
            let blueGreen = try BlueGreenStrategy(try strategy.object("blueGreen"))
            try RolloutRules.blueGreen(blueGreen, historyLimit: revisionHistoryLimit)
            self.blueGreen = blueGreen
            return
        }
        guard strategy.has("canary") else {
            throw FieldError(
                "spec.strategy.strategy", .required,
                "Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'")
        }
        canary = try CanaryStrategy(try strategy.object("canary"))
        try RolloutRules.canary(canary)
    }

    private static func selector(_ reader: FieldReader) throws(FieldError) -> LabelSelector {
        guard let document = reader.raw("selector") else {
            throw FieldError("spec.selector", .required, "Rollout has missing field '.spec.selector'")
        }
        let selector: LabelSelector
        do {
            selector = try LabelSelector(document: document)
        } catch {
            throw FieldError(
                "spec.selector", .invalid(value: document.text), "invalid label selector: \(error.problem)")
        }
        guard !selector.isEmpty else {
            throw FieldError(
                "spec.selector", .invalid(value: document.text), "empty selector is invalid for deployment")
        }
        return selector
    }

    private static func natural(_ name: String, _ reader: FieldReader) throws(FieldError) -> Int? {
        let value = try reader.int(name)
        if let value, value < 0 {
            throw FieldError(
                reader.path(name), .invalid(value: "\(value)"), "must be greater than or equal to 0")
        }
        return value
    }
}
