import JSON
import KubernetesModel

extension ClusterState {
    /// POST of a new object.
    mutating func create(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        switch context.definition.isCustom ? "" : context.definition.kind {
        case "SelfSubjectAccessReview":
            return APIResponse(code: 201, document: AccessReview.allowed(context.request.body ?? [:]))
        case "Binding": return try createBinding(context)
        default: break
        }
        let body = try decoded(context.request.body, in: &context)
        let document = try insert(body, &context)
        return APIResponse(code: 201, document: served(document, as: context.definition))
    }

    /// Completes, checks and stores a new object.
    mutating func insert(
        _ body: JSONValue, _ context: inout RequestContext, entries applied: [ManagedEntry]? = nil
    ) throws(KubernetesFailure) -> JSONValue {
        let definition = context.definition
        var document = body
        try checkNamespace(of: &document, in: context)
        if !(document.at("metadata", "resourceVersion")?.stringValue ?? "").isEmpty {
            throw KubernetesFailure(
                code: 500, reason: "", message: "resourceVersion should not be set on objects to be created")
        }
        try definition.checkTakesObjects()
        if definition.isNamespaced { try checkNamespaceAccepts(context) }
        Defaults.apply(to: &document, definition: definition)
        let entries =
            applied
            ?? ManagedFields.entries(
                after: document, old: nil, given: body.at("metadata", "managedFields"), context)
        let isGenerated = fillMetadata(&document, context)
        Strategy.prepareForCreate(&document, definition: definition)
        try admit(&document, context)
        let name = document.at("metadata", "name")?.stringValue ?? ""
        let key = ObjectKey(namespace: definition.isNamespaced ? context.request.namespace : "", name: name)
        let errors = validationErrors(document, old: nil, context)
        if !errors.isEmpty { throw definition.invalid(name, errors) }
        if let present = stored(definition.storage, key) {
            if isGenerated {
                throw KubernetesFailure(
                    code: 409, reason: "AlreadyExists",
                    message: "\(definition.resourceName) \"\(name)\" already exists, the server was not able to "
                        + "generate a unique name for the object",
                    details: definition.details(name))
            }
            var failure = definition.alreadyExists(name)
            if present.at("metadata", "deletionTimestamp") != nil {
                failure.message = "object is being deleted: \(failure.message)"
            }
            throw failure
        }
        try allocate(&document, old: nil, context)
        ManagedFields.write(entries, in: &document, of: definition.storage, sharing: &fieldDocuments)
        let result = store(definition.inStorageVersion(document), in: definition.storage, at: key)
        afterWrite(result, context)
        return result
    }

    /// Sets what the server alone decides; returns whether the name was generated.
    private mutating func fillMetadata(_ document: inout JSONValue, _ context: RequestContext) -> Bool {
        var metadata = document["metadata"] ?? [:]
        var isGenerated = false
        if (metadata["name"]?.stringValue ?? "").isEmpty, let prefix = metadata["generateName"]?.stringValue,
            !prefix.isEmpty
        {
            metadata["name"] = .string("\(prefix.prefix(Self.generatedPrefixMax))\(generator.nameSuffix())")
            isGenerated = true
        }
        if context.definition.isNamespaced { metadata["namespace"] = .string(context.request.namespace) }
        metadata["uid"] = .string(generator.uid())
        metadata["creationTimestamp"] = .string(context.timeText)
        for field in ["resourceVersion", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] {
            metadata[field] = nil
        }
        metadata["managedFields"] = nil
        document["metadata"] = metadata
        return isGenerated
    }

    /// The longest prefix that leaves room for the generated part within 63 characters.
    private static let generatedPrefixMax = 58

    /// The namespace in the object and in the URL must agree.
    func checkNamespace(of document: inout JSONValue, in context: RequestContext) throws(KubernetesFailure) {
        let given = document.at("metadata", "namespace")?.stringValue ?? ""
        guard context.definition.isNamespaced else {
            if !given.isEmpty { document["metadata"]?["namespace"] = nil }
            return
        }
        guard given.isEmpty || given == context.request.namespace else {
            guard context.request.verb == .create else {
                throw .badRequest(
                    "the namespace of the object (\(given)) does not match the namespace on the request "
                        + "(\(context.request.namespace))")
            }
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
    }

    /// New objects need a namespace that exists and is not going away.
    private func checkNamespaceAccepts(_ context: RequestContext) throws(KubernetesFailure) {
        let name = context.request.namespace
        let namespaces = ResourceName(group: "", plural: "namespaces")
        guard let namespace = stored(namespaces, ObjectKey(name: name)) else {
            throw KubernetesFailure(
                code: 404, reason: "NotFound", message: "namespaces \"\(name)\" not found",
                details: ["name": .string(name), "kind": "namespaces"])
        }
        guard namespace.at("metadata", "deletionTimestamp") != nil else { return }
        let object = context.request.body?.at("metadata", "name")?.stringValue ?? ""
        var failure = context.definition.forbidden(
            object, "unable to create new content in namespace \(name) because it is being terminated")
        failure.details?["causes"] = [
            [
                "reason": "NamespaceTerminating", "message": .string("namespace \(name) is being terminated"),
                "field": "metadata.namespace",
            ]
        ]
        throw failure
    }
}
