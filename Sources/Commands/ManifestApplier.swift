package import ControllerRuntime
package import JSON
package import KubernetesModel

/// Applies manifests to a cluster, as `kubectl apply --server-side` does.
package struct ManifestApplier: Sendable {
    private static let kinds: [ResourceKind] = [
        .namespace, .service, .configMap, .secret, .pod, .replicaSet, .deployment, .ingress, .ingressClass, .rollout,
        .targetGroupBinding, .ingressClassParams, .customResourceDefinition,
    ]

    private let api: any KubernetesAPI

    package init(api: any KubernetesAPI) {
        self.api = api
    }

    /// Applies every document, in order.
    ///
    /// - Returns: what was applied.
    /// - Throws: `UsageProblem` for a kind that is not known, `KubernetesFailure` for a refusal.
    package func apply(_ documents: [JSONValue]) async throws -> [KubernetesObject] {
        var applied: [KubernetesObject] = []
        for document in documents {
            let object = KubernetesObject(document)
            let kind = try Self.kind(of: object)
            let patch = KubernetesWrite.Patch(
                kind, object.key, type: .apply(fieldManager: "weir-demo", force: true), body: document)
            if let result = try await api.perform(.patch(patch)) { applied.append(result) }
        }
        return applied
    }

    private static func kind(of object: KubernetesObject) throws -> ResourceKind {
        guard let kind = kinds.first(where: { $0.apiVersion == object.apiVersion && $0.kind == object.kind }) else {
            throw UsageProblem(
                "\(object.kind) \(object.key) of apiVersion '\(object.apiVersion)' cannot be applied here."
            )
        }
        return kind
    }
}
