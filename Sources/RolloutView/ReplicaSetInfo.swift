import JSON
package import KubernetesModel
import RolloutModel

/// What is shown of one ReplicaSet of a Rollout.
package struct ReplicaSetInfo: Hashable, Sendable {
    /// What a ReplicaSet is for its Rollout, in the order in which it is shown.
    package enum Role: String, Hashable, Sendable {
        case stable, canary, active, preview, ping, pong

        var colour: Colour {
            switch self {
            case .stable, .active: .green
            case .canary: .yellow
            case .preview, .ping, .pong: .blue
            }
        }
    }

    package var object: KubernetesObject
    package var status: DisplayStatus
    package var revision: Int
    package var roles: [Role]
    package var pods: [PodInfo]

    init(_ object: KubernetesObject, pods: [PodInfo], in rollout: KubernetesObject) {
        self.object = object
        self.pods = pods
        revision = RolloutFamily.revision(of: object)
        roles = Self.roles(of: object, in: rollout)
        status = Self.status(of: object)
    }

    /// Pods that exist.
    package var replicas: Int { object.status["replicas"]?.intValue ?? 0 }
    package var available: Int { object.status["availableReplicas"]?.intValue ?? 0 }
    /// The images of its containers, in their order.
    package var images: [String] { Self.images(of: object, "containers") }
    package var initContainerImages: [String] { Self.images(of: object, "initContainers") }
    /// When it may be scaled to nothing; `nil` when no time is set.
    package var scaleDownDeadline: Timestamp? {
        object.annotation(RolloutKeys.scaleDownDeadline).flatMap(Timestamp.init(parsing:))
    }

    private static func images(of object: KubernetesObject, _ list: String) -> [String] {
        (object.spec.at("template", "spec", list)?.arrayValue ?? []).compactMap { $0["image"]?.stringValue }
    }

    private static func roles(of object: KubernetesObject, in rollout: KubernetesObject) -> [Role] {
        let hash = object.label(RolloutKeys.podTemplateHash) ?? ""
        let status = RolloutStatus(document: rollout.status)
        guard !hash.isEmpty else { return [] }
        let isStable = hash == status.stableRS
        var roles: [Role] = isStable ? [.stable] : []
        if rollout.spec.at("strategy", "canary") != nil {
            let isCanary = !isStable && hash == status.currentPodHash
            if isCanary { roles.append(.canary) }
            if let colour = rollout.status.at("canary", "stablePingPong")?.stringValue, isStable || isCanary {
                roles.append((colour == "ping") == isStable ? .ping : .pong)
            }
        } else if hash == status.blueGreen.activeSelector {
            roles.append(.active)
        } else if hash == status.blueGreen.previewSelector {
            roles.append(.preview)
        }
        return roles
    }

    private static func status(of object: KubernetesObject) -> DisplayStatus {
        let asked = object.spec["replicas"]?.intValue ?? 1
        let available = object.status["availableReplicas"]?.intValue ?? 0
        let hasFailed = (object.status["conditions"]?.arrayValue ?? []).contains {
            $0["type"] == "ReplicaFailure" && $0["status"] == "True"
        }
        if object.generation > object.status["observedGeneration"]?.intValue ?? 0 { return .workload("Progressing") }
        if hasFailed { return .workload("Degraded") }
        if available < asked { return .workload("Progressing") }
        return .workload(asked == 0 ? "ScaledDown" : "Healthy")
    }
}

/// What is shown of one pod.
package struct PodInfo: Hashable, Sendable {
    package var object: KubernetesObject
    package var status: DisplayStatus
    /// `1/2`: ready containers of all.
    package var ready: String
    /// Of all its containers.
    package var restarts: Int

    init(_ object: KubernetesObject) {
        self.object = object
        status = .pod(PodPhase.text(object.document))
        let containers = object.status["containerStatuses"]?.arrayValue ?? []
        let readyCount = containers.filter { $0["ready"] == true && $0.at("state", "running") != nil }.count
        ready = "\(readyCount)/\(object.spec["containers"]?.arrayValue?.count ?? 0)"
        restarts = containers.reduce(0) { $0 + ($1["restartCount"]?.intValue ?? 0) }
    }
}
