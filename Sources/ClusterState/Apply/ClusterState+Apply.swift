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
        var fields = schema.fields(of: ManagedFields.owned(applied))
        if ManagedFields.owned(applied).objectValue?.isEmpty ?? true { fields = FieldTree() }
        var entry = ApplyEntry(
            manager: manager, apiVersion: context.definition.apiVersion, subresource: context.request.subresource,
            fields: fields, others: [])
        guard let live = stored(context.definition.storage, context.key) else {
            guard context.request.subresource.isEmpty else { throw context.definition.notFound(context.request.name) }
            let document = try insert(applied, &context, entry: entry)
            return APIResponse(code: 201, document: served(document, as: context.definition))
        }
        let merged = try merge(applied, into: live, schema, &entry, context)
        let result = try update(live, with: merged, &context, entry: entry)
        return APIResponse(code: 200, document: served(result, as: context.definition))
    }

    private func appliedDocument(_ context: inout RequestContext) throws(KubernetesFailure) -> JSONValue {
        guard var body = context.request.body, body.objectValue != nil else {
            throw .badRequest("error decoding YAML: the applied configuration of \(context.key) is not an object")
        }
        if body.at("metadata", "managedFields") != nil { throw .badRequest("metadata.managedFields must be nil") }
        let name = body.at("metadata", "name")?.stringValue ?? ""
        if name.isEmpty {
            body.set(.string(context.request.name), at: "metadata", "name")
        } else if name != context.request.name {
            throw .badRequest(
                "the name of the object (\(name)) does not match the name on the URL (\(context.request.name))")
        }
        var document = try decoded(body, in: &context)
        try checkNamespace(of: &document, in: context)
        return document
    }

    /// The live object with what is applied, without what this manager applied before and no longer does.
    private func merge(
        _ applied: JSONValue, into live: JSONValue, _ schema: MergeSchema, _ entry: inout ApplyEntry,
        _ context: RequestContext
    ) throws(KubernetesFailure) -> JSONValue {
        var entries = ManagedFields.entries(of: live)
        if entries.isEmpty {
            let created = live.at("metadata", "creationTimestamp")?.stringValue ?? ""
            entries = [
                ManagedEntry(
                    manager: "before-first-apply", operation: "Update", apiVersion: context.definition.apiVersion,
                    time: created, subresource: "", fields: schema.fields(of: ManagedFields.owned(live)))
            ]
        }
        let (manager, subresource) = (entry.manager, entry.subresource)
        let isOwn = { (other: ManagedEntry) in
            other.operation == "Apply" && other.manager == manager && other.subresource == subresource
        }
        let previous = entries.first(where: isOwn)?.fields ?? FieldTree()
        var others = entries.filter { !isOwn($0) }
        var merged = schema.merged(live, applied)
        let changed = schema.changes(from: ManagedFields.owned(live), to: ManagedFields.owned(merged))
        try settleConflicts(&others, changed, context)
        let owned = others.reduce(entry.fields) { $0.union($1.fields) }
        let gone = previous.subtracting(owned)
        if !gone.isEmpty { merged = schema.removing(gone, from: merged) ?? merged }
        entry.others = others
        for field in ["apiVersion", "kind"] {
            merged[field] = live[field]
        }
        return merged
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
            paths.count == 1
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
