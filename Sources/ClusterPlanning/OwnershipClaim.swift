import JSON
import KubernetesModel

/// Which objects belong to an owner, and the writes that settle ownership.
///
/// An object it owns is kept while the selector matches and released when it no longer does; a matching one without a
/// controller is adopted. Objects of other controllers are never touched. Before the first adoption the server is asked
/// whether the owner is still the one that was read: one that is being deleted and leaves its dependents behind must
/// not take them back, or they go with it.
/// Source: the Kubernetes documentation of ReplicaSets, Deployments and Jobs; Kubernetes 1.20.2, as observed.
struct OwnershipClaim {
    /// What counts, adopted objects included; in the order of the candidates.
    private(set) var members: [KubernetesObject] = []
    /// Adoptions, the question before them, and releases; otherwise in the same order.
    private(set) var writes: [KubernetesWrite] = []

    /// - Parameters:
    ///   - selector: `nil` selects nothing.
    ///   - kind: the candidates' kind.
    ///   - candidates: objects of the owner's namespace; those that do not count are left out by the caller.
    init(
        _ owner: KubernetesObject, _ ownerKind: ResourceKind, selector: LabelSelector?, of kind: ResourceKind,
        among candidates: [KubernetesObject]
    ) {
        guard let selector else { return }
        let reference = OwnerReference(
            apiVersion: ownerKind.apiVersion, kind: ownerKind.kind, name: owner.name, uid: owner.uid)
        var isAsked = false
        for candidate in candidates {
            let controller = candidate.controllerReference
            if let controller, controller.uid != owner.uid { continue }
            let matches = selector.matches(candidate.labels)
            if controller != nil {
                if matches {
                    members.append(candidate)
                } else if !owner.isDeleting {
                    writes.append(ownershipPatch(kind, candidate, ["$patch": "delete", "uid": .string(owner.uid)]))
                }
            } else if matches, !owner.isDeleting, !candidate.isDeleting {
                members.append(candidate)
                if !isAsked { writes.append(.patch(.unchanged(ownerKind, owner))) }
                isAsked = true
                writes.append(ownershipPatch(kind, candidate, reference.document))
            }
        }
    }
}
