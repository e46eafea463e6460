package import JSON
package import KubernetesModel

/// The fields of a Job that its controller reads.
///
/// Source: batch/v1 Job.
package struct JobView: Sendable {
    package var object: KubernetesObject

    package init(_ object: KubernetesObject) {
        self.object = object
    }

    /// `spec.completions`; `nil` for a work queue, where the first success ends the making of pods.
    package var completions: Int? { object.spec["completions"]?.intValue }
    /// `spec.parallelism`; 1 when absent, never below 0.
    package var parallelism: Int { max(0, object.spec["parallelism"]?.intValue ?? 1) }
    /// `spec.backoffLimit`; 6 when absent.
    package var backoffLimit: Int { object.spec["backoffLimit"]?.intValue ?? 6 }
    package var activeDeadline: Duration? { object.spec["activeDeadlineSeconds"]?.intValue.map { .seconds($0) } }
    /// `spec.ttlSecondsAfterFinished`; `nil` keeps the Job for ever.
    package var lifetimeAfterEnd: Duration? { object.spec["ttlSecondsAfterFinished"]?.intValue.map { .seconds($0) } }
    package var startTime: Timestamp? { object.status["startTime"]?.stringValue.flatMap(Timestamp.init(parsing:)) }

    /// Whether containers that end badly are started again in the same pod.
    package var restartsInPlace: Bool {
        object.document.at("spec", "template", "spec", "restartPolicy")?.stringValue == "OnFailure"
    }

    /// `spec.selector`; `nil` when it cannot be read.
    package var selector: LabelSelector? {
        guard let document = object.spec["selector"] else { return nil }
        switch Result(catching: { () throws(SelectorError) in try LabelSelector(document: document) }) {
        case .success(let selector): return selector.isEmpty ? nil : selector
        case .failure: return nil
        }
    }

    /// The condition `Complete` or `Failed` that is True; `nil` while the Job runs.
    package var end: JSONValue? {
        (object.status["conditions"]?.arrayValue ?? []).first { condition in
            ["Complete", "Failed"].contains(condition["type"]?.stringValue)
                && condition["status"]?.stringValue == "True"
        }
    }

    /// When the Job ended; `nil` while it runs.
    package var endTime: Timestamp? {
        end?["lastTransitionTime"]?.stringValue.flatMap(Timestamp.init(parsing:))
    }

    /// Fields that are set and that this controller does not carry out, sorted.
    package var unsupportedFields: [String] {
        var fields = ["backoffLimitPerIndex", "podFailurePolicy", "successPolicy"].filter { object.spec[$0] != nil }
        if object.spec["completionMode"]?.stringValue == "Indexed" { fields.append("completionMode: Indexed") }
        if object.spec["suspend"]?.boolValue ?? false { fields.append("suspend") }
        return fields.sorted().map { "spec.\($0)" }
    }
}
