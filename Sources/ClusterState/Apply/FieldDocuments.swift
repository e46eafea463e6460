import JSON

/// What was written last of who set which fields, resource by resource.
///
/// Most objects of a resource are written with the same fields, and many within one second by the same client: their
/// records share documents instead of having them each, which is a good part of a small object's memory.
struct FieldDocuments: Sendable {
    private struct Written: Sendable {
        var fields: FieldTree
        var document: JSONValue
    }

    private struct Latest: Sendable {
        var entries: [ManagedEntry] = []
        /// The form of `entries` as a whole.
        var document = JSONValue.null
        var fields: [Written] = []
    }

    /// The most `fieldsV1` documents kept for one resource.
    private static let keptMax = 8

    private var latest: [ResourceName: Latest] = [:]

    /// The `managedFields` of entries in the order in which they are written: those written last, if they are the same.
    mutating func document(of entries: [ManagedEntry], in resource: ResourceName) -> JSONValue {
        if let known = latest[resource], known.entries == entries { return known.document }
        let document = JSONValue.array(entries.map { $0.document(fieldsV1: fieldsV1($0.fields, in: resource)) })
        latest[resource, default: Latest()].entries = entries
        latest[resource, default: Latest()].document = document
        return document
    }

    /// The `fieldsV1` form of `fields`: one that was written before, if it is still known.
    private mutating func fieldsV1(_ fields: FieldTree, in resource: ResourceName) -> JSONValue {
        var kept = latest[resource]?.fields ?? []
        if let known = kept.first(where: { $0.fields == fields }) { return known.document }
        let document = fields.document
        if kept.count == Self.keptMax { kept.removeFirst() }
        kept.append(Written(fields: fields, document: document))
        latest[resource, default: Latest()].fields = kept
        return document
    }
}
