import JSON
import KubernetesModel

/// Who set which fields: `metadata.managedFields`, kept with every write.
///
/// Source: the field management documentation of the Kubernetes API, and what a real server answers.
enum ManagedFields {
    /// The most entries of updates an object keeps; the oldest are put together beyond that.
    static let updateEntriesMax = 10
    /// The name of the entry in which the oldest updates are put together.
    static let ancientManager = "ancient-changes"
    /// Who owns what an untracked object had before the first server-side apply.
    static let beforeFirstApply = "before-first-apply"

    /// Fields that the server alone decides, which nobody owns.
    private static let unowned = FieldTree(children: [
        "f:apiVersion": .leaf, "f:kind": .leaf,
        "f:metadata": FieldTree(
            children: [
                "f:clusterName": .leaf, "f:creationTimestamp": .leaf, "f:generation": .leaf, "f:managedFields": .leaf,
                "f:name": .leaf, "f:namespace": .leaf, "f:resourceVersion": .leaf, "f:selfLink": .leaf, "f:uid": .leaf,
            ]),
    ])

    /// What a write to this resource or subresource cannot change, and therefore nobody comes to own by it.
    ///
    /// Source: the fields that each kind's strategy resets before it stores an object.
    static func unchangeable(_ context: RequestContext) -> FieldTree {
        let definition = context.definition
        switch context.request.subresource {
        case "status" where definition.isCustom:
            return FieldTree(children: ["f:metadata": .leaf, "f:spec": .leaf])
        case "status":
            var tree = FieldTree(children: ["f:spec": .leaf])
            if definition.kind == "Deployment" {
                tree.children["f:metadata"] = FieldTree(children: ["f:labels": .leaf])
            }
            if definition.kind == "Pod" {
                tree.children["f:metadata"] = FieldTree(
                    children: ["f:deletionTimestamp": .leaf, "f:ownerReferences": .leaf])
            }
            return tree
        default: return definition.hasStatus ? FieldTree(children: ["f:status": .leaf]) : FieldTree()
        }
    }

    static func entries(of document: JSONValue) -> [ManagedEntry] {
        (document["metadata"]?.entries("managedFields") ?? []).map(ManagedEntry.init(document:))
    }

    /// A set of fields without those that nobody owns.
    static func owned(_ fields: FieldTree) -> FieldTree {
        var result = fields
        for (name, child) in unowned.children where !child.isMember {
            guard var own = result.children[name] else { continue }
            own = own.removingSubtrees(child)
            own.isMember = false
            result.children[name] = own.isEmpty ? nil : own
        }
        result.children["f:apiVersion"] = nil
        result.children["f:kind"] = nil
        return result
    }

    /// The entries after a create, update or patch of any kind but apply.
    ///
    /// - Parameters:
    ///   - old: the object before; `nil` for a new one.
    ///   - new: what the request makes of it, with defaults, before the server's own changes.
    ///   - given: the `managedFields` the request brought along, if any: they replace what was recorded, and a single
    ///     empty entry ends the record.
    static func entries(
        after new: JSONValue, old: JSONValue?, given: JSONValue?, _ context: RequestContext
    ) -> [ManagedEntry] {
        let provided = (given?.arrayValue ?? [])
        if provided == [[:]] { return [] }
        var before = provided.map(ManagedEntry.init(document:)).filter { !$0.manager.isEmpty || !$0.operation.isEmpty }
        if before.isEmpty, let old { before = entries(of: old) }
        if old != nil, before.isEmpty { return [] }
        let schema = MergeSchema(context.definition)
        let base = old ?? EmptyObjects.object(context.definition)
        let comparison = schema.comparison(from: base, to: new)
        guard !comparison.isSame else { return before }
        let own = ManagedEntry(
            manager: context.manager, operation: "Update", apiVersion: context.definition.apiVersion,
            time: context.timeText, subresource: context.request.subresource, fields: FieldTree())
        let all = settled(before, own, comparison.excluding(unchangeable(context)))
        return capped(all)
    }

    /// Gives what was written to `own` and takes it, with what was removed, from everyone else.
    private static func settled(
        _ before: [ManagedEntry], _ own: ManagedEntry, _ comparison: FieldComparison
    ) -> [ManagedEntry] {
        var own = own
        let written = owned(comparison.written)
        own.fields = written
        var all: [ManagedEntry] = []
        for var other in before {
            if own.isSameWriter(other) {
                let kept = other.fields.subtracting(comparison.removed)
                if written.isEmpty, kept == other.fields { own.time = other.time }
                own.fields = own.fields.union(kept)
                continue
            }
            other.fields = other.fields.subtracting(written).subtracting(comparison.removed)
            if !other.fields.isEmpty { all.append(other) }
        }
        if !own.fields.isEmpty { all.append(own) }
        return all
    }

    /// Puts the oldest updates of each version together until there are no more than are kept.
    private static func capped(_ entries: [ManagedEntry]) -> [ManagedEntry] {
        let updates = entries.indices.filter { entries[$0].operation != "Apply" }
            .sorted { (entries[$0].time, entries[$0].manager) < (entries[$1].time, entries[$1].manager) }
        guard updates.count > updateEntriesMax else { return entries }
        var result = entries
        var excess = updates.count - updateEntriesMax
        var bucketOf: [String: Int] = [:]
        var gone: Set<Int> = []
        for index in updates where excess > 0 {
            let version = result[index].apiVersion
            guard let bucket = bucketOf[version] else {
                bucketOf[version] = index
                continue
            }
            result[bucket].manager = ancientManager
            result[bucket].subresource = ""
            result[bucket].fields = result[bucket].fields.union(result[index].fields)
            result[bucket].time = result[index].time
            gone.insert(index)
            excess -= 1
        }
        return result.indices.filter { !gone.contains($0) }.map { result[$0] }
    }

    /// Writes the entries into a document, in the order of real servers: by operation, then time, then manager.
    static func write(
        _ entries: [ManagedEntry], in document: inout JSONValue, of resource: ResourceName,
        sharing documents: inout FieldDocuments
    ) {
        let sorted = entries.sorted {
            ($0.operation, $0.time, $0.manager, $0.apiVersion, $0.subresource)
                < ($1.operation, $1.time, $1.manager, $1.apiVersion, $1.subresource)
        }
        let written = sorted.isEmpty ? JSONValue?.none : documents.document(of: sorted, in: resource)
        document.set(written, at: "metadata", "managedFields")
    }
}
