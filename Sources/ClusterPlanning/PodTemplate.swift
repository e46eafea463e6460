import JSON
import KubernetesModel

/// Pods as a controller's template describes them.
enum PodTemplate {
    /// A pod to create; the API server completes the name.
    ///
    /// - Parameter template: `spec.template` of the owner.
    static func pod(
        from template: JSONValue, owner: KubernetesObject, _ kind: ResourceKind
    ) -> JSONValue {
        var metadata: JSONValue = [
            "generateName": .string("\(owner.name)-"), "namespace": .string(owner.namespace),
        ]
        for field in ["labels", "annotations", "finalizers"] {
            if let value = template.at("metadata", field) { metadata[field] = value }
        }
        let reference = OwnerReference(apiVersion: kind.apiVersion, kind: kind.kind, name: owner.name, uid: owner.uid)
        metadata["ownerReferences"] = [reference.document]
        return ["apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"] ?? [:]]
    }
}
