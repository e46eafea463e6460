import JSON
import KubernetesModel

extension ClusterState {
    /// PUT of a whole object.
    mutating func replace(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        var body = try decoded(context.request.body, in: &context)
        try checkName(of: body, context)
        let name = context.request.name
        try checkNamespace(of: &body, in: context)
        guard let old = stored(context.definition.storage, context.key) else {
            guard Strategy.allowsCreateOnUpdate(context.definition) else {
                throw context.definition.notFound(context.request.name)
            }
            let document = try insert(try draft(of: body, context), &context)
            return APIResponse(code: 201, document: served(document, as: context.definition))
        }
        let version = body.at("metadata", "resourceVersion")?.stringValue ?? ""
        if version.isEmpty, !Strategy.allowsUnconditionalUpdate(context.definition) {
            // Named by the resource, and with a number as it is printed there.
            var named = context.definition
            named.kind = named.plural
            throw named.invalid(
                name,
                [
                    FieldError(
                        field: "metadata.resourceVersion", problem: .invalid,
                        message: "Invalid value: 0x0: must be specified for an update")
                ])
        }
        let document = try update(old, with: body, &context)
        return APIResponse(code: 200, document: served(document, as: context.definition))
    }

    /// Brings a stored object to what `body` says, within what the subresource may change.
    ///
    /// - Returns: the stored object; unchanged, with its version, when nothing differs.
    mutating func update(
        _ old: JSONValue, with body: JSONValue, _ context: inout RequestContext, entries applied: [ManagedEntry]? = nil
    ) throws(KubernetesFailure) -> JSONValue {
        let definition = context.definition
        let name = context.request.name
        try checkPreconditions(old, body, context)
        let old = definition.inItsVersion(old)
        var document = body
        document["apiVersion"] = old["apiVersion"]
        keepServerFields(of: old, in: &document, definition: definition)
        Defaults.apply(to: &document, definition: definition)
        let entries =
            applied
            ?? ManagedFields.entries(
                after: document, old: old, given: body.at("metadata", "managedFields"), context)
        Strategy.prepareForUpdate(
            &document, old: old, definition: definition, subresource: context.request.subresource)
        ManagedFields.write(entries, in: &document, of: definition.storage, sharing: &fieldDocuments)
        if context.request.subresource != "status" || definition.isCustom { try admit(&document, context) }
        let errors = validationErrors(document, old: old, context)
        if !errors.isEmpty { throw definition.invalid(name, errors) }
        try allocate(&document, old: old, context)
        if context.request.subresource != "status" {
            Strategy.bumpGeneration(&document, old: old, definition: definition)
        }
        if document == old { return old }
        if isFinished(document) {
            finish(old, context)
            return document
        }
        let result = store(definition.inStorageVersion(document), in: definition.storage, at: context.key)
        afterWrite(result, context)
        return result
    }

    private func checkPreconditions(
        _ old: JSONValue, _ body: JSONValue, _ context: RequestContext
    ) throws(KubernetesFailure) {
        let name = context.request.name
        let uid = body.at("metadata", "uid")?.stringValue ?? ""
        let oldUID = old.at("metadata", "uid")?.stringValue ?? ""
        if !uid.isEmpty, uid != oldUID {
            guard context.request.verb == .update else {
                // Checked with all metadata and once more with the kind.
                let error = FieldError.invalid("metadata.uid", .string(uid), "field is immutable")
                throw context.definition.invalid(name, context.definition.isCustom ? [error] : [error, error])
            }
            throw context.definition.conflict(
                name,
                "StorageError: invalid object, Code: 4, Key: \(storageKey(context)), ResourceVersion: 0, "
                    + "AdditionalErrorMsg: Precondition failed: UID in precondition: \(uid), "
                    + "UID in object meta: \(oldUID)"
            )
        }
        let version = body.at("metadata", "resourceVersion")?.stringValue ?? ""
        guard version.isEmpty || UInt64(version) != nil else {
            throw KubernetesFailure(
                code: 500, reason: "", message: "strconv.ParseUint: parsing \"\(version)\": invalid syntax")
        }
        guard version.isEmpty || version == "0" || version == old.at("metadata", "resourceVersion")?.stringValue else {
            throw context.definition.modified(name)
        }
    }

    /// Where a real server would keep the object.
    private func storageKey(_ context: RequestContext) -> String {
        let definition = context.definition
        let folder = definition.isCustom ? "\(definition.group)/\(definition.plural)" : definition.plural
        let namespace = definition.isNamespaced ? "\(context.request.namespace)/" : ""
        return "/registry/\(folder)/\(namespace)\(context.request.name)"
    }

    /// Fields of the metadata that no client changes.
    private func keepServerFields(of old: JSONValue, in document: inout JSONValue, definition: ResourceDefinition) {
        var metadata = document["metadata"] ?? [:]
        let oldMetadata = old["metadata"]
        let kept = [
            "namespace", "uid", "creationTimestamp", "resourceVersion", "generation", "deletionTimestamp",
            "deletionGracePeriodSeconds", "selfLink", "managedFields",
        ]
        for field in kept {
            metadata[field] = oldMetadata?[field]
        }
        if metadata["generateName"] == nil { metadata["generateName"] = oldMetadata?["generateName"] }
        document["metadata"] = metadata
    }

    /// Whether a deletion that was asked for has nothing left to wait for.
    func isFinished(_ document: JSONValue) -> Bool {
        guard document.at("metadata", "deletionTimestamp") != nil else { return false }
        let finalizers = document.at("metadata", "finalizers")?.arrayValue ?? []
        let grace = document.at("metadata", "deletionGracePeriodSeconds")?.intValue ?? 0
        guard finalizers.isEmpty, grace == 0 else { return false }
        guard document["kind"]?.stringValue == "Namespace" else { return true }
        return (document.at("spec", "finalizers")?.arrayValue ?? []).isEmpty
    }

    /// Removes an object whose deletion is complete, with everything that hangs on it.
    @discardableResult
    mutating func finish(_ document: JSONValue, _ context: RequestContext) -> JSONValue {
        let key = KubernetesObject(document).key
        let last = removeStored(document, from: context.definition.storage, at: key)
        release(document, context.definition)
        afterRemoval(last, context)
        return last
    }
}
