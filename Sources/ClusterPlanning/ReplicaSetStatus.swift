import JSON
package import KubernetesModel

/// The status of a ReplicaSet as its pods make it.
///
/// Source: upstream pkg/controller/replicaset/replica_set_utils.go, calculateStatus.
package struct ReplicaSetStatus: Equatable, Sendable {
    package var replicas: Int
    /// Pods that carry every label of the template.
    package var fullyLabeledReplicas: Int
    package var readyReplicas: Int
    /// Pods that have been ready for `minReadySeconds`.
    package var availableReplicas: Int
    package var observedGeneration: Int
    /// When the next ready pod becomes available without any change to it.
    package var nextAvailableAt: Timestamp?
    /// Why pods could not be created or deleted; `nil` when they could.
    package var failure: Failure?

    /// The content of the condition `ReplicaFailure`.
    package struct Failure: Equatable, Sendable {
        /// `FailedCreate` or `FailedDelete`.
        package var reason: String
        package var message: String
        package var at: Timestamp

        package init(reason: String, message: String, at time: Timestamp) {
            self.reason = reason
            self.message = message
            at = time
        }
    }

    /// Counts the active pods that the ReplicaSet has claimed.
    package init(of replicaSet: ReplicaSetView, pods: [PodView], now: Timestamp) {
        let labels = LabelSelector(matchLabels: replicaSet.templateLabels)
        let times = pods.compactMap { $0.availableSince(minReadySeconds: replicaSet.minReadySeconds) }
        replicas = pods.count
        fullyLabeledReplicas = pods.count { labels.matches($0.object.labels) }
        readyReplicas = pods.count(where: \.isReady)
        availableReplicas = times.count { $0 <= now }
        observedGeneration = replicaSet.object.generation
        nextAvailableAt = times.filter { $0 > now }.min()
    }

    /// The patch that brings the object's status here; `nil` when it is there already.
    package func write(to object: KubernetesObject) -> KubernetesWrite? {
        let current = object.status
        var wanted = current
        wanted["replicas"] = .number(JSONNumber(replicas))
        let counts = [
            ("fullyLabeledReplicas", fullyLabeledReplicas), ("readyReplicas", readyReplicas),
            ("availableReplicas", availableReplicas), ("observedGeneration", observedGeneration),
        ]
        for (field, count) in counts {
            // Zero is left out, as the API's `omitempty` does.
            wanted[field] = count == 0 ? nil : .number(JSONNumber(count))
        }
        wanted["conditions"] = conditions(after: current)
        guard wanted != current else { return nil }
        return .patch(
            KubernetesWrite.Patch(
                .replicaSet, object.key, body: ["status": JSONValue.mergePatch(from: current, to: wanted)],
                subresource: "status"))
    }

    /// The conditions with `ReplicaFailure` as it is now; `nil` when none is left.
    private func conditions(after current: JSONValue) -> JSONValue? {
        var conditions = current["conditions"]?.arrayValue ?? []
        let index = conditions.firstIndex { $0["type"]?.stringValue == "ReplicaFailure" }
        if let failure {
            // The same refusal again is no transition, even where the text names another pod.
            if let index, conditions[index]["reason"]?.stringValue == failure.reason { return current["conditions"] }
            if let index { conditions.remove(at: index) }
            conditions.append([
                "type": "ReplicaFailure", "status": "True", "lastTransitionTime": .string(failure.at.rfc3339),
                "reason": .string(failure.reason), "message": .string(failure.message),
            ])
        } else if let index {
            conditions.remove(at: index)
        }
        return conditions.isEmpty ? nil : .array(conditions)
    }
}
