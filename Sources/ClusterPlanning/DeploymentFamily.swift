import JSON
import KubernetesModel
import Planning

/// The ReplicaSets of a Deployment, and the writes that settle ownership.
struct DeploymentFamily {
    /// The one made from the present template; the oldest of several.
    private(set) var current: KubernetesObject?
    /// The others, the oldest first.
    private(set) var others: [KubernetesObject] = []
    /// Adoptions and releases, by name.
    private(set) var writes: [KubernetesWrite] = []

    /// - Parameter candidates: every ReplicaSet of the Deployment's namespace.
    init(_ deployment: DeploymentView, among candidates: [KubernetesObject]) {
        let claim = OwnershipClaim(
            deployment.object, .deployment, selector: deployment.selector, of: .replicaSet, among: candidates)
        writes = claim.writes
        let members = claim.members.sorted {
            ($0.creationTimestamp?.microseconds ?? 0, $0.name) < ($1.creationTimestamp?.microseconds ?? 0, $1.name)
        }
        current = members.first { deployment.isCurrent($0) }
        others = members.filter { $0.uid != current?.uid }
    }

    func member(_ name: String) -> KubernetesObject? {
        (others + (current.map { [$0] } ?? [])).first { $0.name == name }
    }

    /// The highest revision among the others; 0 when there are none.
    var revisionMax: Int { others.map { DeploymentAnnotations.revision(of: $0) }.max() ?? 0 }

    /// The Deployment's revision: its present ReplicaSet's.
    func revision(of deployment: DeploymentView) -> String {
        "\(max(revisionMax + 1, current.map { DeploymentAnnotations.revision(of: $0) } ?? 0))"
    }

    /// Whether `spec.replicas` has changed since the ReplicaSets were sized.
    func isScaled(by deployment: DeploymentView) -> Bool {
        (others + (current.map { [$0] } ?? [])).contains { replicaSet in
            guard ReplicaSetView(replicaSet).replicas > 0,
                let sized = replicaSet.annotation(DeploymentAnnotations.desiredReplicas)
            else { return false }
            return sized != "\(deployment.replicas)"
        }
    }

    /// Whether pods of the others are still there and have not ended.
    func hasPods(in world: World) -> Bool {
        let uids = Set(others.map(\.uid))
        guard let namespace = others.first?.namespace else { return false }
        return world.objects.objects(.pod, namespace: namespace).contains { pod in
            guard let owner = pod.controllerReference, uids.contains(owner.uid) else { return false }
            return !PodView(pod).isTerminal
        }
    }
}
