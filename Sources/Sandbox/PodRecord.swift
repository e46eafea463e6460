package import KubernetesModel

/// What became of one pod, for the summary of a demo. Times are the node's.
package struct PodRecord: Hashable, Sendable {
    package var key: ObjectKey
    package var uid: String
    package var labels: [String: String]
    /// The image of the first container.
    package var image: String
    /// Its tag.
    package var version: String
    package var node: String
    /// `10.244.x.y`.
    package var address: String
    /// When the pod came to the node.
    package var startedAt: Timestamp
    /// When the last of its containers began to listen.
    package var listeningAt: Timestamp?
    /// When the node saw that the pod is to be deleted.
    package var terminatingAt: Timestamp?
    /// When the first container stopped to accept connections, or was killed.
    package var stoppedAt: Timestamp?
    /// When the API server no longer had the pod.
    package var deletedAt: Timestamp?
    /// When it last answered a request; probes and health checks do not count.
    package var lastRequestAt: Timestamp?
    /// Requests answered; probes and health checks do not count.
    package var requests: Int
}
