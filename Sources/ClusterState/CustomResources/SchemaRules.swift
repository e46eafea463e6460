import JSON

/// What an `openAPIV3Schema` must satisfy as a schema, before it is looked at as a structural one.
///
/// Source: the `apiextensions.k8s.io/v1` validation as it answers.
struct SchemaRules {
    private static let types = ["array", "boolean", "integer", "number", "object", "string"]
    private(set) var errors: [FieldError] = []
    /// Whether some schema uses words that no structural schema can have, so that it is not looked at as one.
    private(set) var hasUnsupportedWords = false

    /// Checks a whole schema at `path`.
    init(_ schema: JSONValue, at path: String) {
        check(schema, path)
    }

    private mutating func check(_ schema: JSONValue, _ path: String) {
        checkForm(schema, path)
        if schema["uniqueItems"] == true {
            forbid(
                "\(path).uniqueItems",
                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic")
        }
        if let additional = schema["additionalProperties"] {
            if !(schema["properties"]?.objectValue ?? [:]).isEmpty, additional != true {
                forbid(
                    "\(path).additionalProperties", "additionalProperties and properties are mutual exclusive")
            }
            if additional.objectValue != nil { check(additional, "\(path).additionalProperties") }
        }
        for (name, property) in schema["properties"]?.objectValue?.sortedByKey ?? [:] {
            check(property, "\(path).properties[\(name)]")
        }
        if let not = schema["not"] { check(not, "\(path).not") }
        for word in ["allOf", "oneOf", "anyOf"] {
            for (index, part) in schema.entries(word).enumerated() { check(part, "\(path).\(word)[\(index)]") }
        }
        if let items = schema["items"], items.objectValue != nil { check(items, "\(path).items") }
        for (index, item) in schema.entries("items").enumerated() { check(item, "\(path).items[\(index)]") }
        checkExtensions(schema, path)
    }

    /// What OpenAPI has and the API does not take.
    private mutating func checkForm(_ schema: JSONValue, _ path: String) {
        let type = schema.text("type")
        if !type.isEmpty, !Self.types.contains(type) {
            errors.append(.notSupported("\(path).type", .string(type), Self.types))
        }
        for field in ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"]
        where schema[field] != nil {
            forbid("\(path).\(field)", "\(field) is not supported")
            hasUnsupportedWords = true
        }
        if type == "null" { forbid("\(path).type", "type cannot be set to null, use nullable as an alternative") }
        if schema["items"]?.arrayValue != nil {
            forbid("\(path).items", "items must be a schema object and not an array")
        }
    }

    private mutating func checkExtensions(_ schema: JSONValue, _ path: String) {
        if schema["x-kubernetes-preserve-unknown-fields"] == false {
            errors.append(
                .invalid("\(path).x-kubernetes-preserve-unknown-fields", false, "must be true or undefined"))
        }
        if let mapType = schema["x-kubernetes-map-type"]?.stringValue {
            checkType(schema, "object", because: "x-kubernetes-map-type", path)
            if !["atomic", "granular"].contains(mapType) {
                errors.append(
                    .notSupported("\(path).x-kubernetes-map-type", .string(mapType), ["atomic", "granular"]))
            }
        }
        checkListType(schema, path)
        if schema["x-kubernetes-list-type"] == "map" { checkMapList(schema, path) }
        checkMembers(schema, path)
    }

    private mutating func checkType(_ schema: JSONValue, _ wanted: String, because cause: String, _ path: String) {
        let type = schema.text("type")
        guard type != wanted else { return }
        let problem = "must be \(wanted) if \(cause) is specified"
        errors.append(
            type.isEmpty ? .required("\(path).type", problem) : .invalid("\(path).type", .string(type), problem))
    }

    private mutating func checkListType(_ schema: JSONValue, _ path: String) {
        let listType = schema["x-kubernetes-list-type"]?.stringValue
        if let listType {
            if schema.text("type") != "array" {
                checkType(schema, "array", because: "x-kubernetes-list-type", path)
            } else if listType == "set", let items = schema["items"] {
                checkSetItems(items, "\(path).items")
            }
            let known = ["atomic", "set", "map"]
            if !known.contains(listType) {
                errors.append(.notSupported("\(path).x-kubernetes-list-type", .string(listType), known))
            }
        }
        guard !schema.entries("x-kubernetes-list-map-keys").isEmpty, listType != "map" else { return }
        let problem = "must be map if x-kubernetes-list-map-keys is non-empty"
        let field = "\(path).x-kubernetes-list-type"
        errors.append(listType.map { .invalid(field, .string($0), problem) } ?? .required(field, problem))
    }

    /// The entries of a set are compared whole.
    private mutating func checkSetItems(_ items: JSONValue, _ path: String) {
        let field: String
        switch items.text("type") {
        case "array" where items["x-kubernetes-list-type"] != nil: field = "x-kubernetes-list-type"
        case "object": field = "x-kubernetes-map-type"
        default: return
        }
        guard items[field] != "atomic" else { return }
        errors.append(
            .invalid(
                "\(path).\(field)", .string(items[field]?.stringValue ?? "null"),
                "must be atomic as item of a list with x-kubernetes-list-type=set"))
    }

    private mutating func checkMapList(_ schema: JSONValue, _ path: String) {
        let keys = schema.entries("x-kubernetes-list-map-keys").compactMap(\.stringValue)
        let field = "\(path).x-kubernetes-list-map-keys"
        if keys.isEmpty {
            errors.append(.required(field, "must not be empty if x-kubernetes-list-type is map"))
        }
        guard let items = schema["items"] else {
            errors.append(.required("\(path).items", "must have a schema if x-kubernetes-list-type is map"))
            return
        }
        guard items.text("type") == "object" else {
            errors.append(
                .invalid(
                    "\(path).items.type", .string(items.text("type")),
                    "must be object if parent array's x-kubernetes-list-type is map"))
            return
        }
        var seen: Set<String> = []
        for key in keys {
            if let property = items.at("properties", key) {
                if ["array", "object"].contains(property.text("type")) {
                    errors.append(
                        .invalid(
                            "\(path).items.properties[\(key)].type", .string(property.text("type")),
                            "must be a scalar type if parent array's x-kubernetes-list-type is map"))
                }
            } else {
                errors.append(
                    .invalid(field, go: GoText.texts(keys), "entries must all be names of item properties"))
            }
            if !seen.insert(key).inserted {
                errors.append(.invalid(field, go: GoText.texts(keys), "must not contain duplicate entries"))
            }
        }
    }

    /// Entries that are told apart must not be null, nor lack what tells them apart.
    private mutating func checkMembers(_ schema: JSONValue, _ path: String) {
        let listType = schema["x-kubernetes-list-type"]?.stringValue ?? ""
        guard listType == "map" || listType == "set", let items = schema["items"] else { return }
        if items["nullable"] == true {
            forbid("\(path).items.nullable", "cannot be nullable when x-kubernetes-list-type is \(listType)")
        }
        guard listType == "map" else { return }
        for key in schema.entries("x-kubernetes-list-map-keys").compactMap(\.stringValue) {
            guard let property = items.at("properties", key) else { continue }
            let field = "\(path).items.properties[\(key)]"
            if !items.entries("required").contains(.string(key)), property["default"] == nil {
                errors.append(
                    .required(
                        "\(field).default",
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required "
                            + "property"))
            }
            if property["nullable"] == true {
                forbid(
                    "\(field).nullable",
                    "this property is in x-kubernetes-list-map-keys, so it cannot be nullable")
            }
        }
    }

    private mutating func forbid(_ field: String, _ detail: String) {
        errors.append(.forbidden(field, detail))
    }
}
