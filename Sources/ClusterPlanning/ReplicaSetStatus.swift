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
        guard wanted != current else { return nil }
        return .patch(
            KubernetesWrite.Patch(
                .replicaSet, object.key, body: ["status": JSONValue.mergePatch(from: current, to: wanted)],
                subresource: "status"))
    }
}
