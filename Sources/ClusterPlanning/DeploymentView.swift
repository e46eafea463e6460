import JSON
package import KubernetesModel
import RolloutModel

/// The fields of a Deployment that its controller reads.
///
/// Source: apps/v1 Deployment.
package struct DeploymentView: Sendable {
    static let hashLabel = "pod-template-hash"

    package var object: KubernetesObject

    package init(_ object: KubernetesObject) {
        self.object = object
    }

    var key: ObjectKey { object.key }
    /// `spec.replicas`; 1 when absent, never below 0.
    var replicas: Int { max(0, object.spec["replicas"]?.intValue ?? 1) }
    var isPaused: Bool { object.spec["paused"]?.boolValue ?? false }
    var isRecreating: Bool { object.document.at("spec", "strategy", "type")?.stringValue == "Recreate" }
    var minReadySeconds: Int { object.spec["minReadySeconds"]?.intValue ?? 0 }
    var revisionHistoryLimit: Int { object.spec["revisionHistoryLimit"]?.intValue ?? 10 }
    var template: JSONValue { object.spec["template"] ?? [:] }

    /// How long an update may take without progress; `nil` for as long as it likes.
    var progressDeadline: Duration? {
        guard let seconds = object.spec["progressDeadlineSeconds"]?.intValue, seconds != Int(Int32.max) else {
            return nil
        }
        return .seconds(seconds)
    }

    /// `spec.selector`; `nil` when it selects nothing.
    var selector: LabelSelector? {
        guard let document = object.spec["selector"] else { return nil }
        switch Result(catching: { () throws(SelectorError) in try LabelSelector(document: document) }) {
        case .success(let selector): return selector.isEmpty ? nil : selector
        case .failure: return nil
        }
    }

    /// How many pods there may be beyond `replicas`, and how many may be missing.
    ///
    /// A share of `maxSurge` is rounded up, one of `maxUnavailable` down; where both come to nothing, one may be
    /// missing.
    var bounds: (surge: Int, unavailable: Int) {
        guard !isRecreating else { return (0, 0) }
        func amount(_ field: String, roundingUp: Bool) -> Int {
            let value = object.document.at("spec", "strategy", "rollingUpdate", field)
            if let number = value?.intValue { return max(0, number) }
            guard let text = value?.stringValue, text.hasSuffix("%"), let percent = Int(text.dropLast()) else {
                return roundingUp ? (replicas + 3) / 4 : replicas / 4
            }
            return (percent * replicas + (roundingUp ? 99 : 0)) / 100
        }
        let surge = amount("maxSurge", roundingUp: true)
        let unavailable = amount("maxUnavailable", roundingUp: false)
        if surge == 0, unavailable == 0 { return (0, min(1, replicas)) }
        return (surge, min(unavailable, replicas))
    }

    /// The hash that tells this template's ReplicaSet from others.
    var templateHash: String {
        let collisions = object.status["collisionCount"]?.intValue ?? 0
        return SafeHash.of("\(template.canonicalized.text)#\(collisions)")
    }

    /// Whether a ReplicaSet was made from the present template.
    func isCurrent(_ replicaSet: KubernetesObject) -> Bool {
        var made = replicaSet.spec["template"] ?? [:]
        made.set(Optional.none, at: "metadata", "labels", Self.hashLabel)
        return made == template
    }

    /// The present template's ReplicaSet, to be created.
    func newReplicaSet(replicas: Int, annotations: [String: String]) -> JSONValue {
        let hash = JSONValue.string(templateHash)
        var template = template
        template.set(hash, at: "metadata", "labels", Self.hashLabel)
        var selector = object.spec["selector"] ?? [:]
        selector.set(hash, at: "matchLabels", Self.hashLabel)
        let owner = OwnerReference(apiVersion: "apps/v1", kind: "Deployment", name: object.name, uid: object.uid)
        var spec: JSONValue = [
            "replicas": .number(JSONNumber(replicas)), "selector": selector, "template": template,
        ]
        if minReadySeconds > 0 { spec["minReadySeconds"] = .number(JSONNumber(minReadySeconds)) }
        return [
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": .string("\(object.name)-\(templateHash)"), "namespace": .string(object.namespace),
                "labels": template.at("metadata", "labels") ?? [:], "annotations": labelDocument(annotations),
                "ownerReferences": [owner.document],
            ],
            "spec": spec,
        ]
    }
}
