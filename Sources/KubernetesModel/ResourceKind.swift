/// A kind of object as the API serves it: its group, version, names and scope.
///
/// Two values are the same kind when group, version and plural agree.
package struct ResourceKind: Sendable, CustomStringConvertible {
    /// The API group; empty for the core group.
    package var group: String
    /// The version within the group: `v1`, `v1alpha1`.
    package var version: String
    /// The kind as it stands in objects: `ReplicaSet`.
    package var kind: String
    /// The name in URLs: `replicasets`.
    package var plural: String
    /// Whether objects live in namespaces.
    package var isNamespaced: Bool

    /// Describes a kind; `plural` is what stands in the URL.
    package init(group: String, version: String, kind: String, plural: String, isNamespaced: Bool = true) {
        self.group = group
        self.version = version
        self.kind = kind
        self.plural = plural
        self.isNamespaced = isNamespaced
    }

    /// What stands in an object's `apiVersion`: `v1`, `apps/v1`.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `replicasets.apps`, or `pods` in the core group: the form of API error texts.
    package var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }

    package var description: String { kind }
}

extension ResourceKind: Hashable, Comparable {
    package static func == (left: ResourceKind, right: ResourceKind) -> Bool {
        left.plural == right.plural && left.group == right.group && left.version == right.version
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(plural)
        hasher.combine(group)
    }

    package static func < (left: ResourceKind, right: ResourceKind) -> Bool {
        (left.group, left.plural, left.version) < (right.group, right.plural, right.version)
    }
}

extension ResourceKind {
    private static func core(_ kind: String, _ plural: String, namespaced: Bool = true) -> ResourceKind {
        ResourceKind(group: "", version: "v1", kind: kind, plural: plural, isNamespaced: namespaced)
    }

    package static let pod = core("Pod", "pods")
    package static let service = core("Service", "services")
    package static let endpoints = core("Endpoints", "endpoints")
    package static let event = core("Event", "events")
    package static let namespace = core("Namespace", "namespaces", namespaced: false)
    package static let node = core("Node", "nodes", namespaced: false)
    package static let configMap = core("ConfigMap", "configmaps")
    package static let secret = core("Secret", "secrets")
    package static let serviceAccount = core("ServiceAccount", "serviceaccounts")
    package static let podTemplate = core("PodTemplate", "podtemplates")
    package static let replicaSet = ResourceKind(
        group: "apps", version: "v1", kind: "ReplicaSet", plural: "replicasets")
    package static let deployment = ResourceKind(
        group: "apps", version: "v1", kind: "Deployment", plural: "deployments")
    package static let endpointSlice = ResourceKind(
        group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice", plural: "endpointslices")
    package static let ingress = ResourceKind(
        group: "networking.k8s.io", version: "v1", kind: "Ingress", plural: "ingresses")
    package static let ingressClass = ResourceKind(
        group: "networking.k8s.io", version: "v1", kind: "IngressClass", plural: "ingressclasses",
        isNamespaced: false)
    package static let lease = ResourceKind(
        group: "coordination.k8s.io", version: "v1", kind: "Lease", plural: "leases")
    package static let podDisruptionBudget = ResourceKind(
        group: "policy", version: "v1", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets")
    package static let job = ResourceKind(group: "batch", version: "v1", kind: "Job", plural: "jobs")
    package static let horizontalPodAutoscaler = ResourceKind(
        group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler", plural: "horizontalpodautoscalers")
    package static let customResourceDefinition = ResourceKind(
        group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition",
        plural: "customresourcedefinitions", isNamespaced: false)
    package static let mutatingWebhookConfiguration = ResourceKind(
        group: "admissionregistration.k8s.io", version: "v1", kind: "MutatingWebhookConfiguration",
        plural: "mutatingwebhookconfigurations", isNamespaced: false)
    package static let validatingWebhookConfiguration = ResourceKind(
        group: "admissionregistration.k8s.io", version: "v1", kind: "ValidatingWebhookConfiguration",
        plural: "validatingwebhookconfigurations", isNamespaced: false)
    package static let rollout = ResourceKind(
        group: "argoproj.io", version: "v1alpha1", kind: "Rollout", plural: "rollouts")
    package static let targetGroupBinding = ResourceKind(
        group: "elbv2.k8s.aws", version: "v1beta1", kind: "TargetGroupBinding", plural: "targetgroupbindings")
    package static let ingressClassParams = ResourceKind(
        group: "elbv2.k8s.aws", version: "v1beta1", kind: "IngressClassParams", plural: "ingressclassparams",
        isNamespaced: false)
}
