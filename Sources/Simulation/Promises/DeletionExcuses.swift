import JSON
import KubernetesModel

/// Pods that may be deleted although requests reach them, because a person asked for fewer pods.
///
/// Kubernetes deletes a pod and tells the load balancer at the same time; only `preStop` helps then.
struct DeletionExcuses: Sendable {
    private static let validity = Duration.seconds(300)
    private var left = 0
    private var until: Timestamp?
    private var seen: Set<String> = []
    private var hosts: Set<String> = []

    /// Allows for the deletion of as many pods as a smaller size takes from two ReplicaSets.
    mutating func allow(reductionBy count: Int, now: Timestamp) {
        left += 2 * count
        until = now.advanced(by: Self.validity)
    }

    /// Spends the allowance on pods whose deletion has just been asked for.
    mutating func note(_ pods: [KubernetesObject], now: Timestamp) {
        if let until, until < now { left = 0 }
        for pod in pods {
            guard let host = pod.status["podIP"]?.stringValue else { continue }
            if !pod.isDeleting {
                hosts.remove(host)
            } else if seen.insert(pod.uid).inserted, left > 0 {
                left -= 1
                hosts.insert(host)
            }
        }
    }

    /// Whether the deletion of the pod at an address is excused.
    func cover(_ host: String) -> Bool { hosts.contains(host) }
}
