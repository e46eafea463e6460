import JSON
import KubernetesModel

/// Pods that may be deleted although requests reach them, because a person asked for fewer pods.
///
/// Kubernetes deletes a pod and tells the load balancer at the same time; only `preStop` helps then.
struct DeletionExcuses: Sendable {
    private static let validity = Duration.seconds(300)
    private var left = 0
    private var until: Timestamp?
    private var hosts: Set<String> = []

    /// Allows for the deletion of as many pods as a smaller size takes from two ReplicaSets.
    mutating func allow(reductionBy count: Int, now: Timestamp) {
        left += 2 * count
        until = now.advanced(by: Self.validity)
    }

    /// Forgets the excuses of addresses that have passed to pods which live.
    mutating func note(_ pods: [KubernetesObject]) {
        guard !hosts.isEmpty else { return }
        for pod in pods where !pod.isDeleting {
            if let host = pod.status["podIP"]?.stringValue { hosts.remove(host) }
        }
    }

    /// Whether the pod at an address may be deleted although requests reach it; spends the allowance.
    mutating func excuse(_ host: String, now: Timestamp) -> Bool {
        if hosts.contains(host) { return true }
        guard left > 0, let until, now < until else { return false }
        left -= 1
        hosts.insert(host)
        return true
    }
}
