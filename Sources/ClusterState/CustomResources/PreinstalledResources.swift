import JSON

/// The custom resource definitions that a sandbox has from the beginning: what Weir's controllers read and write.
///
/// Analysis resources and Experiments keep every field. Source: the names, scopes, subresources and columns of the Argo
/// Rollouts and AWS Load Balancer Controller APIs.
enum PreinstalledResources {
    /// The definitions as objects to create, ascending by name.
    static let definitions: [JSONValue] = [
        definition(
            group: "argoproj.io", version: "v1alpha1", kind: "AnalysisRun", plural: "analysisruns", shortNames: ["ar"],
            columns: [
                column("Status", "string", ".status.phase"), column("Age", "date", ".metadata.creationTimestamp"),
            ]),
        definition(
            group: "argoproj.io", version: "v1alpha1", kind: "AnalysisTemplate", plural: "analysistemplates",
            shortNames: ["at"], columns: [column("Age", "date", ".metadata.creationTimestamp")]),
        definition(
            group: "argoproj.io", version: "v1alpha1", kind: "ClusterAnalysisTemplate",
            plural: "clusteranalysistemplates", scope: "Cluster", shortNames: ["cat"],
            columns: [column("Age", "date", ".metadata.creationTimestamp")]),
        definition(
            group: "argoproj.io", version: "v1alpha1", kind: "Experiment", plural: "experiments", shortNames: ["exp"],
            columns: [
                column("Status", "string", ".status.phase"), column("Age", "date", ".metadata.creationTimestamp"),
            ]),
        definition(
            group: "argoproj.io", version: "v1alpha1", kind: "Rollout", plural: "rollouts", shortNames: ["ro"],
            schema: RolloutSchema.root, columns: rolloutColumns,
            subresources: [
                "scale": [
                    "specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.HPAReplicas",
                    "labelSelectorPath": ".status.selector",
                ],
                "status": [:],
            ]),
        definition(
            group: "elbv2.k8s.aws", version: "v1beta1", kind: "IngressClassParams", plural: "ingressclassparams",
            scope: "Cluster", schema: LoadBalancerSchemas.ingressClassParams,
            columns: [
                column("GROUP-NAME", "string", ".spec.group.name"), column("SCHEME", "string", ".spec.scheme"),
                column("IP-ADDRESS-TYPE", "string", ".spec.ipAddressType"),
                column("AGE", "date", ".metadata.creationTimestamp"),
            ]),
        definition(
            group: "elbv2.k8s.aws", version: "v1beta1", kind: "TargetGroupBinding", plural: "targetgroupbindings",
            schema: LoadBalancerSchemas.targetGroupBinding, columns: bindingColumns, subresources: ["status": [:]]),
    ]

    private static let rolloutColumns: [JSONValue] = [
        column("Desired", "integer", ".spec.replicas", "Number of desired pods"),
        column("Current", "integer", ".status.replicas", "Total number of non-terminated pods of this rollout"),
        column(
            "Up-to-date", "integer", ".status.updatedReplicas",
            "Total number of non-terminated pods that have the desired template"),
        column("Available", "integer", ".status.availableReplicas", "Total number of available pods"),
        column("Age", "date", ".metadata.creationTimestamp"),
    ]

    private static let bindingColumns: [JSONValue] = [
        column("SERVICE-NAME", "string", ".spec.serviceRef.name"),
        column("SERVICE-PORT", "string", ".spec.serviceRef.port"),
        column("TARGET-TYPE", "string", ".spec.targetType"),
        column("ARN", "string", ".spec.targetGroupARN", priority: 1),
        column("AGE", "date", ".metadata.creationTimestamp"),
    ]

    private static func column(
        _ name: String, _ type: String, _ path: String, _ description: String = "", priority: Int = 0
    ) -> JSONValue {
        var column: JSONValue = ["name": .string(name), "type": .string(type), "jsonPath": .string(path)]
        if !description.isEmpty { column["description"] = .string(description) }
        if priority > 0 { column["priority"] = .number(JSONNumber(priority)) }
        return column
    }

    private static func definition(
        group: String, version: String, kind: String, plural: String, scope: String = "Namespaced",
        shortNames: [String] = [], schema: JSONValue = FieldSchema.open("").document, columns: [JSONValue],
        subresources: JSONValue? = nil
    ) -> JSONValue {
        var names: JSONValue = [
            "kind": .string(kind), "listKind": .string("\(kind)List"), "plural": .string(plural),
            "singular": .string(kind.lowercased()),
        ]
        if !shortNames.isEmpty { names["shortNames"] = .array(shortNames.map(JSONValue.string)) }
        var served: JSONValue = [
            "name": .string(version), "served": true, "storage": true,
            "schema": ["openAPIV3Schema": schema],
            "additionalPrinterColumns": .array(columns),
        ]
        served["subresources"] = subresources
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string("\(plural).\(group)")],
            "spec": [
                "group": .string(group), "names": names, "scope": .string(scope), "versions": [served],
            ],
        ]
    }
}
