package import JSON

/// The OpenAPI v3 schema of one field, in the structural form that CustomResourceDefinitions take.
///
/// Only types and names of fields: no values are ruled out here, so that a controller gets to say what is wrong.
package struct FieldSchema: Sendable {
    /// The schema as JSON.
    package var document: JSONValue

    /// A text.
    package static func string(_ description: String) -> FieldSchema { FieldSchema("string", description) }

    /// A truth value.
    package static func boolean(_ description: String) -> FieldSchema { FieldSchema("boolean", description) }

    /// A whole number.
    package static func integer(_ description: String) -> FieldSchema { FieldSchema("integer", description) }

    /// A whole number or a text, such as a percentage, a duration or the name of a port.
    package static func intOrString(_ description: String) -> FieldSchema {
        FieldSchema(
            document: ["description": .string(description), "x-kubernetes-int-or-string": true])
    }

    /// An object with these fields and no others.
    package static func object(_ description: String, _ fields: KeyValuePairs<String, FieldSchema>) -> FieldSchema {
        var schema = FieldSchema("object", description)
        schema.document["properties"] = .object(JSONObject(fields.map { ($0.key, $0.value.document) }))
        return schema
    }

    /// An object of which every field is kept.
    package static func open(_ description: String) -> FieldSchema {
        var schema = FieldSchema("object", description)
        schema.document["x-kubernetes-preserve-unknown-fields"] = true
        return schema
    }

    /// A list.
    package static func list(_ description: String, of items: FieldSchema) -> FieldSchema {
        var schema = FieldSchema("array", description)
        schema.document["items"] = items.document
        return schema
    }

    /// A list of texts.
    package static func strings(_ description: String) -> FieldSchema { list(description, of: FieldSchema("string")) }

    /// An object from names of any kind to values of one.
    package static func map(_ description: String, of values: FieldSchema = FieldSchema("string")) -> FieldSchema {
        var schema = FieldSchema("object", description)
        schema.document["additionalProperties"] = values.document
        return schema
    }

    /// A list of objects with the texts `key` and `value`.
    package static func keyValueList(_ description: String) -> FieldSchema {
        list(description, of: object("", ["key": .string("The name."), "value": .string("The value.")]))
    }

    /// A `meta/v1` LabelSelector.
    package static func labelSelector(_ description: String) -> FieldSchema {
        object(
            description,
            [
                "matchLabels": .map("Labels that must have exactly these values."),
                "matchExpressions": .list(
                    "Conditions on labels, all of which must hold.",
                    of: .object(
                        "",
                        [
                            "key": .string("The label."),
                            "operator": .string("In, NotIn, Exists or DoesNotExist."),
                            "values": .strings("The values for In and NotIn."),
                        ])),
            ])
    }

    /// The labels and annotations that pods are given.
    package static func podMetadata(_ description: String) -> FieldSchema {
        object(description, ["labels": .map("Labels to add."), "annotations": .map("Annotations to add.")])
    }

    /// The schema of a whole object: what `apiVersion`, `kind` and `metadata` may be is the server's own business.
    package static func root(_ description: String, spec: FieldSchema, status: FieldSchema? = nil) -> FieldSchema {
        var schema = object(
            description,
            [
                "apiVersion": .string("The group and version of this object's kind."),
                "kind": .string("The kind of this object."), "metadata": FieldSchema("object"), "spec": spec,
            ])
        if let status { schema.document.set(status.document, at: "properties", "status") }
        return schema
    }

    private init(document: JSONValue) {
        self.document = document
    }

    private init(_ type: String, _ description: String = "") {
        document = ["type": .string(type)]
        if !description.isEmpty { document["description"] = .string(description) }
    }
}
