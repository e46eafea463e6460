import JSON
import KubernetesModel

/// A new object as far as it can be made without the cluster: completed, with placeholders for its uid and for a
/// generated name.
struct ObjectDraft: Sendable {
    var document: JSONValue
    /// Who set which fields.
    var entries: [ManagedEntry]
    var isNameGenerated: Bool
    /// Whether it has been admitted and is valid, whatever the placeholders become.
    var isChecked = false
    /// What the client is to be told.
    var warnings: [String] = []

    /// The longest prefix that leaves room for the generated part within 63 characters.
    static let generatedPrefixMax = 58
}

extension ObjectDraft {
    /// Kinds whose admission looks at other objects or at the uid, and those that are not stored.
    private static let undraftable: Set<String> = [
        "Binding", "CustomResourceDefinition", "Ingress", "Job", "SelfSubjectAccessReview",
    ]
    /// A cluster without objects, which can do all that depends on none.
    private static let emptyCluster = ClusterState(
        restoredAt: 0, generator: SeededGenerator(seed: 0), eventLogCapacity: 1)

    /// The checked draft for the creation of an object of a built-in kind.
    ///
    /// Nothing else is drafted, and nothing that is to be refused, whose refusal depends on the cluster, too: `nil`.
    init?(_ request: APIRequest, now: Timestamp, timeText: @autoclosure () -> String) {
        guard request.verb == .create, request.subresource.isEmpty, request.name.isEmpty,
            let definition = Self.emptyCluster.registry.definition(
                group: request.group, version: request.version, plural: request.resource),
            !Self.undraftable.contains(definition.kind)
        else { return nil }
        var context = RequestContext(request: request, definition: definition, now: now, timeText: timeText())
        do throws(KubernetesFailure) {
            let body = try Self.emptyCluster.decoded(request.body, in: &context)
            self = try Self.emptyCluster.draft(of: body, context)
            try Self.emptyCluster.check(&document, context)
        } catch {
            return nil
        }
        isChecked = true
        warnings = context.warnings
    }
}

extension ClusterState {
    /// Completes a new object as far as nothing in the cluster matters.
    ///
    /// - Parameter applied: who sets which fields, where that is known already.
    func draft(
        of body: JSONValue, _ context: RequestContext, entries applied: [ManagedEntry]? = nil
    ) throws(KubernetesFailure) -> ObjectDraft {
        var document = body
        try checkNamespace(of: &document, in: context)
        if !(document.at("metadata", "resourceVersion")?.stringValue ?? "").isEmpty {
            throw KubernetesFailure(
                code: 500, reason: "", message: "resourceVersion should not be set on objects to be created")
        }
        Defaults.apply(to: &document, definition: context.definition)
        let entries =
            applied
            ?? ManagedFields.entries(
                after: document, old: nil, given: body.at("metadata", "managedFields"), context)
        let isNameGenerated = fillMetadata(&document, context)
        Strategy.prepareForCreate(&document, definition: context.definition)
        return ObjectDraft(document: document, entries: entries, isNameGenerated: isNameGenerated)
    }

    /// Sets what the server alone decides; returns whether the name is to be generated.
    private func fillMetadata(_ document: inout JSONValue, _ context: RequestContext) -> Bool {
        var metadata = document["metadata"] ?? [:]
        document["metadata"] = .null
        var isNameGenerated = false
        if metadata.text("name").isEmpty, case let prefix = metadata.text("generateName"), !prefix.isEmpty {
            // As good or bad as any name with this prefix.
            metadata["name"] = .string("\(prefix.prefix(ObjectDraft.generatedPrefixMax))xxxxx")
            isNameGenerated = true
        }
        if context.definition.isNamespaced { metadata["namespace"] = .string(context.request.namespace) }
        metadata["uid"] = ""
        metadata["creationTimestamp"] = .string(context.timeText)
        for field in ["resourceVersion", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] {
            metadata[field] = nil
        }
        metadata["managedFields"] = nil
        document["metadata"] = metadata
        return isNameGenerated
    }
}
