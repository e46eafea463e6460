import KubernetesModel

/// What a Deployment's controller remembers on its ReplicaSets.
enum DeploymentAnnotations {
    static let revision = "deployment.kubernetes.io/revision"
    static let history = "deployment.kubernetes.io/revision-history"
    static let desiredReplicas = "deployment.kubernetes.io/desired-replicas"
    static let maxReplicas = "deployment.kubernetes.io/max-replicas"
    private static let own: Set<String> = [
        revision, history, desiredReplicas, maxReplicas, "kubectl.kubernetes.io/last-applied-configuration",
        "deprecated.deployment.rollback.to",
    ]

    /// The revision of a ReplicaSet or a Deployment; 0 when it has none.
    static func revision(of object: KubernetesObject) -> Int {
        object.annotation(revision).flatMap { Int($0) } ?? 0
    }

    /// How a ReplicaSet was last sized.
    static func sizes(for deployment: DeploymentView) -> [String: String] {
        let most = deployment.replicas > 0 ? deployment.replicas + deployment.bounds.surge : 0
        return [desiredReplicas: "\(deployment.replicas)", maxReplicas: "\(most)"]
    }

    /// The annotations that the present ReplicaSet should have, of those that are the controller's affair.
    ///
    /// - Parameters:
    ///   - replicaSet: `nil` before there is one.
    ///   - revision: the number that it must at least have.
    static func wanted(
        on replicaSet: KubernetesObject?, of deployment: DeploymentView, revision: Int
    ) -> [String: String] {
        var wanted = deployment.object.annotations.filter { !own.contains($0.key) }
        let before = replicaSet.map { self.revision(of: $0) } ?? 0
        if before < revision {
            wanted[self.revision] = "\(revision)"
            if before > 0 {
                let past = replicaSet?.annotation(history).map { [$0] } ?? []
                wanted[history] = (past + ["\(before)"]).joined(separator: ",")
            }
        }
        return wanted
    }
}
