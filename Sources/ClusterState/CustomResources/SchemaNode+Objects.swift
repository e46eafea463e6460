import JSON

/// What schemas say about embedded objects and about the entries of lists. Source: the texts of real refusals.
extension StructuralSchema.Node {
    /// What is wrong with the objects within a value that have a kind of their own.
    func embeddedErrors(_ value: JSONValue, at path: String) -> [FieldError] {
        guard hasEmbedded || isEmbedded else { return [] }
        var errors: [FieldError] = []
        if isEmbedded, let object = value.objectValue {
            errors += Self.identityErrors(object, at: path)
            errors += Self.metadataErrors(object["metadata"], at: path)
        }
        forEachPart(of: value, at: path) { node, part, partPath in
            errors += node.embeddedErrors(part, at: partPath)
        }
        return errors
    }

    /// Entries of lists that may occur once and occur again; each is named once.
    func listErrors(_ value: JSONValue, at path: String) -> [FieldError] {
        guard hasUniqueLists else { return [] }
        var errors: [FieldError] = []
        if let entries = value.arrayValue, let keys = uniqueKeys {
            var counts: [JSONValue: Int] = [:]
            for (index, entry) in entries.enumerated() {
                let identity =
                    keys.isEmpty
                    ? entry : .object(JSONObject(keys.compactMap { key in entry[key].map { (key, $0) } }))
                counts[identity, default: 0] += 1
                guard counts[identity] == 2 else { continue }
                errors.append(
                    FieldError(
                        field: "\(path)[\(index)]", problem: .duplicate,
                        message: "Duplicate value: \(GoText.value(identity))"))
            }
        }
        forEachPart(of: value, at: path) { node, part, partPath in
            errors += node.listErrors(part, at: partPath)
        }
        return errors
    }

    private func forEachPart(
        of value: JSONValue, at path: String, _ body: (StructuralSchema.Node, JSONValue, String) -> Void
    ) {
        switch value {
        case .object(let object):
            for (name, member) in object {
                guard let node = property(name) ?? additional else { continue }
                body(node, member, path.isEmpty ? name : "\(path).\(name)")
            }
        case .array(let entries):
            guard let items else { return }
            for (index, entry) in entries.enumerated() { body(items, entry, "\(path)[\(index)]") }
        case .null, .bool, .number, .string: return
        }
    }

    /// What is wrong with the `apiVersion` and `kind` of an object at `path`.
    static func identityErrors(_ object: JSONObject, at path: String) -> [FieldError] {
        var errors: [FieldError] = []
        func check(_ name: String, _ problem: (String) -> String?) {
            let field = "\(path).\(name)"
            guard let value = object[name] else {
                errors.append(.required(field, "must not be empty"))
                return
            }
            let text = value.stringValue ?? ""
            if text.isEmpty {
                errors.append(.invalid(field, .string(text), "must not be empty"))
            } else if let problem = problem(text) {
                errors.append(.invalid(field, .string(text), problem))
            }
        }
        check("apiVersion") { text in
            text.count(where: { $0 == "/" }) > 1 ? "unexpected GroupVersion string: \(text)" : nil
        }
        check("kind") { text in
            let problems = NameRules.serviceNameProblems(text.lowercased())
            return problems.isEmpty
                ? nil
                : "may have mixed case, but should otherwise match: \(problems.joined(separator: ","))"
        }
        return errors
    }

    /// What is wrong with embedded metadata; names may have any form.
    private static func metadataErrors(_ metadata: JSONValue?, at path: String) -> [FieldError] {
        guard var metadata, metadata.objectValue != nil else { return [] }
        var errors: [FieldError] = []
        let namespace = metadata.text("namespace")
        if !namespace.isEmpty {
            errors += NameRules.labelProblems(namespace)
                .map { .invalid("metadata.namespace", .string(namespace), $0) }
        }
        metadata["name"] = "name"
        metadata["namespace"] = nil
        let definition = ResourceDefinition(kind: "", plural: "", isNamespaced: false)
        errors += MetadataValidation.errors(["metadata": metadata], old: nil, definition: definition)
        return errors.map { error in
            var error = error
            error.field = "\(path).\(error.field)"
            return error
        }
    }
}
