import JSON

/// What makes a schema structural: the types of all fields stand in its core, and `allOf`, `anyOf`, `oneOf` and `not`
/// only add conditions on values.
///
/// Source: "Specifying a structural schema" in the documentation of CustomResourceDefinitions, and the texts of real
/// refusals.
struct StructuralRules {
    /// Where a schema stands, for the texts.
    enum Level {
        case root, item, field
    }

    var errors: [FieldError] = []

    /// The errors of a whole schema at `path`, ascending by text.
    static func errors(_ schema: JSONValue, at path: String) -> [FieldError] {
        var rules = StructuralRules()
        rules.check(schema, .root, path)
        rules.checkCompleteness(of: schema, against: schema, valuePath: path, path: path)
        return FieldError.sorted(rules.errors)
    }

    private mutating func check(_ schema: JSONValue, _ level: Level, _ path: String) {
        if let items = schema["items"], items.objectValue != nil { check(items, .item, "\(path).items") }
        for (name, property) in schema["properties"]?.objectValue ?? [:] {
            check(property, .field, "\(path).properties[\(name)]")
        }
        if let additional = schema["additionalProperties"], additional.objectValue != nil {
            check(additional, .field, "\(path).additionalProperties")
        }
        checkExtensions(schema, path)
        checkType(schema, level, path)
        let isIntOrString = Self.isIntOrStringPair(schema.entries("anyOf"))
        let isNestedIntOrString = schema.entries("allOf").first.map { Self.isOnlyIntOrStringPair($0) } ?? false
        checkValues(schema, skippingAny: isIntOrString, skippingFirstAll: isNestedIntOrString, path)
        checkObjectMembers(schema, level, path)
    }

    private mutating func checkExtensions(_ schema: JSONValue, _ path: String) {
        guard schema["x-kubernetes-int-or-string"] == true else { return }
        for other in ["x-kubernetes-embedded-resource", "x-kubernetes-preserve-unknown-fields"]
        where schema[other] == true {
            errors.append(.invalid("\(path).\(other)", true, "must be false if x-kubernetes-int-or-string is true"))
        }
    }

    private mutating func checkType(_ schema: JSONValue, _ level: Level, _ path: String) {
        let type = schema.text("type")
        let isEmbedded = schema["x-kubernetes-embedded-resource"] == true
        let keepsUnknown = schema["x-kubernetes-preserve-unknown-fields"] == true
        if isEmbedded, type != "object" {
            let problem = "must be object if x-kubernetes-embedded-resource is true"
            errors.append(
                type.isEmpty ? .required("\(path).type", problem) : .invalid("\(path).type", .string(type), problem))
        } else if type.isEmpty, schema["x-kubernetes-int-or-string"] != true, !keepsUnknown {
            let problem =
                switch level {
                case .root: "must not be empty at the root"
                case .item: "must not be empty for specified array items"
                case .field: "must not be empty for specified object fields"
                }
            errors.append(.required("\(path).type", problem))
        }
        if isEmbedded, schema["additionalProperties"] != nil {
            errors.append(
                .forbidden(
                    "\(path).additionalProperties", "must not be used if x-kubernetes-embedded-resource is set"))
        }
        if level == .root, !type.isEmpty, type != "object" {
            errors.append(.invalid("\(path).type", .string(type), "must be object at the root"))
        }
        if type == "array", schema["items"] == nil {
            errors.append(.required("\(path).items", "must be specified"))
        }
        if isEmbedded, !keepsUnknown, (schema["properties"]?.objectValue ?? [:]).isEmpty {
            errors.append(
                .required(
                    "\(path).properties",
                    "must not be empty if x-kubernetes-embedded-resource is true without "
                        + "x-kubernetes-preserve-unknown-fields"))
        }
    }

    /// What whole objects have besides their own fields.
    private mutating func checkObjectMembers(_ schema: JSONValue, _ level: Level, _ path: String) {
        guard level == .root || schema["x-kubernetes-embedded-resource"] == true else { return }
        for (field, wanted) in [("apiVersion", "string"), ("kind", "string"), ("metadata", "object")] {
            guard let member = schema.at("properties", field), member.text("type") != wanted else { continue }
            errors.append(
                .invalid(
                    "\(path).properties[\(field)].type", .string(member.text("type")), "must be \(wanted)"))
        }
        guard level == .root, let metadata = schema.at("properties", "metadata") else { return }
        if !Self.restrictsOnlyNames(metadata) {
            errors.append(
                .forbidden(
                    "\(path).properties[metadata]",
                    "must not specify anything other than name and generateName, but metadata is implicitly "
                        + "specified"))
        }
    }

    private static func restrictsOnlyNames(_ metadata: JSONValue) -> Bool {
        var rest = metadata.objectValue ?? [:]
        rest.removeAll { ["type", "default"].contains($0.key) }
        if let properties = rest["properties"]?.objectValue,
            properties.keys.allSatisfy({ $0 == "name" || $0 == "generateName" })
        {
            rest.removeValue(forKey: "properties")
        }
        return rest.isEmpty
    }

    /// Exactly `[{type: integer}, {type: string}]`.
    static func isIntOrStringPair(_ schemas: [JSONValue]) -> Bool {
        schemas == [["type": "integer"], ["type": "string"]]
    }

    private static func isOnlyIntOrStringPair(_ schema: JSONValue) -> Bool {
        schema.objectValue?.count == 1 && isIntOrStringPair(schema.entries("anyOf"))
    }
}
