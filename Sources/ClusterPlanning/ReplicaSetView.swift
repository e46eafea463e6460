import JSON
package import KubernetesModel

/// The fields of a ReplicaSet that its controller reads.
///
/// Source: apps/v1 ReplicaSet.
package struct ReplicaSetView: Sendable {
    package var object: KubernetesObject

    package init(_ object: KubernetesObject) {
        self.object = object
    }

    /// `spec.replicas`; 1 when absent, never below 0.
    package var replicas: Int { max(0, object.document.at("spec", "replicas")?.intValue ?? 1) }
    /// `spec.minReadySeconds`; never below 0.
    package var minReadySeconds: Int { max(0, object.document.at("spec", "minReadySeconds")?.intValue ?? 0) }

    /// `spec.selector`; `nil` when it is missing, empty or cannot be read, because it then selects no pod.
    package var selector: LabelSelector? {
        guard let document = object.document.at("spec", "selector") else { return nil }
        switch Result(catching: { () throws(SelectorError) in try LabelSelector(document: document) }) {
        case .success(let selector): return selector.isEmpty ? nil : selector
        case .failure: return nil
        }
    }

    /// `spec.template.metadata.labels`.
    package var templateLabels: [String: String] {
        var labels: [String: String] = [:]
        for (key, value) in object.document.at("spec", "template", "metadata", "labels")?.objectValue ?? [:] {
            labels[key] = value.stringValue ?? ""
        }
        return labels
    }

    /// The reference its pods carry.
    package var reference: OwnerReference {
        OwnerReference(
            apiVersion: ResourceKind.replicaSet.apiVersion, kind: ResourceKind.replicaSet.kind, name: object.name,
            uid: object.uid)
    }
}
