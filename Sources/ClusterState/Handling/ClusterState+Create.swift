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
        // Taken out, so that nobody else holds the document while it is completed.
        guard let draft = context.draft.take() else {
            let body = try decoded(context.request.body, in: &context)
            return try created(try draft(of: body, context), &context)
        }
        context.warnings = draft.warnings
        return try created(draft, &context)
    }

    private mutating func created(
        _ draft: consuming ObjectDraft, _ context: inout RequestContext
    ) throws(KubernetesFailure) -> APIResponse {
        let document = try insert(draft, &context)
        return APIResponse(code: 201, document: served(document, as: context.definition))
    }

    /// Completes, checks and stores a new object.
    mutating func insert(
        _ draft: consuming ObjectDraft, _ context: inout RequestContext
    ) throws(KubernetesFailure) -> JSONValue {
        let definition = context.definition
        var draft = draft
        var document = draft.document
        draft.document = .null
        try definition.checkTakesObjects()
        if definition.isNamespaced { try checkNamespaceAccepts(context) }
        giveIdentity(to: &document, draft)
        if !draft.isChecked { try check(&document, context) }
        let name = document.at("metadata", "name")?.stringValue ?? ""
        let key = ObjectKey(namespace: definition.isNamespaced ? context.request.namespace : "", name: name)
        if let present = stored(definition.storage, key) {
            if draft.isNameGenerated {
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
        ManagedFields.write(draft.entries, in: &document, of: definition.storage, sharing: &fieldDocuments)
        let result = store(definition.inStorageVersion(document), in: definition.storage, at: key)
        afterWrite(result, context)
        return result
    }

    /// Admits a new object that is complete, and refuses what is wrong with it.
    func check(_ document: inout JSONValue, _ context: RequestContext) throws(KubernetesFailure) {
        try admit(&document, context)
        let errors = validationErrors(document, old: nil, context)
        guard errors.isEmpty else {
            throw context.definition.invalid(document.at("metadata", "name")?.stringValue ?? "", errors)
        }
    }

    /// Replaces the placeholders of a draft.
    private mutating func giveIdentity(to document: inout JSONValue, _ draft: ObjectDraft) {
        if draft.isNameGenerated {
            let prefix = document.at("metadata", "generateName")?.stringValue ?? ""
            let name = "\(prefix.prefix(ObjectDraft.generatedPrefixMax))\(generator.nameSuffix())"
            document.set(.string(name), at: "metadata", "name")
        }
        document.set(.string(generator.uid()), at: "metadata", "uid")
    }

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
