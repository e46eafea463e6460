import JSON
import KubernetesModel
import Planning
import RolloutModel

/// The ReplicaSet of the spec: adoption, creation, revision, history.
extension RolloutPass {
    /// Takes over ReplicaSets that the selector matches and nobody controls.
    ///
    /// A Rollout that was deleted with `--cascade=orphan` leaves such ReplicaSets, and the watch may tell of them
    /// first. Owned again, they would be collected with their pods. So the server is asked before whether the Rollout
    /// is still the one that was read.
    mutating func adoptOrphans() {
        if !snapshot.orphans.isEmpty { effects.append(.kubernetes(.patch(.unchanged(.rollout, rollout.object)))) }
        for orphan in snapshot.orphans {
            let references = (orphan.object.document.at("metadata", "ownerReferences")?.arrayValue ?? [])
            let body: JSONValue = [
                "metadata": ["ownerReferences": .array(references + [rollout.ownerReference.document])]
            ]
            effects.append(
                .kubernetes(
                    .patch(
                        .init(
                            .replicaSet, orphan.object.key, body: body,
                            resourceVersion: orphan.object.resourceVersion))))
            decide("ReplicaSetAdopted", "ReplicaSet \(orphan.name) has no controller and is selected by this Rollout.")
        }
    }

    /// Makes the ReplicaSet of the spec, without pods; the next plans scale it.
    mutating func createReplicaSet() {
        guard snapshot.orphans.isEmpty else { return }
        let name = "\(rollout.name)-\(computedHash)"
        if snapshot.replicaSetNames.contains(name) {
            status.collisionCount = (was.collisionCount ?? -1) + 1
            decide(
                "HashCollision",
                "ReplicaSet \(name) exists with another template or owner; the hash is computed again.")
            return
        }
        let revision = (snapshot.replicaSets.compactMap(\.revision).max() ?? 0) + 1
        effects.append(.kubernetes(.create(.replicaSet, replicaSetDocument(name: name, revision: revision))))
        setRevision(revision)
        effects.append(.event(event("NewReplicaSetCreated", "Created ReplicaSet \(name) (revision \(revision))")))
        status.conditions.set(
            .progressing, .yes, reason: "NewReplicaSetCreated", message: "Created new replica set \"\(name)\"",
            now: now,
            force: true)
        decide("ReplicaSetCreated", "No ReplicaSet has the pod template of the spec; \(name) is made.")
    }

    private func replicaSetDocument(name: String, revision: Int) -> JSONValue {
        var labels: JSONValue = rollout.spec.template.document.at("metadata", "labels") ?? [:]
        labels[RolloutKeys.podTemplateHash] = .string(computedHash)
        var notes: JSONValue = [:]
        for (key, value) in inheritedAnnotations.sorted(by: { $0.key < $1.key }) { notes[key] = .string(value) }
        notes[RolloutKeys.desiredReplicas] = .string("\(size)")
        notes[RolloutKeys.revision] = .string("\(revision)")
        if let text = newMetadata.text { notes[RolloutKeys.ephemeralMetadata] = .string(text) }
        notes[RolloutKeys.templateHash] = .string("\(PodTemplate.formVersion)-\(computedHash)")
        var selector = rollout.spec.selectorDocument
        selector.set(.string(computedHash), at: "matchLabels", RolloutKeys.podTemplateHash)
        return [
            "apiVersion": .string(ResourceKind.replicaSet.apiVersion), "kind": .string(ResourceKind.replicaSet.kind),
            "metadata": [
                "name": .string(name), "namespace": .string(rollout.key.namespace), "labels": labels,
                "annotations": notes, "ownerReferences": [rollout.ownerReference.document],
            ],
            "spec": [
                "replicas": 0, "minReadySeconds": .int(spec.minReadySeconds), "selector": selector,
                "template": newTemplate,
            ],
        ]
    }

    private var inheritedAnnotations: [String: String] {
        rollout.object.annotations.filter { !RolloutKeys.notInherited.contains($0.key) }
    }

    private mutating func setRevision(_ revision: Int) {
        guard rollout.revision != revision else { return }
        annotations[RolloutKeys.revision] = .string("\(revision)")
        effects.append(.event(event("RolloutUpdated", "Rollout updated to revision \(revision)")))
    }

    /// Keeps revision, annotations and `minReadySeconds` of the current ReplicaSet up to date.
    ///
    /// - Returns: `false` when it is changed by this plan, which then ends here.
    mutating func syncRevision(of current: ReplicaSetView) -> Bool {
        let revision = max(current.revision ?? 0, (older.compactMap(\.revision).max() ?? 0) + 1)
        var change = ReplicaSetChange()
        for (key, value) in inheritedAnnotations where current.object.annotation(key) != value {
            change.annotations[key] = value
        }
        if revision != current.revision {
            change.annotations[RolloutKeys.revision] = "\(revision)"
            if let last = current.revision {
                let history = (current.object.annotation(RolloutKeys.revisionHistory) ?? "").split(separator: ",")
                change.annotations[RolloutKeys.revisionHistory] =
                    (history.map(String.init) + ["\(last)"]).joined(separator: ",")
            }
        }
        if current.minReadySeconds != spec.minReadySeconds { change.minReadySeconds = spec.minReadySeconds }
        change.template = refreshedTemplate(of: current)
        setRevision(revision)
        guard change.annotations.isEmpty, change.minReadySeconds == nil, change.template == nil else {
            replicaSetChanges[current.name] = change
            decide("RevisionSet", "ReplicaSet \(current.name) is revision \(revision).")
            return false
        }
        if status.conditions[.progressing] == nil {
            status.conditions.set(
                .progressing, .yes, reason: "FoundNewReplicaSet",
                message: "Found new replica set \"\(current.name)\"", now: now)
        }
        return true
    }

    /// Deletes the oldest ReplicaSets beyond the limit that have no pods.
    mutating func trimHistory() {
        let candidates = others.filter { !$0.object.isDeleting }
            .sorted { ($0.revision ?? 0, $0.name) < ($1.revision ?? 0, $1.name) }
        for old in candidates.prefix(max(0, candidates.count - spec.revisionHistoryLimit)) {
            guard old.isEmpty, old.isObserved, !isSelected(old) else { continue }
            effects.append(
                .kubernetes(
                    .delete(
                        .init(.replicaSet, old.object.key, uid: old.uid, resourceVersion: old.object.resourceVersion)))
            )
            decide(
                "HistoryTrimmed", "ReplicaSet \(old.name) is beyond revisionHistoryLimit \(spec.revisionHistoryLimit).")
        }
    }

    /// Whether the stable Service is bound to the ReplicaSet.
    func isBehindStableService(_ replicaSet: ReplicaSetView) -> Bool {
        snapshot.services[canary.stableService].map { ServiceSelector($0).hash == replicaSet.hash } ?? false
    }

    /// Whether a Service of this Rollout is bound to the ReplicaSet.
    func isSelected(_ replicaSet: ReplicaSetView) -> Bool {
        snapshot.services.values.contains { ServiceSelector($0).hash == replicaSet.hash }
    }
}
