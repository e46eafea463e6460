import JSON
package import KubernetesModel

/// Which pods belong to a ReplicaSet or a Job, and the writes that settle ownership; see `OwnershipClaim`.
package struct PodClaim: Sendable {
    /// Pods that count, adopted ones included; sorted by name.
    package var pods: [PodView] = []
    /// Adoptions and releases, in the order of the pods' names.
    package var writes: [KubernetesWrite] = []

    /// The active pods of a ReplicaSet, out of every pod of its namespace.
    package init(_ replicaSet: ReplicaSetView, among candidates: [KubernetesObject]) {
        self.init(
            replicaSet.object, .replicaSet, selector: replicaSet.selector,
            among: candidates.filter { PodView($0).isActive })
    }

    /// - Parameters:
    ///   - selector: `nil` selects nothing.
    ///   - candidates: pods of the owner's namespace; those that do not count are left out by the caller.
    package init(
        _ owner: KubernetesObject, _ kind: ResourceKind, selector: LabelSelector?, among candidates: [KubernetesObject]
    ) {
        let claim = OwnershipClaim(owner, kind, selector: selector, of: .pod, among: candidates)
        pods = claim.members.map(PodView.init)
        writes = claim.writes
    }
}

/// A patch that adds or removes one owner reference of a built-in kind, refused when another object has the name now.
func ownershipPatch(_ kind: ResourceKind, _ object: KubernetesObject, _ reference: JSONValue) -> KubernetesWrite {
    let body: JSONValue = ["metadata": ["ownerReferences": [reference], "uid": .string(object.uid)]]
    return .patch(KubernetesWrite.Patch(kind, object.key, type: .strategic, body: body))
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
