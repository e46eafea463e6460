import JSON
import KubernetesModel

extension ClusterState {
    /// Server-side apply: brings the fields that the manager names to its values, and nothing else.
    ///
    /// Source: the server-side apply documentation of the Kubernetes API.
    mutating func apply(_ context: inout RequestContext) throws(KubernetesFailure) -> APIResponse {
        let manager = context.request.options.fieldManager
        guard !manager.isEmpty else {
            throw ResourceDefinition(group: "meta.k8s.io", kind: "PatchOptions", plural: "patchoptions")
                .invalid("", [.required("fieldManager", "is required for apply patch")])
        }
        let applied = try appliedDocument(&context)
        let schema = MergeSchema(context.definition)
        var own = ManagedEntry(
            manager: manager, operation: "Apply", apiVersion: context.definition.apiVersion,
            time: context.timeText, subresource: context.request.subresource,
            fields: ManagedFields.owned(schema.fields(of: applied)))
        own.fields = own.fields.removingSubtrees(ManagedFields.unchangeable(context))
        guard let live = stored(context.definition.storage, context.key) else {
            guard context.request.subresource.isEmpty else { throw context.definition.notFound(context.request.name) }
            if let uid = applied.at("metadata", "uid")?.stringValue, !uid.isEmpty {
                throw context.definition.conflict(
                    context.request.name,
                    "uid mismatch: the provided object specified uid \(uid), and no existing object was found")
            }
            let entries = own.fields.isEmpty ? [] : [own]
            let document = try insert(try draft(of: applied, context, entries: entries), &context)
            return APIResponse(code: 201, document: served(document, as: context.definition))
        }
        let (merged, entries) = try merge(applied, into: live, schema, own, context)
        let result = try update(live, with: merged, &context, entries: entries)
        return APIResponse(code: 200, document: served(result, as: context.definition))
    }

    private func appliedDocument(_ context: inout RequestContext) throws(KubernetesFailure) -> JSONValue {
        var body = context.request.body ?? [:]
        if body.isNull { body = [:] }
        guard body.objectValue != nil else {
            throw .badRequest(
                "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
                    + "\(body.kindName) into Go value of type map[string]interface {}")
        }
        if body.at("metadata", "managedFields") != nil { throw .badRequest("metadata.managedFields must be nil") }
        let version = body.text("apiVersion")
        guard version == context.definition.apiVersion else {
            throw .badRequest(
                "Incorrect version specified in apply patch. Specified patch version: \(version), expected: "
                    + context.definition.apiVersion)
        }
        try checkApplied(body, context)
        let name = body.at("metadata", "name")?.stringValue ?? ""
        if name.isEmpty {
            body.set(.string(context.request.name), at: "metadata", "name")
        } else if name != context.request.name {
            throw .badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(context.request.name))")
        }
        try checkNamespace(of: &body, in: context)
        return try decoded(body, in: &context)
    }

    /// Refuses what does not fit the kind's schema.
    private func checkApplied(_ body: JSONValue, _ context: RequestContext) throws(KubernetesFailure) {
        var check = AppliedValueCheck()
        check.look(at: body, as: MergeSchema(context.definition))
        var problem = check.text
        let definition = context.definition
        if body.text("kind") != definition.kind {
            let version = definition.group.isEmpty ? "/\(definition.version)" : definition.apiVersion
            problem = "no corresponding type for \(version), Kind=\(body.text("kind"))"
        }
        guard let problem else { return }
        throw KubernetesFailure(code: 500, reason: "", message: "failed to create typed patch object: \(problem)")
    }

    /// The live object with what is applied, without what this manager applied before and no longer does, and who
    /// then owns what.
    private func merge(
        _ applied: JSONValue, into live: JSONValue, _ schema: MergeSchema, _ own: ManagedEntry,
        _ context: RequestContext
    ) throws(KubernetesFailure) -> (JSONValue, [ManagedEntry]) {
        let entries = entriesBeforeApply(of: live, schema, context)
        let previous = entries.first(where: own.isSameWriter)
        var others = entries.filter { !own.isSameWriter($0) }
        var merged = schema.merged(live, applied)
        if let previous {
            let owned = others.reduce(schema.fields(of: applied)) { $0.union($1.fields) }
            let gone = schema.includingParents(previous.fields).subtracting(schema.includingParents(owned))
            merged = schema.removing(gone, from: merged) ?? [:]
        }
        for field in ["apiVersion", "kind"] {
            merged[field] = live[field]
        }
        let comparison = schema.comparison(from: live, to: merged).excluding(ManagedFields.unchangeable(context))
        try settleConflicts(&others, ManagedFields.owned(comparison.written), context)
        for index in others.indices {
            others[index].fields = others[index].fields.subtracting(comparison.removed)
        }
        others.removeAll(where: \.fields.isEmpty)
        var own = own
        if comparison.isSame, let previous, previous.fields == own.fields { own.time = previous.time }
        return (merged, own.fields.isEmpty ? others : others + [own])
    }

    /// Who owns what; an object that was never tracked belongs to whoever wrote it before the first apply.
    private func entriesBeforeApply(
        of live: JSONValue, _ schema: MergeSchema, _ context: RequestContext
    ) -> [ManagedEntry] {
        let entries = ManagedFields.entries(of: live)
        guard entries.isEmpty else { return entries }
        let comparison = schema.comparison(from: EmptyObjects.object(context.definition), to: live)
            .excluding(ManagedFields.unchangeable(context))
        let fields = ManagedFields.owned(comparison.written)
        guard !fields.isEmpty else { return [] }
        return [
            ManagedEntry(
                manager: ManagedFields.beforeFirstApply, operation: "Update",
                apiVersion: context.definition.apiVersion, time: context.timeText, subresource: "",
                fields: fields)
        ]
    }

    /// Another manager's field with another value is a conflict, or is taken away by force.
    private func settleConflicts(
        _ others: inout [ManagedEntry], _ changed: FieldTree, _ context: RequestContext
    ) throws(KubernetesFailure) {
        var conflicts: [(manager: String, paths: [String])] = []
        for index in others.indices {
            let contested = others[index].fields.intersection(changed)
            guard !contested.isEmpty else { continue }
            if context.request.options.force {
                others[index].fields = others[index].fields.subtracting(contested)
            } else {
                conflicts.append((others[index].shown, contested.paths))
            }
        }
        let count = conflicts.reduce(0) { $0 + $1.paths.count }
        guard count > 0 else { return }
        let causes = conflicts.flatMap { manager, paths in
            paths.map { path -> JSONValue in
                [
                    "reason": "FieldManagerConflict", "message": .string("conflict with \(manager)"),
                    "field": .string(path),
                ]
            }
        }
        let texts = conflicts.map { manager, paths in
            count == 1
                ? "conflict with \(manager): \(paths[0])"
                : "conflicts with \(manager):\n\(paths.map { "- \($0)" }.joined(separator: "\n"))"
        }
        throw KubernetesFailure(
            code: 409, reason: "Conflict",
            message: "Apply failed with \(count) \(count == 1 ? "conflict" : "conflicts"): "
                + texts.joined(separator: "\n"),
            details: ["causes": .array(causes)])
    }
}
