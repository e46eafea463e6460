import JSON
package import KubernetesModel
import RolloutModel

/// A Rollout and what it owns, as they were read.
package struct RolloutFamily: Hashable, Sendable {
    package var rollout: KubernetesObject
    /// The ReplicaSets it controls: the highest revision first, then by name.
    package var replicaSets: [KubernetesObject]
    /// Their pods, the oldest first, then by name.
    package var pods: [KubernetesObject]
    /// The workload that `spec.workloadRef` names; `nil` when it names none or it is not there.
    package var workload: KubernetesObject?

    /// Finds what the Rollout owns among the objects of its namespace.
    package init(
        _ rollout: KubernetesObject, replicaSets: [KubernetesObject], pods: [KubernetesObject],
        workload: KubernetesObject? = nil
    ) {
        self.rollout = rollout
        self.workload = workload
        self.replicaSets = replicaSets.filter { $0.controllerReference?.uid == rollout.uid }.sorted { left, right in
            (-Self.revision(of: left), left.name) < (-Self.revision(of: right), right.name)
        }
        let owners = Set(self.replicaSets.map(\.uid))
        self.pods = pods.filter { $0.controllerReference.map { owners.contains($0.uid) } ?? false }
            .sorted { left, right in (Self.age(of: left), left.name) < (Self.age(of: right), right.name) }
    }

    /// The revision of a ReplicaSet; 0 where it has none.
    package static func revision(of replicaSet: KubernetesObject) -> Int {
        replicaSet.annotation(RolloutKeys.revision).flatMap { Int($0) } ?? 0
    }

    private static func age(of object: KubernetesObject) -> Int64 {
        object.creationTimestamp?.microseconds ?? .max
    }
}
