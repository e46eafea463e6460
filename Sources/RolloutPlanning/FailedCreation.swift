import JSON
import KubernetesModel
import Planning
import RolloutModel

/// What a Rollout says when the API server refuses its new ReplicaSet.
///
/// Source: argo-rollouts `createNewReplicaSet`: an Event, and the condition `Progressing` with the same reason.
enum FailedCreation {
    private static let reason = "ReplicaSetCreateError"

    static func effects(
        of name: String, _ failure: KubernetesFailure, _ rollout: KubernetesObject, now: Timestamp
    ) -> [Effect] {
        // A name that is taken is a collision of hashes, which the next plan sees.
        guard failure.code != 409 else { return [] }
        let message = "Failed to create new replica set \"\(name)\": \(failure)"
        var status = RolloutStatus(document: rollout.status)
        let isNew = status.conditions[.progressing]?.message != message
        guard isNew else { return [] }
        status.conditions.set(.progressing, .no, reason: reason, message: message, now: now, force: true)
        let patch = JSONValue.mergePatch(from: rollout.status, to: status.document(updating: rollout.status))
        return [
            .kubernetes(.patch(.init(.rollout, rollout.key, body: ["status": patch], subresource: "status"))),
            .event(
                EventRecord(
                    kind: .rollout, key: rollout.key, uid: rollout.uid, severity: .warning, reason: reason,
                    message: message)),
        ]
    }
}
