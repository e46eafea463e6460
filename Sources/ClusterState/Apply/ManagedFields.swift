import JSON
import KubernetesModel

/// What an apply sets, to be recorded with the object.
struct ApplyEntry: Sendable {
    var manager: String
    var apiVersion: String
    var subresource: String
    var fields: FieldTree
    /// What the other managers still own, when this apply took fields from them.
    var others: [ManagedEntry]
}

/// One entry of `metadata.managedFields`.
struct ManagedEntry: Sendable, Equatable {
    var manager: String
    /// `Apply` or `Update`.
    var operation: String
    var apiVersion: String
    var time: String
    var subresource: String
    var fields: FieldTree

    init(
        manager: String, operation: String, apiVersion: String, time: String, subresource: String, fields: FieldTree
    ) {
        self.manager = manager
        self.operation = operation
        self.apiVersion = apiVersion
        self.time = time
        self.subresource = subresource
        self.fields = fields
    }

    init(document: JSONValue) {
        self.init(
            manager: document.text("manager"), operation: document.text("operation"),
            apiVersion: document.text("apiVersion"), time: document.text("time"),
            subresource: document.text("subresource"), fields: FieldTree(document: document["fieldsV1"] ?? [:]))
    }

    var document: JSONValue {
        var document: JSONValue = [
            "manager": .string(manager), "operation": .string(operation), "apiVersion": .string(apiVersion),
            "time": .string(time), "fieldsType": "FieldsV1", "fieldsV1": fields.document,
        ]
        if !subresource.isEmpty { document["subresource"] = .string(subresource) }
        return document
    }

    /// How conflicts name the manager.
    var shown: String {
        let name = subresource.isEmpty ? "\"\(manager)\"" : "\"\(manager)\" with subresource \"\(subresource)\""
        return operation == "Update" ? "\(name) using \(apiVersion) at \(time)" : name
    }

    /// Whether both are the running record of one writer.
    func isSameWriter(_ other: ManagedEntry) -> Bool {
        manager == other.manager && operation == other.operation && subresource == other.subresource
            && (operation == "Apply" || apiVersion == other.apiVersion)
    }
}

/// Who set which fields.
///
/// Objects are tracked from their first server-side apply on; what was there before belongs to `before-first-apply`.
/// Objects that nobody applies carry no `managedFields`, which a real server would give them.
enum ManagedFields {
    static let unowned = [
        "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields", "name",
        "namespace", "resourceVersion", "selfLink", "uid",
    ]

    static func entries(of document: JSONValue) -> [ManagedEntry] {
        (document.at("metadata", "managedFields")?.arrayValue ?? []).map(ManagedEntry.init)
    }

    /// A document without the fields that nobody owns.
    static func owned(_ document: JSONValue) -> JSONValue {
        var result = document
        result["apiVersion"] = nil
        result["kind"] = nil
        result.change("metadata") { metadata in
            for field in unowned {
                metadata[field] = nil
            }
        }
        if result["metadata"]?.objectValue?.isEmpty ?? false { result["metadata"] = nil }
        return result
    }

    /// Writes the applier's entry, and what it left to others.
    static func record(_ entry: ApplyEntry, in document: inout JSONValue, now: Timestamp) {
        let before = entries(of: document)
        var own = ManagedEntry(
            manager: entry.manager, operation: "Apply", apiVersion: entry.apiVersion, time: now.wholeSeconds.rfc3339,
            subresource: entry.subresource, fields: entry.fields)
        if let same = before.first(where: own.isSameWriter), same.fields == own.fields,
            same.apiVersion == own.apiVersion
        {
            own.time = same.time
        }
        var all = entry.others.filter { !$0.fields.isEmpty }
        if !own.fields.isEmpty { all.append(own) }
        write(all, in: &document)
    }

    /// Keeps the record up to date after any other write.
    static func update(_ document: inout JSONValue, old: JSONValue, entry: ApplyEntry?, _ context: RequestContext) {
        if let entry {
            record(entry, in: &document, now: context.now)
            return
        }
        let before = entries(of: old)
        guard !before.isEmpty else { return }
        let schema = MergeSchema(context.definition)
        let (oldOwned, newOwned) = (owned(old), owned(document))
        guard oldOwned != newOwned else { return }
        let changed = schema.changes(from: oldOwned, to: newOwned)
        let removed = schema.fields(of: oldOwned).subtracting(schema.fields(of: newOwned))
        var own = ManagedEntry(
            manager: context.manager, operation: "Update", apiVersion: context.definition.apiVersion,
            time: context.now.wholeSeconds.rfc3339,
            subresource: context.request.subresource == "scale" ? "" : context.request.subresource, fields: changed)
        var all: [ManagedEntry] = []
        for other in before {
            var rest = other
            rest.fields = rest.fields.subtracting(removed)
            if own.isSameWriter(other) {
                own.fields = own.fields.union(rest.fields)
                continue
            }
            rest.fields = rest.fields.subtracting(changed)
            if !rest.fields.isEmpty { all.append(rest) }
        }
        if !own.fields.isEmpty { all.append(own) }
        write(all, in: &document)
    }

    private static func write(_ entries: [ManagedEntry], in document: inout JSONValue) {
        let applied = entries.filter { $0.operation == "Apply" }.sorted { ($0.manager) < ($1.manager) }
        let updated = entries.filter { $0.operation != "Apply" }.sorted {
            ($0.time, $0.manager) < ($1.time, $1.manager)
        }
        let all = (applied + updated).map(\.document)
        document.set(all.isEmpty ? JSONValue?.none : .array(all), at: "metadata", "managedFields")
    }
}
