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
        var problems = FieldProblems()
        let spec = Self.read(document, workload, &problems)
        if let first = problems.all.first { throw first }
        guard let spec else { preconditionFailure("a spec that breaks no rule can be read") }
        self = spec
    }

    /// Every rule that `spec` breaks, in the order in which the controller looks at them; rules that follow from a
    /// broken one are left out.
    package static func problems(in document: JSONValue, workload: KubernetesObject? = nil) -> [FieldError] {
        var problems = FieldProblems()
        _ = read(document, workload, &problems)
        return problems.all
    }

    /// Reads what can be read; `nil` only when a rule is broken.
    private static func read(
        _ document: JSONValue, _ workload: KubernetesObject?, _ problems: inout FieldProblems
    ) -> RolloutSpec? {
        let written = FieldReader(document, path: "spec")
        guard let resolved = problems.read({ () throws(FieldError) in try Self.resolved(written, workload) }) else {
            return nil
        }
        let reader = FieldReader(resolved, path: "spec")
        let replicas = problems.read(or: nil) { () throws(FieldError) in try natural("replicas", reader) }
        UnsupportedFields.check(reader, &problems)
        let selector = problems.read { () throws(FieldError) in try Self.selector(reader) }
        let document = problems.read(or: [:]) { () throws(FieldError) in try reader.object("template").value }
        let template = PodTemplate(document)
        var spec = RolloutSpec(
            selector: selector ?? LabelSelector(), selectorDocument: reader.raw("selector") ?? [:], template: template)
        spec.writtenReplicas = replicas
        if reader.has("workloadRef") {
            spec.workloadRef = problems.read { () throws(FieldError) in
                try WorkloadReference(try reader.object("workloadRef"))
            }
        }
        if !problems.concern("spec.template") { RolloutRules.template(template, selector: selector, &problems) }
        spec.readNumbers(reader, &problems)
        spec.readStrategy(reader, &problems)
        return spec
    }

    private mutating func readNumbers(_ reader: FieldReader, _ problems: inout FieldProblems) {
        func number(_ name: String, or fallback: Int) -> Int {
            problems.read(or: nil) { () throws(FieldError) in try Self.natural(name, reader) } ?? fallback
        }
        minReadySeconds = number("minReadySeconds", or: minReadySeconds)
        revisionHistoryLimit = number("revisionHistoryLimit", or: revisionHistoryLimit)
        progressDeadlineSeconds = number("progressDeadlineSeconds", or: progressDeadlineSeconds)
        if progressDeadlineSeconds <= minReadySeconds, !problems.concern("spec.progressDeadlineSeconds") {
            problems.add(
                FieldError(
                    "spec.progressDeadlineSeconds", .invalid(value: "\(progressDeadlineSeconds)"),
                    "must be greater than minReadySeconds"))
        }
        paused = problems.read(or: false) { () throws(FieldError) in try reader.bool("paused") }
        progressDeadlineAbort = problems.read(or: false) { () throws(FieldError) in
            try reader.bool("progressDeadlineAbort")
        }
        rollbackWindowRevisions =
            problems.read(or: nil) { () throws(FieldError) in
                try reader.object("rollbackWindow").int("revisions")
            } ?? 0
        restartAt = problems.read(or: nil) { () throws(FieldError) in try Self.time("restartAt", reader) }
    }

    private mutating func readStrategy(_ reader: FieldReader, _ problems: inout FieldProblems) {
        guard let strategy = problems.read({ () throws(FieldError) in try reader.object("strategy") }) else { return }
        guard !problems.concern("spec.strategy.strategy") else { return }
        if strategy.has("blueGreen") {
            blueGreen = problems.read { () throws(FieldError) in
                try BlueGreenStrategy(try strategy.object("blueGreen"))
            }
            guard let blueGreen else { return }
            return RolloutRules.blueGreen(blueGreen, historyLimit: revisionHistoryLimit, &problems)
        }
        guard strategy.has("canary") else {
            return problems.add(
                FieldError(
                    "spec.strategy.strategy", .required,
                    "Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'"))
        }
        guard let section = problems.read({ () throws(FieldError) in try strategy.object("canary") }) else { return }
        canary = CanaryStrategy(section, &problems)
        RolloutRules.canary(canary, &problems)
    }

    private static func time(_ name: String, _ reader: FieldReader) throws(FieldError) -> Timestamp? {
        guard reader.has(name) else { return nil }
        let text = try reader.string(name)
        guard let time = Timestamp(parsing: text) else {
            throw FieldError(
                reader.path(name), .invalid(value: GoJSON.quoted(text)), "must be an RFC 3339 time in UTC")
        }
        return time
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
