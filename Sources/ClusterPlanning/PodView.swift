package import JSON
package import KubernetesModel

/// The fields of a Pod that the built-in controllers read.
///
/// Source: core/v1 Pod; upstream pkg/controller/controller_utils.go and pkg/api/v1/pod/util.go for the predicates.
package struct PodView: Sendable {
    package var object: KubernetesObject

    /// Wraps a pod; nothing is checked.
    package init(_ object: KubernetesObject) {
        self.object = object
    }

    package var key: ObjectKey { object.key }
    /// `spec.nodeName`; empty until the pod is bound.
    package var nodeName: String { object.document.at("spec", "nodeName")?.stringValue ?? "" }
    /// `status.phase`; `Pending` when there is none yet.
    package var phase: String { object.document.at("status", "phase")?.stringValue ?? "Pending" }
    /// `status.podIP`; `nil` until the node has given one.
    package var podIP: String? {
        guard let address = object.document.at("status", "podIP")?.stringValue, !address.isEmpty else { return nil }
        return address
    }

    /// Whether the pod has ended and will not run again.
    package var isTerminal: Bool { phase == "Succeeded" || phase == "Failed" }
    /// Whether the pod counts towards `replicas`: it neither ended nor is being deleted.
    package var isActive: Bool { !isTerminal && !object.isDeleting }
    /// Whether the condition `Ready` is True.
    package var isReady: Bool { condition("Ready")?["status"]?.stringValue == "True" }

    /// When the pod became ready; `nil` when it is not ready or the time is missing.
    package var readySince: Timestamp? {
        guard isReady else { return nil }
        return condition("Ready")?["lastTransitionTime"]?.stringValue.flatMap(Timestamp.init(parsing:))
    }

    /// The most restarts any of its containers had.
    package var restarts: Int {
        (object.document.at("status", "containerStatuses")?.arrayValue ?? [])
            .compactMap { $0["restartCount"]?.intValue }.max() ?? 0
    }

    /// The restarts of all its containers together.
    package var allRestarts: Int {
        let containers = ["initContainerStatuses", "containerStatuses"]
            .flatMap { object.document.at("status", $0)?.arrayValue ?? [] }
        return containers.compactMap { $0["restartCount"]?.intValue }.reduce(0, +)
    }

    /// When the last of its containers ended; `nil` when none has.
    package var endedAt: Timestamp? {
        (object.document.at("status", "containerStatuses")?.arrayValue ?? [])
            .compactMap { $0.at("state", "terminated", "finishedAt")?.stringValue.flatMap(Timestamp.init(parsing:)) }
            .max()
    }

    /// The condition of a type in `status.conditions`.
    package func condition(_ type: String) -> JSONValue? {
        (object.document.at("status", "conditions")?.arrayValue ?? []).first { $0["type"]?.stringValue == type }
    }

    /// When a ready pod counts as available; `nil` when it is not ready.
    ///
    /// - Parameter minReadySeconds: at least 0; with 0 a ready pod is available at once.
    package func availableSince(minReadySeconds: Int) -> Timestamp? {
        guard isReady else { return nil }
        guard minReadySeconds > 0 else { return readySince ?? Timestamp(seconds: 0) }
        return readySince?.advanced(by: .seconds(minReadySeconds))
    }

    /// `controller.kubernetes.io/pod-deletion-cost`: a 32-bit integer without sign `+` or leading zeros; 0 otherwise.
    package var deletionCost: Int {
        guard let text = object.annotation("controller.kubernetes.io/pod-deletion-cost"), let first = text.first,
            first == "-" || text == "0" || ("1"..."9").contains(first)
        else { return 0 }
        return Int32(text).map(Int.init) ?? 0
    }
}
