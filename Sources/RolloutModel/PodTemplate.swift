package import JSON

/// The pod template of a Rollout or a ReplicaSet: an opaque document with an identity.
///
/// Two templates are the same when their canonical forms are: keys sorted, values that the API server fills in or
/// leaves out elided, quantities reduced, our own label removed. The hash is over that form and a version tag, so
/// that neither a new Weir nor a new Kubernetes re-rolls a workload, and ReplicaSets made by others are recognised.
package struct PodTemplate: Hashable, Sendable {
    /// The version of the canonical form; a new one must keep recognising ReplicaSets of the earlier ones by equality.
    package static let formVersion = "v1"

    /// The template as it was written.
    package let document: JSONValue
    /// The canonical form.
    private let canonical: JSONValue

    package init(_ document: JSONValue) {
        self.document = document
        canonical = PodTemplateForm.canonical(document)
    }

    package static func == (left: PodTemplate, right: PodTemplate) -> Bool { left.document == right.document }

    package func hash(into hasher: inout Hasher) { hasher.combine(document) }

    package var labels: [String: String] {
        var labels: [String: String] = [:]
        for (key, value) in document.at("metadata", "labels")?.objectValue ?? [:] {
            labels[key] = value.stringValue ?? ""
        }
        return labels
    }

    /// The canonical form as text.
    package var canonicalText: String { canonical.canonicalText }

    /// The value of the label `rollouts-pod-template-hash`.
    ///
    /// - Parameter collisionCount: how often this hash met a foreign ReplicaSet of the same name; `nil` when never.
    package func hash(collisionCount: Int? = nil) -> String {
        let salt = collisionCount.map { "\($0)" } ?? ""
        return SafeHash.of("weir.dev/pod-template/\(Self.formVersion)/\(salt)\n\(canonicalText)")
    }

    /// Whether both describe the same pods.
    package func isEquivalent(to other: PodTemplate) -> Bool {
        document == other.document || canonical == other.canonical
    }

    /// The template with the hash label that its ReplicaSet selects by.
    package func labelled(hash: String) -> JSONValue {
        var result = document
        result.set(.string(hash), at: "metadata", "labels", RolloutKeys.podTemplateHash)
        return result
    }
}
