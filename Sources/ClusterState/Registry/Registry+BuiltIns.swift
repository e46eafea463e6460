extension Registry {
    private static let replicas = ResourceDefinition.Scale(
        specReplicas: ["spec", "replicas"], statusReplicas: ["status", "replicas"], selector: ["spec", "selector"])

    /// The resources every server has.
    static let builtIns: [ResourceDefinition] = core + workloads + networking + others

    private static let core: [ResourceDefinition] = [
        namespaces,
        ResourceDefinition(
            kind: "Node", plural: "nodes", isNamespaced: false, shortNames: ["no"], hasStatus: true, typeName: "Node"),
        ResourceDefinition(
            kind: "Pod", plural: "pods", shortNames: ["po"], categories: ["all"], hasStatus: true, typeName: "Pod"),
        ResourceDefinition(
            kind: "Service", plural: "services", shortNames: ["svc"], categories: ["all"], hasStatus: true,
            typeName: "Service"),
        ResourceDefinition(kind: "Endpoints", plural: "endpoints", shortNames: ["ep"], typeName: "Endpoints"),
        ResourceDefinition(kind: "ConfigMap", plural: "configmaps", shortNames: ["cm"], typeName: "ConfigMap"),
        ResourceDefinition(kind: "Secret", plural: "secrets", typeName: "Secret"),
        ResourceDefinition(
            kind: "ServiceAccount", plural: "serviceaccounts", shortNames: ["sa"], typeName: "ServiceAccount"),
        ResourceDefinition(kind: "Event", plural: "events", shortNames: ["ev"], typeName: "Event"),
        ResourceDefinition(kind: "PodTemplate", plural: "podtemplates", typeName: "PodTemplate"),
        ResourceDefinition(
            kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims", shortNames: ["pvc"], hasStatus: true,
            typeName: "PersistentVolumeClaim"),
    ]

    private static let namespaces: ResourceDefinition = {
        var definition = ResourceDefinition(
            kind: "Namespace", plural: "namespaces", isNamespaced: false, shortNames: ["ns"], hasStatus: true,
            typeName: "Namespace")
        definition.verbs.removeAll { $0 == "deletecollection" }
        return definition
    }()

    private static let workloads: [ResourceDefinition] = [
        ResourceDefinition(
            group: "apps", kind: "ReplicaSet", plural: "replicasets", shortNames: ["rs"], categories: ["all"],
            hasStatus: true, scale: replicas, typeName: "ReplicaSet"),
        ResourceDefinition(
            group: "apps", kind: "Deployment", plural: "deployments", shortNames: ["deploy"], categories: ["all"],
            hasStatus: true, scale: replicas, typeName: "Deployment"),
        ResourceDefinition(
            group: "batch", kind: "Job", plural: "jobs", categories: ["all"], hasStatus: true, typeName: "Job"),
        ResourceDefinition(
            group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler", plural: "horizontalpodautoscalers",
            shortNames: ["hpa"], categories: ["all"], hasStatus: true, typeName: "HorizontalPodAutoscaler"),
        ResourceDefinition(
            group: "policy", kind: "PodDisruptionBudget", plural: "poddisruptionbudgets", shortNames: ["pdb"],
            hasStatus: true, typeName: "PodDisruptionBudget"),
    ]

    private static let networking: [ResourceDefinition] = [
        ResourceDefinition(
            group: "networking.k8s.io", kind: "Ingress", plural: "ingresses", shortNames: ["ing"], hasStatus: true,
            typeName: "Ingress"),
        ResourceDefinition(
            group: "networking.k8s.io", kind: "IngressClass", plural: "ingressclasses", isNamespaced: false,
            typeName: "IngressClass"),
        ResourceDefinition(
            group: "discovery.k8s.io", kind: "EndpointSlice", plural: "endpointslices", typeName: "EndpointSlice"),
    ]

    private static let others: [ResourceDefinition] = [
        ResourceDefinition(group: "coordination.k8s.io", kind: "Lease", plural: "leases", typeName: "Lease"),
        ResourceDefinition(
            group: "events.k8s.io", kind: "Event", plural: "events", shortNames: ["ev"], typeName: "EventsEvent",
            storage: ResourceName(group: "", plural: "events")),
        ResourceDefinition(
            group: "apiextensions.k8s.io", kind: "CustomResourceDefinition", plural: "customresourcedefinitions",
            isNamespaced: false, shortNames: ["crd", "crds"], categories: ["api-extensions"], hasStatus: true,
            typeName: "CustomResourceDefinition"),
        webhooks("MutatingWebhookConfiguration"), webhooks("ValidatingWebhookConfiguration"),
        role("Role", isNamespaced: true), role("ClusterRole", isNamespaced: false),
        role("RoleBinding", isNamespaced: true), role("ClusterRoleBinding", isNamespaced: false),
        creatable("SelfSubjectAccessReview", group: "authorization.k8s.io", isNamespaced: false),
        creatable("Binding", group: "", isNamespaced: true),
    ]

    private static func webhooks(_ kind: String) -> ResourceDefinition {
        ResourceDefinition(
            group: Webhook.group, kind: kind, plural: "\(kind.lowercased())s", isNamespaced: false,
            categories: ["api-extensions"], typeName: kind)
    }

    /// Kept for those who bring them along; everybody may do everything here.
    private static func role(_ kind: String, isNamespaced: Bool) -> ResourceDefinition {
        ResourceDefinition(
            group: "rbac.authorization.k8s.io", kind: kind, plural: "\(kind.lowercased())s", isNamespaced: isNamespaced,
            typeName: kind)
    }

    /// A kind that can only be posted and is not kept.
    private static func creatable(_ kind: String, group: String, isNamespaced: Bool) -> ResourceDefinition {
        var definition = ResourceDefinition(
            group: group, kind: kind, plural: "\(kind.lowercased())s", isNamespaced: isNamespaced)
        definition.verbs = ["create"]
        return definition
    }
}
