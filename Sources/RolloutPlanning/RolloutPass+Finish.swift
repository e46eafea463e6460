import JSON
import KubernetesModel
import Planning
import RolloutModel

/// A change to one ReplicaSet; everything a plan wants of it becomes one patch.
struct ReplicaSetChange {
    var replicas: Int?
    var minReadySeconds: Int?
    /// The whole pod template; `nil` leaves it.
    var template: JSONValue?
    /// `nil` values remove the annotation.
    var annotations: [String: String?] = [:]
}

extension RolloutPass {
    /// Puts everything in order: what must be remembered, then the changes, then the status, then its events.
    mutating func finish() -> Plan {
        nameWait()
        var plan = Plan(wakeAt: wakeAt, decisions: decisions)
        var isGuarded = false
        if let patch = metadataPatch() {
            plan.effects.append(.kubernetes(.patch(patch)))
            isGuarded = true
        }
        plan.effects += replicaSetPatches()
        plan.effects += effects
        if let patch = statusPatch() {
            plan.effects.append(
                .kubernetes(
                    .patch(
                        .init(
                            .rollout, rollout.key, body: ["status": patch], subresource: "status",
                            resourceVersion: isGuarded ? nil : rollout.object.resourceVersion))))
        }
        plan.effects += statusEvents.map(Effect.event)
        // Whoever waits to be safe again goes first.
        plan.isRollback = isRollingBack
        observe(in: &plan)
        return plan
    }

    /// The change of the status; `nil` when it is written as it is wanted.
    private mutating func statusPatch() -> JSONValue? {
        let document = rollout.object.status
        if status == was, let settledStatus, settledStatus == document { return .none }
        let patch = JSONValue.mergePatch(from: document, to: status.document(updating: document))
        // `nil` would be JSON's here.
        settledStatus = status == was && patch == [:] ? .some(document) : .none
        return patch == [:] ? .none : .some(patch)
    }

    /// Says what is waited for when no stage has: pods that come, become available or go.
    private mutating func nameWait() {
        guard status.phase == .progressing, let current, !decisions.contains(where: { $0.waitingFor != nil }) else {
            return
        }
        if current.availableReplicas < size {
            decide(
                "PodsAwaited", "\(current.availableReplicas) of \(size) pods of \(current.name) are available.",
                waitingFor: "\(size) available pods of \(current.name)")
        } else {
            decide(
                "PodsAwaited", "\(status.replicas) pods are there, \(status.availableReplicas) of them available.",
                waitingFor: "\(size) pods")
        }
    }

    private func metadataPatch() -> KubernetesWrite.Patch? {
        var changes = annotations
        let text = record == wasConfirmed.value ? wasConfirmed.text : record.text
        if text != rollout.object.annotation(RolloutKeys.confirmed) {
            changes[RolloutKeys.confirmed] = text.map(JSONValue.string) ?? .null
        }
        guard !changes.isEmpty else { return nil }
        var fields: JSONValue = [:]
        for key in changes.keys.sorted() { fields[key] = changes[key] }
        return .init(
            .rollout, rollout.key, body: ["metadata": ["annotations": fields]],
            resourceVersion: rollout.object.resourceVersion)
    }

    private func replicaSetPatches() -> [Effect] {
        var result: [Effect] = []
        for replicaSet in snapshot.replicaSets {
            guard let change = replicaSetChanges[replicaSet.name] else { continue }
            var body: JSONValue = [:]
            for key in change.annotations.keys.sorted() {
                guard let value = change.annotations[key], replicaSet.object.annotation(key) != value else { continue }
                body.set(value.map(JSONValue.string) ?? .null, at: "metadata", "annotations", key)
            }
            if let seconds = change.minReadySeconds { body.set(.int(seconds), at: "spec", "minReadySeconds") }
            if let template = change.template {
                let patch = JSONValue.mergePatch(from: replicaSet.object.spec["template"] ?? [:], to: template)
                if patch != [:] { body.set(patch, at: "spec", "template") }
            }
            let isResized = change.replicas.map { $0 != replicaSet.specReplicas } ?? false
            if let count = change.replicas, isResized { body.set(.int(count), at: "spec", "replicas") }
            guard body != [:] else { continue }
            let key = replicaSet.object.key
            result.append(
                .kubernetes(
                    .patch(
                        .init(
                            .replicaSet, key, body: body, resourceVersion: replicaSet.object.resourceVersion))))
            if let count = change.replicas, isResized {
                let direction = count > replicaSet.specReplicas ? "up" : "down"
                result.append(
                    .event(
                        event(
                            "ScalingReplicaSet",
                            "Scaled \(direction) ReplicaSet \(replicaSet.name) (revision "
                                + "\(replicaSet.revision.map(String.init) ?? "0")) from "
                                + "\(replicaSet.specReplicas) to \(count)")))
            }
        }
        return result
    }
}
