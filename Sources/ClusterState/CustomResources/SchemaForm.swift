import JSON

/// Brings the schemas of a CustomResourceDefinition into the form they are kept in: only known words, and none that say
/// what is true without them.
///
/// Source: the JSONSchemaProps type of `apiextensions.k8s.io/v1`.
struct SchemaForm {
    /// The places of rules that this server cannot evaluate and therefore does not keep.
    private(set) var droppedRules: [String] = []

    private enum Word {
        /// Kept as it is.
        case plain
        /// Left out when empty or false.
        case omittable
        case schema
        case schemas
        case schemasByName
        /// One schema or several.
        case items
        /// A schema or a truth value.
        case schemaOrFlag
    }

    private static let words: [String: Word] = [
        "id": .omittable, "$schema": .omittable, "$ref": .omittable, "description": .omittable, "type": .omittable,
        "format": .omittable, "title": .omittable, "default": .plain, "maximum": .plain,
        "exclusiveMaximum": .omittable, "minimum": .plain, "exclusiveMinimum": .omittable, "maxLength": .plain,
        "minLength": .plain, "pattern": .omittable, "maxItems": .plain, "minItems": .plain,
        "uniqueItems": .omittable, "multipleOf": .plain, "enum": .omittable, "maxProperties": .plain,
        "minProperties": .plain, "required": .omittable, "items": .items, "allOf": .schemas, "oneOf": .schemas,
        "anyOf": .schemas, "not": .schema, "properties": .schemasByName, "additionalProperties": .schemaOrFlag,
        "patternProperties": .schemasByName, "dependencies": .omittable, "additionalItems": .schemaOrFlag,
        "definitions": .schemasByName, "externalDocs": .plain, "example": .plain, "nullable": .omittable,
        "x-kubernetes-preserve-unknown-fields": .plain, "x-kubernetes-embedded-resource": .omittable,
        "x-kubernetes-int-or-string": .omittable, "x-kubernetes-list-map-keys": .omittable,
        "x-kubernetes-list-type": .plain, "x-kubernetes-map-type": .plain,
    ]

    /// A definition whose versions' schemas are in this form.
    mutating func definition(_ document: JSONValue) -> JSONValue {
        guard let versions = document.at("spec", "versions")?.arrayValue else { return document }
        var result = document
        if document.at("spec", "preserveUnknownFields") == false { result["spec"]?["preserveUnknownFields"] = nil }
        let formed = versions.enumerated().map { index, version -> JSONValue in
            guard let schema = version.at("schema", "openAPIV3Schema") else { return version }
            var version = version
            let path = "spec.versions[\(index)].schema.openAPIV3Schema"
            version.set(self.schema(schema, path), at: "schema", "openAPIV3Schema")
            return version
        }
        result.set(.array(formed), at: "spec", "versions")
        return result
    }

    private mutating func schema(_ value: JSONValue, _ path: String) -> JSONValue {
        guard let object = value.objectValue else { return value }
        var result = JSONObject()
        for (name, member) in object where !member.isNull {
            if name == "x-kubernetes-validations" { droppedRules.append("\(path).\(name)") }
            guard let word = Self.words[name] else { continue }
            result[name] = formed(member, word, "\(path).\(name)")
        }
        return .object(result)
    }

    private mutating func formed(_ value: JSONValue, _ word: Word, _ path: String) -> JSONValue? {
        switch word {
        case .plain: return value
        case .omittable: return Self.isEmpty(value) ? JSONValue?.none : value
        case .schema: return schema(value, path)
        case .schemaOrFlag: return value.boolValue == nil ? schema(value, path) : value
        case .items, .schemas:
            guard let entries = value.arrayValue else { return schema(value, path) }
            if entries.isEmpty { return nil }
            return .array(entries.enumerated().map { schema($0.element, "\(path)[\($0.offset)]") })
        case .schemasByName:
            guard let members = value.objectValue else { return value }
            if members.isEmpty { return nil }
            var result = JSONObject()
            for (name, member) in members { result[name] = schema(member, "\(path)[\(name)]") }
            return .object(result)
        }
    }

    private static func isEmpty(_ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .bool(let flag): !flag
        case .string(let text): text.isEmpty
        case .array(let entries): entries.isEmpty
        case .object(let object): object.isEmpty
        case .number: false
        }
    }
}
