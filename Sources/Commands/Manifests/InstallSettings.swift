/// What the installed controller is told.
package struct InstallSettings: Sendable, Equatable {
    /// Argo Rollouts' own namespace unless another is given: the Lease that both elect their leader by is there, so
    /// that Weir waits for as long as Argo Rollouts still runs.
    package var namespace = "argo-rollouts"
    /// Serve this namespace only, with a Role instead of a ClusterRole.
    package var isNamespaced = false
    package var image = "weir:\(WeirVersion.current)"
    package var replicas = 2
    /// Whether the CustomResourceDefinitions are among the documents.
    package var hasDefinitions = true
    /// The IAM role of the service account; `nil` leaves credentials to the node or to EKS Pod Identity.
    package var roleARN: String?
    /// More arguments of `weir controller`, in order.
    package var arguments: [String] = []

    package init() {}
}
