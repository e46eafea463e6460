import AdmissionWebhook
import IngressPlanning
package import JSON
import KubernetesModel

/// What runs `weir controller` in a cluster: identity, rights, two replicas, their metrics.
package enum InstallManifests {
    /// The name of everything.
    static let name = "weir"

    private static let introduction = """
        # Weir's controllers for a cluster, printed by `weir manifests install`.

        """

    /// All documents in the order in which they can be applied.
    package static func documents(_ settings: InstallSettings) -> [JSONValue] {
        let definitions = settings.hasDefinitions ? CustomResourceManifests.definitions : []
        var documents = [namespace(settings)] + definitions + [serviceAccount(settings)]
        documents += InstallRights.documents(settings)
        documents += [metricsService(settings), disruptionBudget(settings), deployment(settings)]
        if !settings.isNamespaced { documents += [webhookService(settings), webhook(settings)] }
        return documents
    }

    /// The documents as text.
    ///
    /// - Throws: what the YAML writer has against a value; there is none today.
    package static func text(_ settings: InstallSettings, _ format: ManifestFormat) throws -> String {
        try ManifestText.text(documents(settings), format, introduction: introduction)
    }

    static let labels: JSONValue = [
        "app.kubernetes.io/name": .string(name), "app.kubernetes.io/part-of": .string(name),
    ]

    static func metadata(_ settings: InstallSettings, name: String = name, isClusterWide: Bool = false) -> JSONValue {
        var metadata: JSONValue = ["name": .string(name)]
        if !isClusterWide { metadata["namespace"] = .string(settings.namespace) }
        metadata["labels"] = labels
        return metadata
    }

    private static let selector: JSONValue = ["app.kubernetes.io/name": .string(name)]

    private static func namespace(_ settings: InstallSettings) -> JSONValue {
        ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(settings.namespace)]]
    }

    private static func serviceAccount(_ settings: InstallSettings) -> JSONValue {
        var metadata = metadata(settings)
        if let role = settings.roleARN { metadata["annotations"] = ["eks.amazonaws.com/role-arn": .string(role)] }
        return ["apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata]
    }

    private static func metricsService(_ settings: InstallSettings) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service", "metadata": metadata(settings, name: "\(name)-metrics"),
            "spec": [
                "selector": selector,
                "ports": [["name": "metrics", "port": 8090, "protocol": "TCP", "targetPort": "metrics"]],
            ],
        ]
    }

    private static func webhookService(_ settings: InstallSettings) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service", "metadata": metadata(settings, name: WebhookConfiguration.name),
            "spec": [
                "selector": selector,
                "ports": [["name": "webhook", "port": 443, "protocol": "TCP", "targetPort": "webhook"]],
            ],
        ]
    }

    /// Without an authority to trust, which the controllers add.
    private static func webhook(_ settings: InstallSettings) -> JSONValue {
        let service = ObjectKey(namespace: settings.namespace, name: WebhookConfiguration.name)
        return WebhookConfiguration(address: .service(service), namespaceLabel: GateInjection.namespaceLabel).document(
            metadata: metadata(settings, name: WebhookConfiguration.name, isClusterWide: true))
    }

    private static func disruptionBudget(_ settings: InstallSettings) -> JSONValue {
        [
            "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": metadata(settings),
            "spec": ["maxUnavailable": 1, "selector": ["matchLabels": selector]],
        ]
    }

    private static func deployment(_ settings: InstallSettings) -> JSONValue {
        [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata(settings),
            "spec": [
                "replicas": .int(settings.replicas),
                "selector": ["matchLabels": selector],
                // The Lease hands over within seconds; a second replica more than asked for does no harm.
                "strategy": ["rollingUpdate": ["maxSurge": 1, "maxUnavailable": 0], "type": "RollingUpdate"],
                "template": [
                    "metadata": [
                        "labels": labels,
                        "annotations": [
                            "prometheus.io/path": "/metrics", "prometheus.io/port": "8090",
                            "prometheus.io/scrape": "true",
                        ],
                    ],
                    "spec": podSpec(settings),
                ],
            ],
        ]
    }

    private static func podSpec(_ settings: InstallSettings) -> JSONValue {
        [
            "serviceAccountName": .string(name),
            "terminationGracePeriodSeconds": 30,
            "securityContext": [
                "fsGroup": 65_532, "runAsGroup": 65_532, "runAsNonRoot": true, "runAsUser": 65_532,
                "seccompProfile": ["type": "RuntimeDefault"],
            ],
            // Two replicas on one node would go with it.
            "affinity": [
                "podAntiAffinity": [
                    "preferredDuringSchedulingIgnoredDuringExecution": [
                        [
                            "podAffinityTerm": [
                                "labelSelector": ["matchLabels": selector], "topologyKey": "kubernetes.io/hostname",
                            ],
                            "weight": 100,
                        ]
                    ]
                ]
            ],
            "containers": [container(settings)],
        ]
    }

    private static func container(_ settings: InstallSettings) -> JSONValue {
        var ports: [JSONValue] = [
            ["containerPort": 8090, "name": "metrics"], ["containerPort": 8080, "name": "healthz"],
        ]
        if !settings.isNamespaced { ports.append(["containerPort": 9443, "name": "webhook"]) }
        let scope = settings.isNamespaced ? "--namespaced" : "--enable-pod-readiness-gate-inject"
        let arguments = ["controller", scope] + settings.arguments
        return [
            "name": .string(name), "image": .string(settings.image),
            "args": .array(arguments.map { .string($0) }),
            "env": [
                ["name": "POD_NAMESPACE", "valueFrom": ["fieldRef": ["fieldPath": "metadata.namespace"]]]
            ],
            "ports": .array(ports),
            "livenessProbe": [
                "httpGet": ["path": "/healthz", "port": "healthz"], "initialDelaySeconds": 30, "periodSeconds": 20,
                "timeoutSeconds": 5,
            ],
            "readinessProbe": ["httpGet": ["path": "/readyz", "port": "healthz"], "periodSeconds": 5],
            "resources": ["requests": ["cpu": "100m", "memory": "128Mi"]],
            "securityContext": [
                "allowPrivilegeEscalation": false, "capabilities": ["drop": ["ALL"]], "readOnlyRootFilesystem": true,
            ],
        ]
    }
}
