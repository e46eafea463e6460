import JSON
import KubernetesModel

/// The status of a Deployment as its ReplicaSets make it.
struct DeploymentStatus {
    private let deployment: DeploymentView
    private let current: KubernetesObject?
    private let replicaSets: [KubernetesObject]
    private let old: JSONValue
    private(set) var document: JSONValue
    private let now: Timestamp

    /// - Parameters:
    ///   - current: the ReplicaSet of the present template, if there is one.
    ///   - others: all the others.
    init(of deployment: DeploymentView, current: KubernetesObject?, others: [KubernetesObject], now: Timestamp) {
        self.deployment = deployment
        self.current = current
        self.now = now
        replicaSets = others + (current.map { [$0] } ?? [])
        old = deployment.object.status
        document = old
        let available = Self.sum("availableReplicas", replicaSets)
        let total = replicaSets.map { ReplicaSetView($0).replicas }.reduce(0, +)
        let counts = [
            ("observedGeneration", deployment.object.generation), ("replicas", Self.sum("replicas", replicaSets)),
            ("updatedReplicas", current?.status["replicas"]?.intValue ?? 0),
            ("readyReplicas", Self.sum("readyReplicas", replicaSets)), ("availableReplicas", available),
            ("unavailableReplicas", max(0, total - available)),
        ]
        // Zero is left out, as the API's `omitempty` does.
        for (field, count) in counts { document[field] = count == 0 ? nil : .number(JSONNumber(count)) }
        if available >= deployment.replicas - deployment.bounds.unavailable {
            set("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        } else {
            set("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
        }
    }

    /// The condition of a type; `nil` when there is none.
    func condition(_ type: String) -> JSONValue? {
        (document["conditions"]?.arrayValue ?? []).first { $0["type"]?.stringValue == type }
    }

    /// Says that the present ReplicaSet is there, unless more is known.
    mutating func found(_ name: String, isNew: Bool) {
        guard deployment.progressDeadline != nil else { return }
        if isNew {
            set("Progressing", "True", "NewReplicaSetCreated", "Created new replica set \"\(name)\"")
        } else if condition("Progressing") == nil {
            set("Progressing", "True", "FoundNewReplicaSet", "Found new replica set \"\(name)\"")
        }
    }

    /// Says whether the Deployment is held, where it counts its progress.
    mutating func markPause() {
        guard deployment.progressDeadline != nil else { return }
        let reason = condition("Progressing")?["reason"]?.stringValue
        if deployment.isPaused, reason != "DeploymentPaused" {
            set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
        } else if !deployment.isPaused, reason == "DeploymentPaused" {
            set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")
        }
    }

    /// Judges the progress of an update.
    mutating func markProgress() {
        guard deployment.progressDeadline != nil else { return }
        let before = condition("Progressing")
        let subject = current.map { "ReplicaSet \"\($0.name)\"" } ?? "Deployment \"\(deployment.object.name)\""
        let isSettled =
            before?["reason"]?.stringValue == "NewReplicaSetAvailable" && count("replicas") == count("updatedReplicas")
        if isSettled { return }
        if isComplete {
            set("Progressing", "True", "NewReplicaSetAvailable", "\(subject) has successfully progressed.")
        } else if isProgressing {
            set("Progressing", "True", "ReplicaSetUpdated", "\(subject) is progressing.", always: true)
        } else if let deadline, deadline <= now {
            set("Progressing", "False", "ProgressDeadlineExceeded", "\(subject) has timed out progressing.")
        }
    }

    /// When the update has taken too long; `nil` when it is over, or was found to take too long.
    var deadline: Timestamp? {
        guard let limit = deployment.progressDeadline, let condition = condition("Progressing"),
            !["NewReplicaSetAvailable", "ProgressDeadlineExceeded", "DeploymentPaused"]
                .contains(condition["reason"]?.stringValue),
            let since = condition["lastUpdateTime"]?.stringValue.flatMap(Timestamp.init(parsing:))
        else { return nil }
        return since.advanced(by: limit)
    }

    /// Passes on why a ReplicaSet cannot make its pods.
    mutating func markFailure() {
        let sets = (current.map { [$0] } ?? []) + replicaSets
        let failure = sets.lazy.flatMap { $0.status["conditions"]?.arrayValue ?? [] }
            .first { $0["type"]?.stringValue == "ReplicaFailure" }
        if let failure {
            set(
                "ReplicaFailure", failure["status"]?.stringValue ?? "True", failure["reason"]?.stringValue ?? "",
                failure["message"]?.stringValue ?? "")
        } else {
            let kept = (document["conditions"]?.arrayValue ?? []).filter { $0["type"]?.stringValue != "ReplicaFailure" }
            document["conditions"] = .array(kept)
        }
    }

    /// The patch that brings status and revision here; `nil` when they are.
    func write(revision: String?) -> KubernetesWrite? {
        var body: JSONValue = [:]
        if document != old { body["status"] = JSONValue.mergePatch(from: old, to: document) }
        if let revision, deployment.object.annotation(DeploymentAnnotations.revision) != revision {
            body.set(.string(revision), at: "metadata", "annotations", DeploymentAnnotations.revision)
        }
        guard body != [:] else { return nil }
        return .patch(KubernetesWrite.Patch(.deployment, deployment.key, body: body, subresource: "status"))
    }

    var isComplete: Bool {
        count("updatedReplicas") == deployment.replicas && count("replicas") == deployment.replicas
            && count("availableReplicas") == deployment.replicas
    }

    private var isProgressing: Bool {
        let before = (old["replicas"]?.intValue ?? 0) - (old["updatedReplicas"]?.intValue ?? 0)
        func grew(_ field: String) -> Bool { count(field) > (old[field]?.intValue ?? 0) }
        return grew("updatedReplicas") || count("replicas") - count("updatedReplicas") < before
            || grew("readyReplicas") || grew("availableReplicas")
    }

    private func count(_ field: String) -> Int { document[field]?.intValue ?? 0 }

    private static func sum(_ field: String, _ replicaSets: [KubernetesObject]) -> Int {
        replicaSets.map { $0.status[field]?.intValue ?? 0 }.reduce(0, +)
    }

    /// - Parameter always: whether the same status and reason again count as news.
    private mutating func set(
        _ type: String, _ status: String, _ reason: String, _ message: String, always: Bool = false
    ) {
        let before = condition(type)
        let isSame = before?["status"]?.stringValue == status
        if isSame, before?["reason"]?.stringValue == reason, !always { return }
        let time = JSONValue.string(now.wholeSeconds.rfc3339)
        let condition: JSONValue = [
            "type": .string(type), "status": .string(status), "lastUpdateTime": time,
            "lastTransitionTime": isSame ? before?["lastTransitionTime"] ?? time : time, "reason": .string(reason),
            "message": .string(message),
        ]
        let others = (document["conditions"]?.arrayValue ?? []).filter { $0["type"]?.stringValue != type }
        document["conditions"] = .array(others + [condition])
    }
}
