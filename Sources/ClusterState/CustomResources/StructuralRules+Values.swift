import JSON

/// The parts of a schema that may only say more about values.
extension StructuralRules {
    /// - Parameters:
    ///   - skippingAny: whether `anyOf` is the pair that says "integer or string".
    ///   - skippingFirstAll: whether the first of `allOf` is.
    mutating func checkValues(
        _ schema: JSONValue, skippingAny: Bool = false, skippingFirstAll: Bool = false, _ path: String
    ) {
        if !skippingAny {
            for (index, part) in schema.entries("anyOf").enumerated() { checkNested(part, "\(path).anyOf[\(index)]") }
        }
        for (index, part) in schema.entries("allOf").enumerated() {
            checkNested(part, skippingAny: skippingFirstAll && index == 0, "\(path).allOf[\(index)]")
        }
        for (index, part) in schema.entries("oneOf").enumerated() { checkNested(part, "\(path).oneOf[\(index)]") }
        if let not = schema["not"] { checkNested(not, "\(path).not") }
        guard let pattern = schema["pattern"]?.stringValue, let problem = TextPattern.problem(with: pattern) else {
            return
        }
        errors.append(
            .invalid(
                "\(path).pattern", .string(pattern), "must be a valid regular expression, but isn't: \(problem)"))
    }

    /// A schema within `allOf` and its like: what belongs to the core is refused.
    private mutating func checkNested(_ schema: JSONValue, skippingAny: Bool = false, _ path: String) {
        checkValues(schema, skippingAny: skippingAny, path)
        if let items = schema["items"], items.objectValue != nil { checkNested(items, "\(path).items") }
        for (name, property) in schema["properties"]?.objectValue ?? [:] {
            checkNested(property, "\(path).properties[\(name)]")
        }
        let refused: [(fields: [String], problem: String)] = [
            (["type", "title", "description", "x-kubernetes-list-map-keys"], "must be empty to be structural"),
            (
                ["additionalProperties", "default", "x-kubernetes-list-type", "x-kubernetes-map-type"],
                "must be undefined to be structural"
            ),
            (
                [
                    "nullable", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource",
                    "x-kubernetes-int-or-string",
                ],
                "must be false to be structural"
            ),
        ]
        for (fields, problem) in refused {
            for field in fields where schema[field] != nil && schema[field] != false {
                errors.append(.forbidden("\(path).\(field)", problem))
            }
        }
        if schema.at("properties", "metadata") != nil {
            errors.append(.forbidden("\(path).properties[metadata]", "must not be specified in a nested context"))
        }
    }

    /// Every field that a condition speaks of must be in the core. Only the conditions at the root are looked at.
    mutating func checkCompleteness(of values: JSONValue, against core: JSONValue?, valuePath: String, path: String) {
        guard let core else {
            errors.append(.required(path, "because it is defined in \(valuePath)"))
            return
        }
        if let not = values["not"] {
            checkNestedCompleteness(of: not, against: core, valuePath: "\(valuePath).not", path: path)
        }
        for word in ["anyOf", "allOf", "oneOf"] {
            for (index, part) in values.entries(word).enumerated() {
                checkNestedCompleteness(
                    of: part, against: core, valuePath: "\(valuePath).\(word)[\(index)]", path: path)
            }
        }
    }

    private mutating func checkNestedCompleteness(
        of values: JSONValue, against core: JSONValue?, valuePath: String, path: String
    ) {
        guard let core else {
            errors.append(.required(path, "because it is defined in \(valuePath)"))
            return
        }
        checkCompleteness(of: values, against: core, valuePath: valuePath, path: path)
        if let items = values["items"] {
            checkNestedCompleteness(
                of: items, against: core["items"], valuePath: "\(valuePath).items", path: "\(path).items")
        }
        for (name, property) in values["properties"]?.objectValue ?? [:] {
            checkNestedCompleteness(
                of: property, against: core.at("properties", name), valuePath: "\(valuePath).properties[\(name)]",
                path: "\(path).properties[\(name)]")
        }
    }
}
