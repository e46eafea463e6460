import JSON
package import KubernetesModel
package import RolloutModel

/// A ReplicaSet as the planner reads it.
package struct ReplicaSetView: Hashable, Sendable {
    package var object: KubernetesObject
    /// The pod template, once it has been read.
    private var knownTemplate: PodTemplate?

    package init(_ object: KubernetesObject) {
        self.object = object
    }

    package static func == (left: ReplicaSetView, right: ReplicaSetView) -> Bool { left.object == right.object }

    package func hash(into hasher: inout Hasher) { hasher.combine(object) }

    /// Reads the pod template once and for all, unless it is as it was.
    mutating func readTemplate(reusing former: PodTemplate?) {
        let document = object.spec["template"] ?? [:]
        if let former, former.document == document { knownTemplate = former } else { knownTemplate = template }
    }

    package var name: String { object.name }
    package var uid: String { object.uid }
    /// The pod-template hash; the label, whoever computed it.
    package var hash: String { object.label(RolloutKeys.podTemplateHash) ?? "" }
    /// Pods asked for.
    package var specReplicas: Int { object.spec["replicas"]?.intValue ?? 1 }
    /// Pods that exist.
    package var replicas: Int { object.status["replicas"]?.intValue ?? 0 }
    package var readyReplicas: Int { object.status["readyReplicas"]?.intValue ?? 0 }
    package var availableReplicas: Int { object.status["availableReplicas"]?.intValue ?? 0 }
    package var revision: Int? { object.annotation(RolloutKeys.revision).flatMap { Int($0) } }
    /// `spec.replicas` of the Rollout when this ReplicaSet was last scaled.
    package var desiredReplicas: Int? { object.annotation(RolloutKeys.desiredReplicas).flatMap { Int($0) } }
    package var minReadySeconds: Int { object.spec["minReadySeconds"]?.intValue ?? 0 }
    package var template: PodTemplate { knownTemplate ?? PodTemplate(object.spec["template"] ?? [:]) }

    /// Whether it was ever told to scale down at a time.
    package var hasDeadline: Bool { object.annotation(RolloutKeys.scaleDownDeadline) != nil }
    /// The time after which it may have no pods; `nil` when none is set or it cannot be read.
    package var deadline: Timestamp? {
        object.annotation(RolloutKeys.scaleDownDeadline).flatMap(Timestamp.init(parsing:))
    }

    /// Whether it neither has pods nor is about to have any.
    package var isEmpty: Bool { specReplicas == 0 && replicas == 0 }

    /// Whether the ReplicaSet controller has seen the last change.
    package var isObserved: Bool { object.generation <= object.status["observedGeneration"]?.intValue ?? 0 }

    /// Whether every pod asked for is available, and there is one.
    package var isFullyAvailable: Bool { specReplicas > 0 && specReplicas <= availableReplicas }
}

/// A pod as the planner reads it.
package struct PodView: Hashable, Sendable {
    package var object: KubernetesObject

    package init(_ object: KubernetesObject) {
        self.object = object
    }

    package var name: String { object.name }
    package var ownerUID: String { object.controllerUID ?? "" }
    /// Empty until the pod has an address.
    package var address: String { object.status["podIP"]?.stringValue ?? "" }

    /// Since when it is being taken out of its target groups; `nil` when it is not.
    package var drainSince: Timestamp? { object.annotation(RolloutKeys.drain).flatMap(Timestamp.init(parsing:)) }

    /// Whether its containers have ended for good; its ReplicaSet does not count it any more.
    var hasEnded: Bool { ["Succeeded", "Failed"].contains(object.status["phase"]?.stringValue ?? "") }

    /// Whether Services send requests to it.
    package var isReady: Bool {
        guard !object.isDeleting, !address.isEmpty else { return false }
        return (object.status["conditions"]?.arrayValue ?? []).contains {
            $0["type"] == "Ready" && $0["status"] == "True"
        }
    }
}
