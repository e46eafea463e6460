import JSON

/// The `fieldsV1` documents that were written last, resource by resource.
///
/// Most objects of a resource are written with the same fields: their records share one document instead of having one
/// each, which is a good part of a small object's memory.
struct FieldDocuments: Sendable {
    private struct Written: Sendable {
        var fields: FieldTree
        var document: JSONValue
    }

    /// The most documents kept for one resource.
    private static let keptMax = 8

    private var latest: [ResourceName: [Written]] = [:]

    /// The `fieldsV1` form of `fields`: one that was written before, if it is still known.
    mutating func document(of fields: FieldTree, in resource: ResourceName) -> JSONValue {
        let known = latest[resource]?.first { $0.fields == fields }
        if let known { return known.document }
        let document = fields.document
        var kept = latest[resource] ?? []
        if kept.count == Self.keptMax { kept.removeFirst() }
        kept.append(Written(fields: fields, document: document))
        latest[resource] = kept
        return document
    }
}
