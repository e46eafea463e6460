package import KubernetesModel
import JSON

/// `spec.workloadRef`: another workload whose pod template the Rollout runs.
package struct WorkloadReference: Hashable, Sendable {
    /// What becomes of the workload's own pods.
    package enum ScaleDown: String, Hashable, Sendable, CaseIterable {
        case never
        /// When the first version is healthy.
        case onSuccess = "onsuccess"
        /// While the first version comes up, pod by pod.
        case progressively
    }

    /// `Deployment` or `ReplicaSet`.
    package var kind: ResourceKind
    package var name: String
    package var scaleDown: ScaleDown

    /// Reads the field of an object's spec.
    ///
    /// - Throws: when the kind is another, or a value does not fit.
    package init(_ reader: FieldReader) throws(FieldError) {
        let apiVersion = try reader.string("apiVersion")
        let kind = try reader.string("kind")
        name = try reader.string("name")
        let mode = try reader.string("scaleDown")
        switch (apiVersion.split(separator: "/").first, kind) {
        case ("apps", ResourceKind.deployment.kind): self.kind = .deployment
        case ("apps", ResourceKind.replicaSet.kind): self.kind = .replicaSet
        case ("v1", "PodTemplate"):
            throw FieldError(
                reader.path("kind"), .forbidden,
                "Weir does not support pod templates of their own yet. Refer to a Deployment or a ReplicaSet.")
        default:
            throw FieldError(
                reader.path("kind"), .invalid(value: GoJSON.quoted(kind)),
                "workload of type \(apiVersion)/\(kind) is not supported")
        }
        guard !name.isEmpty else {
            throw FieldError(reader.path("name"), .required, "the name of the \(kind)")
        }
        guard let scaleDown = mode.isEmpty ? .never : ScaleDown(rawValue: mode) else {
            let names = ScaleDown.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw FieldError(
                reader.path("scaleDown"), .invalid(value: GoJSON.quoted(mode)), "supported values: \(names)")
        }
        self.scaleDown = scaleDown
    }

    /// The reference of a Rollout's document, when there is one that can be read.
    package init?(of rollout: KubernetesObject) {
        let reader = FieldReader(rollout.spec["workloadRef"], path: "spec.workloadRef")
        guard rollout.spec["workloadRef"]?.objectValue != nil, let found = try? Self(reader) else { return nil }
        self = found
    }
}

extension RolloutSpec {
    /// A spec with the pod template, and without a selector of its own the selector, of the workload it refers to.
    ///
    /// - Parameter workload: `nil` when there is none of that name.
    static func resolved(_ reader: FieldReader, _ workload: KubernetesObject?) throws(FieldError) -> JSONValue {
        guard reader.has("workloadRef") else { return reader.value }
        let reference = try WorkloadReference(try reader.object("workloadRef"))
        let metadata = try reader.object("template").object("metadata")
        let isOwn = ["labels", "annotations"].contains { metadata.value[$0]?.objectValue?.isEmpty == false }
        guard !isOwn else {
            throw FieldError(
                "spec.template", .internalError, "template must be empty for workload reference rollout")
        }
        guard let workload else {
            throw FieldError(
                "spec.workloadRef.name", .invalid(value: GoJSON.quoted(reference.name)),
                "\(reference.kind.qualifiedPlural) \"\(reference.name)\" not found")
        }
        var result = reader.value
        result["template"] = workload.spec["template"] ?? [:]
        if !reader.has("selector") { result["selector"] = workload.spec["selector"] ?? [:] }
        return result
    }
}
