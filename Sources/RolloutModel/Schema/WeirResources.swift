package import KubernetesModel

/// The custom resources that Weir's controllers read and write.
///
/// They are the ones of Argo Rollouts and the AWS Load Balancer Controller, under the names, short names, columns and
/// subresources that users and their tools expect. The parsers and these schemas know the same fields; tests say so.
/// Source: the API references of `argoproj.io/v1alpha1` and `elbv2.k8s.aws/v1beta1`.
package enum WeirResources {
    /// All of them, ascending by the names of their definitions.
    package static let all = [ingressClassParams, rollout, targetGroupBinding]

    /// The Rollout.
    package static let rollout = CustomResource(
        .rollout, shortNames: ["ro"], schema: RolloutSchema.root,
        columns: [
            CustomResource.Column("Desired", "integer", ".spec.replicas", "Number of desired pods"),
            CustomResource.Column(
                "Current", "integer", ".status.replicas", "Total number of non-terminated pods of this rollout"),
            CustomResource.Column(
                "Up-to-date", "integer", ".status.updatedReplicas",
                "Total number of non-terminated pods that have the desired template"),
            CustomResource.Column(
                "Available", "integer", ".status.availableReplicas", "Total number of available pods"),
            CustomResource.Column("Age", "date", ".metadata.creationTimestamp"),
        ],
        hasStatus: true,
        scale: CustomResource.Scale(
            specReplicasPath: ".spec.replicas", statusReplicasPath: ".status.HPAReplicas",
            labelSelectorPath: ".status.selector"))

    /// The settings of an IngressClass.
    package static let ingressClassParams = CustomResource(
        .ingressClassParams, schema: LoadBalancerSchemas.ingressClassParams,
        columns: [
            CustomResource.Column("GROUP-NAME", "string", ".spec.group.name"),
            CustomResource.Column("SCHEME", "string", ".spec.scheme"),
            CustomResource.Column("IP-ADDRESS-TYPE", "string", ".spec.ipAddressType"),
            CustomResource.Column("AGE", "date", ".metadata.creationTimestamp"),
        ])

    /// A target group with the endpoints of a Service.
    package static let targetGroupBinding = CustomResource(
        .targetGroupBinding, schema: LoadBalancerSchemas.targetGroupBinding,
        columns: [
            CustomResource.Column("SERVICE-NAME", "string", ".spec.serviceRef.name"),
            CustomResource.Column("SERVICE-PORT", "string", ".spec.serviceRef.port"),
            CustomResource.Column("TARGET-TYPE", "string", ".spec.targetType"),
            CustomResource.Column("ARN", "string", ".spec.targetGroupARN", priority: 1),
            CustomResource.Column("AGE", "date", ".metadata.creationTimestamp"),
        ],
        hasStatus: true)
}
