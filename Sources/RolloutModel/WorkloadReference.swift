package import JSON
package import KubernetesModel

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

    /// `Deployment`, `ReplicaSet` or `PodTemplate`.
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
        let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
        switch (group.isEmpty ? apiVersion : group, kind) {
        case ("apps", ResourceKind.deployment.kind): self.kind = .deployment
        case ("apps", ResourceKind.replicaSet.kind): self.kind = .replicaSet
        case ("v1", ResourceKind.podTemplate.kind): self.kind = .podTemplate
        default:
            throw FieldError(
                reader.path("kind"), .invalid(value: GoJSON.quoted(kind)),
                "workload of type \(group)/\(kind) is not supported")
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

extension WorkloadReference {
    /// Where the pod template of a workload stands in its document.
    package var templatePath: [String] { Self.templatePath(of: kind) }

    /// The same, by the kind.
    package static func templatePath(of kind: ResourceKind) -> [String] {
        kind == .podTemplate ? ["template"] : ["spec", "template"]
    }

    /// The pod template of a workload; empty when it has none.
    package func template(of workload: KubernetesObject) -> JSONValue {
        kind == .podTemplate ? workload.document["template"] ?? [:] : workload.spec["template"] ?? [:]
    }

    /// The selector of a workload. A pod template of its own has none, so its labels select its pods.
    package func selector(of workload: KubernetesObject) -> JSONValue {
        guard kind == .podTemplate else { return workload.spec["selector"] ?? [:] }
        guard let labels = workload.document.at("template", "metadata", "labels") else { return [:] }
        return ["matchLabels": labels]
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
        result["template"] = reference.template(of: workload)
        if !reader.has("selector") { result["selector"] = reference.selector(of: workload) }
        return result
    }
}
