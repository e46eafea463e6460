import ClusterState
import JSON
import KubernetesModel

/// Reads manifests as a server that accepts no unknown field.
enum ManifestStrictness {
    /// Kinds that are known to the built-in server, by `apiVersion` and `kind`.
    private static let kinds: [ResourceKind] = [
        .rollout, .service, .ingress, .configMap, .secret, .deployment, .replicaSet, .pod, .job,
        .serviceAccount,
        .targetGroupBinding, .horizontalPodAutoscaler, .podDisruptionBudget,
    ]

    /// What a server would refuse a document for before it looks at any rule: a field that no kind of object has, a
    /// text where a number belongs. `nil` when there is nothing, and for kinds that are not known here.
    static func problem(with document: JSONValue) -> String? {
        let object = KubernetesObject(document)
        guard
            let kind = kinds.first(where: { $0.kind == object.kind && $0.apiVersion == object.apiVersion }
            )
        else {
            return nil
        }
        if let problem = refusal(of: document, kind) { return problem }
        guard kind == .rollout, let template = document.at("spec", "template") else { return nil }
        // The Rollout's schema leaves pods to Kubernetes; a ReplicaSet's does not.
        let pods: JSONValue = [
            "apiVersion": .string(ResourceKind.replicaSet.apiVersion), "kind": "ReplicaSet",
            "metadata": ["name": .string(object.name)],
            "spec": [
                "selector": ["matchLabels": template.at("metadata", "labels") ?? [:]], "template": template,
            ],
        ]
        return refusal(of: pods, .replicaSet).map {
            $0.replacing(
                "ReplicaSet in version \"v1\" cannot be handled as a ReplicaSet", with: "Rollout")
        }
    }

    private static func refusal(of document: JSONValue, _ kind: ResourceKind) -> String? {
        var document = document
        document.set(kind.isNamespaced ? "default" : nil, at: "metadata", "namespace")
        var options = RequestOptions()
        options.fieldValidation = .strict
        options.isDryRun = true
        options.fieldManager = "weir"
        var cluster = ClusterState(now: Timestamp(seconds: 0), seed: 1)
        let request = APIRequest(
            .create, group: kind.group, version: kind.version, resource: kind.plural,
            namespace: kind.isNamespaced ? "default" : "", body: document, options: options)
        let response = cluster.handle(request, now: Timestamp(seconds: 0))
        guard !response.isSuccess, response.code == 400 else { return nil }
        return KubernetesFailure(status: response.document, code: response.code).message
    }
}
