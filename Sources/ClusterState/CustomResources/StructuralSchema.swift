import JSON

/// The schema of a custom resource: which fields it has, their defaults, and what values they may take.
///
/// Source: the structural schema rules of `apiextensions.k8s.io/v1`.
struct StructuralSchema: Sendable {
    let root: Node

    /// Reads an `openAPIV3Schema`; with `keepsUnknown` nothing is ever pruned.
    init(_ document: JSONValue, keepsUnknown: Bool) {
        root = Node(document, keepsUnknown: keepsUnknown, isRoot: true)
    }

    /// The document without the fields that the schema does not know.
    ///
    /// `apiVersion`, `kind` and `metadata` are always kept.
    ///
    /// - Parameters:
    ///   - unknownFields: gets the paths of what was removed.
    ///   - mismatch: gets the first wrong type in the metadata of an embedded object.
    func pruned(_ document: JSONValue, unknownFields: inout [String], mismatch: inout String?) -> JSONValue {
        guard let object = document.objectValue else { return document }
        var pruning = Pruning()
        var result = JSONObject()
        for (name, value) in object {
            if ["apiVersion", "kind", "metadata"].contains(name) {
                result[name] = value
            } else if let kept = root.pruned(member: name, value, path: name, &pruning) {
                result[name] = kept
            }
        }
        unknownFields += pruning.unknownFields
        mismatch = mismatch ?? pruning.mismatch
        return .object(result)
    }

    /// The document without the fields that the schema does not know.
    func pruned(_ document: JSONValue) -> JSONValue {
        var unknownFields: [String] = []
        var mismatch: String?
        return pruned(document, unknownFields: &unknownFields, mismatch: &mismatch)
    }

    /// The document without the nulls of fields that may not be null: they mean the same as a missing field.
    ///
    /// To be called after `defaulted`. Source: "Defaulting and Nullable" in the documentation of custom resources.
    func withoutNulls(_ document: JSONValue) -> JSONValue {
        root.withoutNulls(document)
    }

    /// The document with the schema's defaults where fields are missing.
    func defaulted(_ document: JSONValue) -> JSONValue {
        root.defaulted(document)
    }

    /// What the schema finds wrong with the document.
    func errors(_ document: JSONValue) -> [FieldError] {
        let found = root.findings(document).errors.map { error in
            var error = error
            if error.field.isEmpty { error.field = "<nil>" }
            return error
        }
        return found + root.embeddedErrors(document, at: "") + root.listErrors(document, at: "")
    }
}

/// What removing unknown fields has come across.
struct Pruning {
    var unknownFields: [String] = []
    /// The first wrong type in the metadata of an embedded object.
    var mismatch: String?
}
