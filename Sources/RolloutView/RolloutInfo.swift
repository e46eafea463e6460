import JSON
package import KubernetesModel
import RolloutModel

/// What is shown of one Rollout.
package struct RolloutInfo: Hashable, Sendable {
    /// An image that runs, and as what.
    package struct Image: Hashable, Sendable {
        package var name: String
        package var tags: [ReplicaSetInfo.Role]
    }

    package var object: KubernetesObject
    package var phase: ClientPhase
    /// `Canary` or `BlueGreen`; `unknown` where the spec has neither.
    package var strategy: String
    /// `3/8`; empty without steps.
    package var step = ""
    /// Percent; `nil` when the strategy is not canary.
    package var setWeight: Int?
    /// Percent; `nil` when the strategy is not canary.
    package var actualWeight: Int?
    /// The highest revision first.
    package var replicaSets: [ReplicaSetInfo]
    /// Of the ReplicaSets that have pods, by name.
    package var images: [Image]

    private var status: RolloutStatus

    package init(_ family: RolloutFamily) {
        let rollout = family.rollout
        object = rollout
        status = RolloutStatus(document: rollout.status)
        phase = ClientPhase(of: family)
        replicaSets = family.replicaSets.map { replicaSet in
            let pods = family.pods.filter { $0.controllerReference?.uid == replicaSet.uid }
            return ReplicaSetInfo(replicaSet, pods: pods.map(PodInfo.init), in: rollout)
        }
        images = Self.images(of: replicaSets)
        if rollout.spec.at("strategy", "canary") != nil {
            strategy = "Canary"
            let canary = replicaSets.first { $0.roles.contains(.canary) }?.object
            let progress = CanaryProgress(rollout, canary: canary)
            step = progress.step
            setWeight = progress.setWeight
            actualWeight = progress.actualWeight
        } else {
            strategy = rollout.spec.at("strategy", "blueGreen") == nil ? "unknown" : "BlueGreen"
        }
    }

    package var name: String { object.name }
    package var desired: Int { object.spec["replicas"]?.intValue ?? 1 }
    package var current: Int { status.replicas }
    package var updated: Int { status.updatedReplicas }
    package var ready: Int { status.readyReplicas }
    package var available: Int { status.availableReplicas }

    /// The state as it is shown; a broken spec has an icon of its own.
    package var displayStatus: DisplayStatus { .workload(phase.word) }

    private static func images(of replicaSets: [ReplicaSetInfo]) -> [Image] {
        var tags: [String: [ReplicaSetInfo.Role]] = [:]
        for replicaSet in replicaSets where replicaSet.replicas > 0 {
            let shown = replicaSet.roles.filter { $0 != .ping && $0 != .pong }
            for image in replicaSet.images {
                for role in shown where !tags[image, default: []].contains(role) {
                    tags[image, default: []].append(role)
                }
                if shown.isEmpty { tags[image] = tags[image] ?? [] }
            }
        }
        return tags.keys.sorted().map { name in
            Image(name: name, tags: (tags[name] ?? []).sorted { $0.rawValue < $1.rawValue })
        }
    }
}
