import JSON

/// What the defaults of a schema must satisfy: they are what the schema itself would accept and keep.
///
/// Source: "Defaulting" in the documentation of CustomResourceDefinitions, and the texts of real refusals.
struct SchemaDefaultRules {
    private var errors: [FieldError] = []

    /// The errors of every default in a structural schema at `path`.
    static func errors(_ schema: JSONValue, at path: String) -> [FieldError] {
        var rules = SchemaDefaultRules()
        rules.collect(schema, path, isRoot: true)
        return rules.errors
    }

    private mutating func collect(_ schema: JSONValue, _ path: String, isRoot: Bool = false, isInMetadata: Bool = false)
    {
        if let value = schema["default"] {
            if isInMetadata {
                errors.append(.forbidden("\(path).default", "must not be set in top-level metadata"))
            } else {
                check(value, schema, "\(path).default", isRoot: isRoot)
            }
            return
        }
        if let items = schema["items"] { collect(items, "\(path).items", isInMetadata: isInMetadata) }
        if let additional = schema["additionalProperties"], additional.objectValue != nil {
            collect(additional, "\(path).additionalProperties", isInMetadata: isInMetadata)
        }
        for (name, property) in schema["properties"]?.objectValue?.sortedByKey ?? [:] {
            collect(
                property, "\(path).properties[\(name)]", isInMetadata: isInMetadata || (isRoot && name == "metadata"))
        }
    }

    private mutating func check(_ value: JSONValue, _ schema: JSONValue, _ path: String, isRoot: Bool) {
        let node = StructuralSchema.Node(schema, keepsUnknown: false)
        var pruning = Pruning()
        _ = node.pruned(value, path: "", &pruning)
        guard pruning.unknownFields.isEmpty else {
            errors.append(.invalid(path, go: GoText.value(value), "must not have unknown fields"))
            return
        }
        errors += node.findings(value).errors.map { error in
            var error = error
            error.field = error.field.isEmpty ? path : "\(path).\(error.field)"
            return error
        }
        if isRoot, let object = value.objectValue {
            errors += StructuralSchema.Node.identityErrors(object, at: path)
        }
        errors += node.embeddedErrors(value, at: path) + node.listErrors(value, at: path)
    }
}
