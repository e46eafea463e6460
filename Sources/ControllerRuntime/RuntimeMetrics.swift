import KubernetesModel
import Metrics

/// The names and labels of what the runtime measures. Labels are from bounded sets: never the name of an object.
enum RuntimeMetrics {
    /// How the work on a key ended.
    enum Outcome: String {
        /// Planned, carried out and read.
        case done
        /// The cache does not show the key's own writes yet.
        case postponed
        /// Refused because the object had changed.
        case conflict
        /// An effect was refused or not answered.
        case failed
        /// Ended because this process does not lead, or ends.
        case interrupted

        init(_ error: any Error) {
            if error is NotLeading || error is CancellationError {
                self = .interrupted
            } else {
                self = FailurePolicy(error) == .replan ? .conflict : .failed
            }
        }
    }

    static func reconciled(controller: String, _ outcome: Outcome, took duration: Duration) {
        Timer(
            label: "weir_reconcile_seconds", dimensions: [("controller", controller), ("result", outcome.rawValue)]
        ).recordMicroseconds(max(0, duration.wholeMicroseconds))
    }

    static func wrote(_ write: KubernetesWrite, failure: (any Error)?) {
        Counter(
            label: "weir_writes_total",
            dimensions: [
                ("kind", write.kind.kind), ("verb", write.verb), ("result", failure.map(result) ?? "ok"),
            ]
        ).increment()
    }

    static func restarted(_ kind: ResourceKind, reason: String) {
        Counter(label: "weir_watch_restarts_total", dimensions: [("kind", kind.kind), ("reason", reason)]).increment()
    }

    /// A bounded name for what went wrong.
    static func result(of error: any Error) -> String {
        if error is NotLeading { return "not_leading" }
        if error is CancellationError { return "cancelled" }
        guard let failure = error as? KubernetesFailure else { return "no_answer" }
        switch failure.code {
        case 401, 403: return "forbidden"
        case 404: return "not_found"
        case 409: return "conflict"
        case 410: return "gone"
        case 422: return "invalid"
        case 429: return "throttled"
        case 500...: return "server_error"
        default: return "refused"
        }
    }
}
