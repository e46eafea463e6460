import AdmissionWebhook
import JSON

/// The least rights of `weir controller`, and what people get for Rollouts with the usual roles.
package enum InstallRights {
    /// One rule of a role.
    package struct Rule: Sendable, Equatable {
        package var group: String
        package var resources: [String]
        package var verbs: [String]
        package var names: [String] = []

        var document: JSONValue {
            var rule: JSONValue = [
                "apiGroups": [.string(group)], "resources": .array(resources.map { .string($0) }),
                "verbs": .array(verbs.map { .string($0) }),
            ]
            if !names.isEmpty { rule["resourceNames"] = .array(names.map { .string($0) }) }
            return rule
        }
    }

    /// What is needed in every namespace that is served.
    package static let served: [Rule] = [
        Rule(group: "argoproj.io", resources: ["rollouts"], verbs: ["list", "watch", "patch"]),
        Rule(group: "argoproj.io", resources: ["rollouts/status"], verbs: ["patch"]),
        Rule(group: "apps", resources: ["replicasets"], verbs: ["list", "watch", "create", "patch", "delete"]),
        Rule(group: "apps", resources: ["deployments"], verbs: ["list", "watch", "patch"]),
        Rule(group: "", resources: ["podtemplates"], verbs: ["list", "watch"]),
        Rule(group: "", resources: ["pods"], verbs: ["list", "watch", "patch"]),
        Rule(group: "", resources: ["pods/status"], verbs: ["patch"]),
        Rule(group: "", resources: ["pods/eviction"], verbs: ["create"]),
        Rule(group: "", resources: ["services"], verbs: ["list", "watch", "patch"]),
        Rule(group: "", resources: ["endpoints"], verbs: ["list", "watch"]),
        Rule(group: "discovery.k8s.io", resources: ["endpointslices"], verbs: ["list", "watch"]),
        Rule(group: "networking.k8s.io", resources: ["ingresses"], verbs: ["list", "watch", "patch"]),
        Rule(group: "networking.k8s.io", resources: ["ingresses/status"], verbs: ["patch"]),
        Rule(group: "", resources: ["events"], verbs: ["create", "patch"]),
    ]

    /// What has no namespace.
    package static let clusterWide: [Rule] = [
        Rule(group: "networking.k8s.io", resources: ["ingressclasses"], verbs: ["list", "watch"])
    ]

    /// What electing a leader takes, in the Lease's namespace. A Lease that does not exist has no name to allow.
    package static let election: [Rule] = [
        Rule(group: "coordination.k8s.io", resources: ["leases"], verbs: ["create"]),
        Rule(
            group: "coordination.k8s.io", resources: ["leases"], verbs: ["get", "update"],
            names: [ElectionOptions.defaultID]),
    ]

    /// What the webhook for readiness gates takes in the controllers' namespace.
    package static let webhook: [Rule] = [
        Rule(group: "", resources: ["secrets"], verbs: ["create"]),
        Rule(group: "", resources: ["secrets"], verbs: ["get", "patch"], names: [WebhookSettings.secretName]),
    ]

    /// What it takes in the cluster.
    package static let webhookConfiguration: [Rule] = [
        Rule(
            group: "admissionregistration.k8s.io", resources: ["mutatingwebhookconfigurations"],
            verbs: ["get", "patch"], names: [WebhookConfiguration.name])
    ]

    static func documents(_ settings: InstallSettings) -> [JSONValue] {
        let name = InstallManifests.name
        let wide = settings.isNamespaced ? clusterWide : served + clusterWide + webhookConfiguration
        let narrow = settings.isNamespaced ? served + election : election + webhook
        return role("ClusterRole", name, wide, settings) + role("Role", name, narrow, settings)
            + (settings.isNamespaced ? [] : people(settings))
    }

    /// A role and its binding to the service account.
    private static func role(
        _ kind: String, _ name: String, _ rules: [Rule], _ settings: InstallSettings
    ) -> [JSONValue] {
        let metadata = InstallManifests.metadata(settings, name: name, isClusterWide: kind == "ClusterRole")
        return [
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string(kind), "metadata": metadata,
                "rules": .array(rules.map(\.document)),
            ],
            [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": .string("\(kind)Binding"), "metadata": metadata,
                "roleRef": [
                    "apiGroup": "rbac.authorization.k8s.io", "kind": .string(kind), "name": .string(name),
                ],
                "subjects": [
                    [
                        "kind": "ServiceAccount", "name": .string(InstallManifests.name),
                        "namespace": .string(settings.namespace),
                    ]
                ],
            ],
        ]
    }

    /// Rollouts in the roles that every cluster has: view, edit and admin.
    private static func people(_ settings: InstallSettings) -> [JSONValue] {
        let all = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
        let resources = ["rollouts", "rollouts/scale", "rollouts/status"]
        return [("view", ["get", "list", "watch"]), ("edit", all), ("admin", all)].map { role, verbs in
            var metadata = InstallManifests.metadata(
                settings, name: "\(InstallManifests.name)-aggregate-to-\(role)", isClusterWide: true)
            metadata.set("true", at: "labels", "rbac.authorization.k8s.io/aggregate-to-\(role)")
            return [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": metadata,
                "rules": [Rule(group: "argoproj.io", resources: resources, verbs: verbs).document],
            ]
        }
    }
}
