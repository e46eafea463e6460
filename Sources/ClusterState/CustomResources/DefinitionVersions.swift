import JSON

/// The versions of a CustomResourceDefinition, and what is wrong with them.
///
/// What all versions have in common — schema, subresources or columns — is named by the paths that the first API
/// version had for it: `spec.validation`, `spec.subresources`, `spec.additionalPrinterColumns`. So do real refusals.
struct DefinitionVersions {
    let all: [JSONValue]
    /// Whether there is a list of versions at all, be it empty.
    private let isGiven: Bool
    private let sharesSchema: Bool
    private let sharesSubresources: Bool
    private let sharesColumns: Bool

    init(_ spec: JSONValue) {
        let versions = spec.entries("versions")
        func isShared(_ field: String) -> Bool {
            versions.allSatisfy { $0[field] == versions.first?[field] }
        }
        all = versions
        isGiven = spec["versions"] != nil
        sharesSchema = isShared("schema")
        sharesSubresources = isShared("subresources")
        sharesColumns = isShared("additionalPrinterColumns")
    }

    /// What is wrong with each version by itself, and with their number.
    func errors() -> [FieldError] {
        var errors: [FieldError] = []
        for (index, version) in all.enumerated() where version.at("schema", "openAPIV3Schema") == nil {
            errors.append(.required("spec.versions[\(index)].schema.openAPIV3Schema", "schemas are required"))
        }
        for (index, version) in all.enumerated() {
            let path = "spec.versions[\(index)]"
            let name = version.text("name")
            let problems = NameRules.serviceNameProblems(name)
            if !problems.isEmpty {
                errors.append(.invalid("\(path).name", .string(name), problems.joined(separator: ",")))
            }
            if !sharesSchema { errors += schemaErrors(version, at: "\(path).schema") }
            if !sharesSubresources { errors += subresourceErrors(version, at: "\(path).subresources") }
            if !sharesColumns { errors += columnErrors(version, at: "\(path).additionalPrinterColumns") }
        }
        let names = all.map { $0.text("name") }
        if Set(names).count < names.count {
            errors.append(.invalid("spec.versions", go: text, "must contain unique version names"))
        }
        if all.count(where: { $0["storage"] == true }) != 1 {
            errors.append(
                .invalid(
                    "spec.versions", go: text, "must have exactly one version marked as storage version"))
        }
        if let first = names.first, !first.isEmpty {
            let problems = NameRules.serviceNameProblems(first)
            if !problems.isEmpty {
                errors.append(.invalid("spec.version", .string(first), problems.joined(separator: ",")))
            }
        }
        return errors
    }

    /// What is wrong with what all versions share.
    func sharedErrors() -> [FieldError] {
        guard let first = all.first else { return [] }
        var errors: [FieldError] = []
        if sharesColumns { errors += columnErrors(first, at: "spec.additionalPrinterColumns") }
        if sharesSchema { errors += schemaErrors(first, at: "spec.validation") }
        if sharesSubresources { errors += subresourceErrors(first, at: "spec.subresources") }
        return errors
    }

    private func schemaErrors(_ version: JSONValue, at path: String) -> [FieldError] {
        guard let schema = version.at("schema", "openAPIV3Schema") else { return [] }
        let field = "\(path).openAPIV3Schema"
        var errors = version.at("subresources", "status") == nil ? [] : rootErrors(schema, at: field)
        if schema["nullable"] == true {
            errors.append(.forbidden("\(field).nullable", "nullable cannot be true at the root"))
        }
        let rules = SchemaRules(schema, at: field)
        errors += rules.errors
        if rules.hasUnsupportedWords { return errors }
        let structural = StructuralRules.errors(schema, at: field)
        errors += structural.isEmpty ? SchemaDefaultRules.errors(schema, at: field) : structural
        return errors
    }

    /// Words that may stand at the root of a schema whose status is a subresource.
    private static let rootWords: Set<String> = [
        "$schema", "description", "type", "format", "title", "maximum", "exclusiveMaximum", "minimum",
        "exclusiveMinimum", "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "multipleOf",
        "required", "items", "properties", "externalDocs", "example", "x-kubernetes-preserve-unknown-fields",
    ]

    /// The same as the texts list them.
    private static let rootWordList =
        "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern "
        + "MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example "
        + "XPreserveUnknownFields]"

    private func rootErrors(_ schema: JSONValue, at field: String) -> [FieldError] {
        var errors: [FieldError] = []
        if let type = schema["type"], type != "object" {
            errors.append(
                .invalid(
                    "\(field).type", type,
                    "only \"object\" is allowed as the type at the root of the schema if the status subresource is "
                        + "enabled"))
        }
        let others = (schema.objectValue ?? [:]).keys.filter { !Self.rootWords.contains($0) && $0 != "nullable" }
        if !others.isEmpty {
            errors.append(
                .invalid(
                    field, go: GoText.value(schema),
                    "only \(Self.rootWordList) fields are allowed at the root of the schema if the status subresource "
                        + "is enabled"))
        }
        return errors
    }

    private func subresourceErrors(_ version: JSONValue, at path: String) -> [FieldError] {
        guard let scale = version.at("subresources", "scale") else { return [] }
        var errors: [FieldError] = []
        func check(_ name: String, under roots: [String], _ place: String, isRequired: Bool) {
            let field = "\(path).scale.\(name)"
            let text = scale.text(name)
            if text.isEmpty {
                if isRequired { errors.append(.required(field)) }
            } else if !Self.isPlainPath(text) || !roots.contains(where: text.hasPrefix) {
                let isPath = Self.isPlainPath(text)
                errors.append(
                    .invalid(
                        field, .string(text),
                        isPath ? "should be a json path under \(place)" : "must be a simple json path starting with ."))
            }
        }
        check("specReplicasPath", under: [".spec."], ".spec", isRequired: true)
        check("statusReplicasPath", under: [".status."], ".status", isRequired: true)
        check("labelSelectorPath", under: [".spec.", ".status."], "either .spec or .status", isRequired: false)
        return errors
    }

    private static func isPlainPath(_ text: String) -> Bool { text.hasPrefix(".") }

    private func columnErrors(_ version: JSONValue, at path: String) -> [FieldError] {
        let types = ["boolean", "date", "integer", "number", "string"]
        let formats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"]
        var errors: [FieldError] = []
        for (index, column) in version.entries("additionalPrinterColumns").enumerated() {
            let field = "\(path)[\(index)]"
            if column.text("name").isEmpty { errors.append(.required("\(field).name")) }
            let type = column.text("type")
            let typeRule = "must be one of \(types.joined(separator: ","))"
            if type.isEmpty {
                errors.append(.required("\(field).type", typeRule))
            } else if !types.contains(type) {
                errors.append(.invalid("\(field).type", .string(type), typeRule))
            }
            let format = column.text("format")
            if !format.isEmpty, !formats.contains(format) {
                errors.append(
                    .invalid(
                        "\(field).format", .string(format), "must be one of \(formats.joined(separator: ","))"))
            }
            let jsonPath = column.text("jsonPath")
            if jsonPath.isEmpty {
                errors.append(.required("\(field).JSONPath"))
            } else if !Self.isPlainPath(jsonPath) {
                errors.append(
                    .invalid(
                        "\(field).JSONPath", .string(jsonPath), "must be a simple json path starting with ."))
            }
        }
        return errors
    }

    /// All versions as refusals print them.
    private var text: String {
        let name = "[]apiextensions.CustomResourceDefinitionVersion"
        guard isGiven else { return "\(name)(nil)" }
        return "\(name){\(all.indices.map(text(at:)).joined(separator: ", "))}"
    }

    /// One version as refusals print it. What is not shared is printed as a place in memory, here always the same.
    func text(at index: Int) -> String {
        let version = all[index]
        func pointer(_ type: String, isNil: Bool) -> String { "(*\(type))(\(isNil ? "nil" : "0xc000000000"))" }
        func flag(_ field: String) -> String { version[field] == true ? "true" : "false" }
        let columns = "[]apiextensions.CustomResourceColumnDefinition(nil)"
        let fields = [
            "Name:\(GoText.quotedText(version.text("name")))", "Served:\(flag("served"))", "Storage:\(flag("storage"))",
            "Deprecated:\(flag("deprecated"))",
            "DeprecationWarning:\(pointer("string", isNil: version["deprecationWarning"] == nil))",
            "Schema:"
                + pointer(
                    "apiextensions.CustomResourceValidation", isNil: sharesSchema || version["schema"] == nil),
            "Subresources:"
                + pointer(
                    "apiextensions.CustomResourceSubresources",
                    isNil: sharesSubresources || version["subresources"] == nil),
            "AdditionalPrinterColumns:\(columns)",
        ]
        return "apiextensions.CustomResourceDefinitionVersion{\(fields.joined(separator: ", "))}"
    }
}
