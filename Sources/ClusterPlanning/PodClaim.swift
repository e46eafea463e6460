import JSON
package import KubernetesModel

/// Which pods belong to a ReplicaSet, and the writes that settle ownership.
///
/// A pod it owns is kept while the selector matches and released when it no longer does; a matching pod without a
/// controller is adopted. Pods of other controllers are never touched.
/// Source: upstream pkg/controller/controller_ref_manager.go.
package struct PodClaim: Sendable {
    /// Active pods that count, adopted ones included; sorted by name.
    package var pods: [PodView] = []
    /// Adoptions and releases, in the order of the pods' names.
    package var writes: [KubernetesWrite] = []

    /// Decides over every pod of the ReplicaSet's namespace.
    package init(_ replicaSet: ReplicaSetView, among candidates: [KubernetesObject]) {
        guard let selector = replicaSet.selector else { return }
        let isDeleting = replicaSet.object.isDeleting
        for candidate in candidates {
            let pod = PodView(candidate)
            let controller = candidate.controllerReference
            if let controller, controller.uid != replicaSet.object.uid { continue }
            guard pod.isActive else { continue }
            let matches = selector.matches(candidate.labels)
            if controller != nil {
                if matches {
                    pods.append(pod)
                } else if !isDeleting {
                    writes.append(Self.release(candidate, from: replicaSet))
                }
            } else if matches, !isDeleting {
                pods.append(pod)
                writes.append(Self.adopt(candidate, by: replicaSet))
            }
        }
    }

    private static func adopt(_ pod: KubernetesObject, by replicaSet: ReplicaSetView) -> KubernetesWrite {
        var references = pod.document.at("metadata", "ownerReferences")?.arrayValue ?? []
        references.append(replicaSet.reference.document)
        return setOwnerReferences(references, of: pod)
    }

    private static func release(_ pod: KubernetesObject, from replicaSet: ReplicaSetView) -> KubernetesWrite {
        let references = pod.document.at("metadata", "ownerReferences")?.arrayValue ?? []
        return setOwnerReferences(references.filter { $0["uid"]?.stringValue != replicaSet.object.uid }, of: pod)
    }

    private static func setOwnerReferences(_ references: [JSONValue], of pod: KubernetesObject) -> KubernetesWrite {
        ownerReferencesPatch(.pod, pod, references)
    }
}

/// A patch that replaces an object's owner references, refused when the object has changed since it was read.
func ownerReferencesPatch(
    _ kind: ResourceKind, _ object: KubernetesObject, _ references: [JSONValue]
) -> KubernetesWrite {
    let metadata: JSONValue = ["ownerReferences": references.isEmpty ? nil : .array(references)]
    return .patch(
        KubernetesWrite.Patch(
            kind, object.key, body: ["metadata": metadata], resourceVersion: object.resourceVersion))
}
