import ELBModel

/// The tags by which a stack's resources are found again; the same as the peer's.
enum StackTags {
    static let cluster = "elbv2.k8s.aws/cluster"
    static let stack = "ingress.k8s.aws/stack"
    static let resource = "ingress.k8s.aws/resource"
    /// Ours, on target groups: since when no rule uses it, in RFC 3339. Removed when it is used again.
    static let unusedSince = "weir/unused-since"

    /// The resource tag of the load balancer.
    static let loadBalancerResource = "LoadBalancer"

    /// Keys that are never removed though they are not wanted: left by earlier controllers.
    static let legacyKeys: Set<String> = [
        "kubernetes.io/cluster-name", "kubernetes.io/namespace", "kubernetes.io/ingress-name",
        "kubernetes.io/service-name", "kubernetes.io/service-port", "ingress.k8s.aws/cluster",
    ]

    /// Whether a tag belongs to somebody else and stays.
    static func isForeign(_ key: String) -> Bool {
        key.hasPrefix("aws:") || key.hasPrefix("kubernetes.io/cluster/") || legacyKeys.contains(key)
    }
}
