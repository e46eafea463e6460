package import JSON
package import KubernetesModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Weir's MutatingWebhookConfiguration: how API servers ask about new pods.
///
/// Source: the AWS Load Balancer Controller's `mpod.elbv2.k8s.aws`: the same path, label, rule and failure policy.
package struct WebhookConfiguration: Equatable, Sendable {
    /// Where API servers find the webhook.
    package enum Address: Equatable, Sendable {
        /// A Service that leads to the controllers, on port 443.
        case service(ObjectKey)
        /// A host and port that API servers reach themselves.
        case url(host: String, port: Int)
    }

    /// The name of the object.
    package static let name = "weir-webhook"
    /// The name of the webhook in it.
    package static let webhookName = "mpod.weir.dev"
    /// The path of reviews.
    package static let path = "/mutate-v1-pod"

    package var address: Address
    /// The label of namespaces whose pods are reviewed; its value is `enabled`.
    package var namespaceLabel: String

    package init(address: Address, namespaceLabel: String) {
        self.address = address
        self.namespaceLabel = namespaceLabel
    }

    /// The names under which API servers connect.
    package var servingNames: [String] {
        switch address {
        case .service(let key): ["\(key.name).\(key.namespace).svc"]
        case .url(let host, _): [host]
        }
    }

    /// The object, with the authority to trust where that is known: PEM.
    package func document(trusting authority: String? = nil, metadata: JSONValue? = nil) -> JSONValue {
        let kind = ResourceKind.mutatingWebhookConfiguration
        return [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind),
            "metadata": metadata ?? ["name": .string(Self.name)],
            "webhooks": [
                [
                    "name": .string(Self.webhookName),
                    "admissionReviewVersions": ["v1"],
                    "clientConfig": clientConfig(trusting: authority),
                    // A pod without its gate is better than no pod.
                    "failurePolicy": "Ignore",
                    "namespaceSelector": ["matchLabels": .object([namespaceLabel: "enabled"])],
                    "objectSelector": [
                        "matchExpressions": [
                            [
                                "key": "app.kubernetes.io/name", "operator": "NotIn",
                                "values": ["aws-load-balancer-controller", "weir"],
                            ]
                        ]
                    ],
                    "rules": [
                        [
                            "apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"],
                        ]
                    ],
                    "sideEffects": "None",
                    "timeoutSeconds": 10,
                ]
            ],
        ]
    }

    private func clientConfig(trusting authority: String?) -> JSONValue {
        var config: JSONValue
        switch address {
        case .service(let key):
            config = [
                "service": [
                    "name": .string(key.name), "namespace": .string(key.namespace), "path": .string(Self.path),
                    "port": 443,
                ]
            ]
        case .url(let host, let port): config = ["url": .string("https://\(host):\(port)\(Self.path)")]
        }
        if let authority { config["caBundle"] = .string(Data(authority.utf8).base64EncodedString()) }
        return config
    }

    /// The patch by which the object that is there leads to this webhook; `nil` when it does.
    func patch(of present: KubernetesObject, trusting authority: String) -> KubernetesWrite? {
        var wanted = clientConfig(trusting: authority)
        let webhook = (present.document["webhooks"]?.arrayValue ?? []).first {
            $0["name"]?.stringValue == Self.webhookName
        }
        guard webhook?["clientConfig"] != wanted else { return nil }
        for other in ["service", "url"] where wanted[other] == nil && webhook?.at("clientConfig", other) != nil {
            wanted[other] = .some(.null)
        }
        let whole = document(trusting: authority)["webhooks"]?[0] ?? [:]
        let change: JSONValue =
            webhook == nil ? whole : ["name": .string(Self.webhookName), "clientConfig": wanted]
        return .patch(
            .init(
                .mutatingWebhookConfiguration, present.key, type: .strategic, body: ["webhooks": [change]],
                resourceVersion: present.resourceVersion))
    }
}
