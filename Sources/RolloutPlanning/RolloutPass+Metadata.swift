import JSON
import KubernetesModel
import Planning
import RolloutModel

/// Labels and annotations of a version's role, and the rule that keeps versions on different nodes.
///
/// Source: argo-rollouts `reconcileEphemeralMetadata`. What differs: a pod that has another role's keys loses them
/// whenever it is looked at, not only when its ReplicaSet changes.
extension RolloutPass {
    /// What the pods of a ReplicaSet are to have, by its role.
    func roleMetadata(of replicaSet: ReplicaSetView) -> PodMetadata {
        let isStable = replicaSet.hash == status.stableRS
        let isCurrent = replicaSet.uid == current?.uid
        return roleMetadata(isStable: isStable || (isCurrent && status.stableRS.isEmpty), isCurrent: isCurrent)
    }

    private func roleMetadata(isStable: Bool, isCurrent: Bool) -> PodMetadata {
        if isStable { return spec.blueGreen?.activeMetadata ?? canary.stableMetadata }
        return isCurrent ? spec.blueGreen?.previewMetadata ?? canary.canaryMetadata : PodMetadata()
    }

    /// What the pods of a ReplicaSet made now are to have.
    var newMetadata: PodMetadata {
        roleMetadata(isStable: status.stableRS.isEmpty || status.stableRS == computedHash, isCurrent: true)
    }

    /// The pod template of a ReplicaSet made now.
    var newTemplate: JSONValue {
        var template = newMetadata.overlaid(on: spec.template.document)
        let rule = spec.blueGreen.map(\.antiAffinity) ?? canary.antiAffinity
        if let rule, !status.stableRS.isEmpty, status.stableRS != computedHash {
            template = rule.injected(into: template, against: status.stableRS, namespace: rollout.object.namespace)
        }
        return PodTemplate(template).labelled(hash: computedHash)
    }

    /// The current ReplicaSet's template when its injected rule keeps away from a version that is not stable any more;
    /// `nil` when nothing has to change.
    func refreshedTemplate(of current: ReplicaSetView) -> JSONValue? {
        let document = current.object.spec["template"] ?? [:]
        guard let rule = spec.blueGreen.map(\.antiAffinity) ?? canary.antiAffinity,
            let target = AntiAffinity.target(in: document), !status.stableRS.isEmpty, target != status.stableRS,
            current.hash != status.stableRS
        else { return nil }
        return rule.injected(
            into: AntiAffinity.stripped(from: document), against: status.stableRS, namespace: rollout.object.namespace)
    }

    /// Gives every ReplicaSet and its pods what their roles want, and takes away what they do not.
    mutating func reconcileMetadata() {
        let roles = [
            canary.canaryMetadata, canary.stableMetadata, spec.blueGreen?.activeMetadata ?? PodMetadata(),
            spec.blueGreen?.previewMetadata ?? PodMetadata(),
        ]
        let injected = snapshot.replicaSets.map(\.injected)
        guard !(roles + injected).allSatisfy(\.isEmpty) else { return }
        for replicaSet in snapshot.replicaSets where !replicaSet.object.isDeleting {
            let wanted = roleMetadata(of: replicaSet)
            let known = roles + injected
            let clean = withoutRole(replicaSet)
            if replicaSet.injected != wanted { inject(wanted.overlaid(on: clean), wanted, replicaSet) }
            guard replicaSet.specReplicas > 0 else { continue }
            for pod in snapshot.pods(of: replicaSet) where !pod.object.isDeleting {
                let own = wanted.overlaid(on: clean)["metadata"] ?? [:]
                let body = PodMetadata.changes(of: pod.object.document["metadata"] ?? [:], known: known, wanted: own)
                guard body != [:] else { continue }
                effects.append(.kubernetes(.patch(.init(.pod, pod.object.key, body: ["metadata": body]))))
            }
        }
    }

    /// A ReplicaSet's pod template with nothing of a role in it.
    private func withoutRole(_ replicaSet: ReplicaSetView) -> JSONValue {
        let own = replicaSet.uid == current?.uid ? spec.template.document["metadata"] ?? [:] : [:]
        return replicaSet.injected.removed(from: replicaSet.template.document, restoring: own)
    }

    private mutating func inject(_ template: JSONValue, _ wanted: PodMetadata, _ replicaSet: ReplicaSetView) {
        var change = replicaSetChanges[replicaSet.name] ?? ReplicaSetChange()
        change.template = template
        change.annotations.updateValue(wanted.text, forKey: RolloutKeys.ephemeralMetadata)
        replicaSetChanges[replicaSet.name] = change
        decide("MetadataSet", "ReplicaSet \(replicaSet.name) and its pods get the metadata of their role.")
    }
}

extension PodMetadata {
    private static let fields: [(name: String, values: @Sendable (PodMetadata) -> [String: String])] = [
        ("labels", { $0.labels }), ("annotations", { $0.annotations }),
    ]

    /// A template with these labels and annotations.
    func overlaid(on template: JSONValue) -> JSONValue {
        var result = template
        for (name, values) in Self.fields {
            for key in values(self).keys.sorted() {
                result.set(values(self)[key].map(JSONValue.string), at: "metadata", name, key)
            }
        }
        return result
    }

    /// A template without these labels and annotations, or with the values they have in `own`.
    func removed(from template: JSONValue, restoring own: JSONValue = [:]) -> JSONValue {
        var result = template
        for (name, values) in Self.fields {
            for key in values(self).keys { result.set(own.at(name, key), at: "metadata", name, key) }
            if result.at("metadata", name) == [:] { result.set(nil, at: "metadata", name) }
        }
        return result
    }

    /// The merge patch after which `metadata` has, of the keys that any role knows, what `wanted` has.
    static func changes(of metadata: JSONValue, known: [PodMetadata], wanted: JSONValue) -> JSONValue {
        var result: JSONValue = [:]
        for (name, values) in fields {
            for key in Set(known.flatMap { values($0).keys }).sorted() {
                let value = wanted.at(name, key)
                if metadata.at(name, key) != value { result.set(value ?? .null, at: name, key) }
            }
        }
        return result
    }
}

extension ReplicaSetView {
    /// What was put into the pods' metadata.
    var injected: PodMetadata { PodMetadata(parsing: object.annotation(RolloutKeys.ephemeralMetadata)) }

    /// Whether its pods are those of a template, apart from what a role or the stable version added.
    func runs(_ other: PodTemplate) -> Bool {
        if template.isEquivalent(to: other) { return true }
        let own = AntiAffinity.stripped(from: injected.removed(from: template.document))
        return PodTemplate(own).isEquivalent(to: PodTemplate(injected.removed(from: other.document)))
    }
}
