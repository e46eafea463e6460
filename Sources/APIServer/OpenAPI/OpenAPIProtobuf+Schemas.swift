import JSON

/// Schemas in the protobuf form. Source: gnostic `openapiv2/OpenAPIv2.proto`, message `Schema`.
extension OpenAPIProtobuf {
    /// Definitions, or Properties: NamedSchema {name = 1, value = 2}, each as field 1.
    static func named(_ schemas: [(name: String, schema: JSONValue)]) -> [UInt8] {
        schemas.flatMap { entry in
            field(1, field(1, entry.name) + field(2, schema(entry.schema)))
        }
    }

    /// Schema {_ref = 1, format = 2, description = 4, required = 19, additional_properties = 21, type = 22, items = 23,
    /// properties = 25, vendor_extension = 31}; what version 2 cannot say is left out.
    private static func schema(_ document: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        if let reference = document["$ref"]?.stringValue { bytes += field(1, reference) }
        if let format = document["format"]?.stringValue { bytes += field(2, format) }
        if let description = document["description"]?.stringValue { bytes += field(4, description) }
        // A value of any kind has no type here; an object that keeps unknown fields would lose them to a schema.
        let isOpen =
            document["x-kubernetes-int-or-string"] == true || document["x-kubernetes-preserve-unknown-fields"] == true
        guard !isOpen else {
            if document["type"] == "object" { bytes += field(22, field(1, "object")) }
            return bytes + extensions(of: document)
        }
        for name in document["required"]?.arrayValue ?? [] {
            bytes += field(19, name.stringValue ?? "")
        }
        if let element = document["additionalProperties"], element.objectValue != nil {
            bytes += field(21, field(1, schema(element)))
        }
        if let type = document["type"]?.stringValue { bytes += field(22, field(1, type)) }
        if let items = document["items"] { bytes += field(23, field(1, schema(items))) }
        if let properties = document["properties"]?.objectValue, !properties.isEmpty {
            bytes += field(25, named(properties.map { (name: $0.key, schema: $0.value) }))
        }
        return bytes + extensions(of: document)
    }

    /// NamedAny {name = 1, value = 2 Any {yaml = 2}}
    private static func extensions(of document: JSONValue) -> [UInt8] {
        let names = [
            "group-version-kind", "list-map-keys", "list-type", "map-type", "patch-merge-key", "patch-strategy",
        ]
        return names.flatMap { name -> [UInt8] in
            guard let value = document["x-kubernetes-\(name)"] else { return [] }
            return field(31, field(1, "x-kubernetes-\(name)") + field(2, field(2, value.text)))
        }
    }
}
