/// The older bookkeeping annotation of an Ingress: `rollout:action,rollout2:action2`, one annotation key per Rollout.
///
/// Source: argo-rollouts `managed-alb-actions`; later versions only read and remove it.
package struct LegacyManagedActions: Hashable, Sendable {
    /// The annotation key by the name of the Rollout.
    package var actions: [String: String]

    package init(actions: [String: String] = [:]) {
        self.actions = actions
    }

    /// Reads the annotation; pairs that are none are passed over.
    package init(parsing text: String?) {
        actions = [:]
        for pair in (text ?? "").split(separator: ",") {
            let parts = pair.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { continue }
            actions[String(parts[0])] = String(parts[1])
        }
    }

    /// The annotation's value, sorted by the names; `nil` when nothing is managed.
    package var text: String? {
        guard !actions.isEmpty else { return nil }
        return actions.keys.sorted().map { "\($0):\(actions[$0] ?? "")" }.joined(separator: ",")
    }
}
