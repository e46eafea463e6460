package import JSON
package import KubernetesModel

/// Going back to an earlier revision: the verb `undo`.
///
/// Source: argo-rollouts CLI reference, "undo".
extension RolloutVerb {
    /// What going back to a revision needs.
    package enum Undo: Hashable, Sendable {
        /// The pod template of that revision already stands in the spec.
        case alreadyThere(revision: Int)
        /// This pod template is to replace the one of the spec.
        case template(JSONValue, revision: Int)
    }

    /// Why there is nothing to go back to.
    package enum UndoRefusal: Error, Hashable, Sendable, CustomStringConvertible {
        case noRevision(Int, available: [Int])
        case noHistory(rollout: String)

        package var description: String {
            switch self {
            case .noRevision(let revision, let available):
                "unable to find specified revision \(revision) in history; there are "
                    + available.map { "\($0)" }.joined(separator: ", ")
            case .noHistory(let rollout): "no revision found for rollout \"\(rollout)\""
            }
        }
    }

    /// Finds the pod template of a revision.
    ///
    /// - Parameters:
    ///   - revision: the revision; 0 is the one before the newest.
    ///   - replicaSets: those the Rollout controls, in any order.
    ///   - current: the pod template that is in effect: the Rollout's, or that of the workload it refers to.
    package static func undo(
        _ rollout: KubernetesObject, to revision: Int, among replicaSets: [KubernetesObject], current: JSONValue
    ) throws(UndoRefusal) -> Undo {
        var templates: [Int: JSONValue] = [:]
        for replicaSet in replicaSets {
            guard let number = replicaSet.annotation(RolloutKeys.revision).flatMap({ Int($0) }) else { continue }
            templates[number] = replicaSet.spec["template"]
        }
        let known = templates.keys.sorted()
        if revision == 0, known.count < 2 { throw .noHistory(rollout: rollout.name) }
        let wanted = revision == 0 ? known[known.count - 2] : revision
        guard var template = templates[wanted] else { throw .noRevision(wanted, available: known) }
        template.set(nil, at: "metadata", "labels", RolloutKeys.podTemplateHash)
        if PodTemplate(template).isEquivalent(to: PodTemplate(current)) { return .alreadyThere(revision: wanted) }
        return .template(template, revision: wanted)
    }
}
