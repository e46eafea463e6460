package import JSON

/// A custom resource in one version: its names, schema, columns and subresources, from which its
/// CustomResourceDefinition is made.
///
/// Source: `apiextensions.k8s.io/v1`.
package struct CustomResource: Sendable {
    /// A column of `kubectl get`, besides the name.
    package struct Column: Sendable {
        var name: String
        /// `string`, `integer`, `number`, `boolean` or `date`.
        var type: String
        var jsonPath: String
        var description: String
        /// Above 0 the column is only shown with `-o wide`.
        var priority: Int

        package init(_ name: String, _ type: String, _ jsonPath: String, _ description: String = "", priority: Int = 0)
        {
            self.name = name
            self.type = type
            self.jsonPath = jsonPath
            self.description = description
            self.priority = priority
        }
    }

    /// Where the counts of the scale subresource stand, each as `.spec.replicas`.
    package struct Scale: Sendable {
        var specReplicasPath: String
        var statusReplicasPath: String
        var labelSelectorPath: String

        package init(specReplicasPath: String, statusReplicasPath: String, labelSelectorPath: String) {
            self.specReplicasPath = specReplicasPath
            self.statusReplicasPath = statusReplicasPath
            self.labelSelectorPath = labelSelectorPath
        }
    }

    /// The group, version, kind and plural, and whether objects are in namespaces.
    package var kind: ResourceKind
    package var shortNames: [String]
    /// The schema of whole objects.
    package var schema: FieldSchema
    package var columns: [Column]
    /// Whether the status is written by itself, at `/status`.
    package var hasStatus: Bool
    package var scale: Scale?

    package init(
        _ kind: ResourceKind, shortNames: [String] = [], schema: FieldSchema, columns: [Column],
        hasStatus: Bool = false, scale: Scale? = nil
    ) {
        self.kind = kind
        self.shortNames = shortNames
        self.schema = schema
        self.columns = columns
        self.hasStatus = hasStatus
        self.scale = scale
    }

    /// The name of the CustomResourceDefinition.
    package var definitionName: String { "\(kind.plural).\(kind.group)" }

    /// The CustomResourceDefinition as an object to create.
    package var definition: JSONValue {
        var names: JSONValue = [
            "kind": .string(kind.kind), "listKind": .string("\(kind.kind)List"), "plural": .string(kind.plural),
            "singular": .string(kind.kind.lowercased()),
        ]
        if !shortNames.isEmpty { names["shortNames"] = .array(shortNames.map(JSONValue.string)) }
        return [
            "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
            "metadata": ["name": .string(definitionName)],
            "spec": [
                "group": .string(kind.group), "names": names,
                "scope": kind.isNamespaced ? "Namespaced" : "Cluster", "versions": [version],
            ],
        ]
    }

    private var version: JSONValue {
        var version: JSONValue = [
            "name": .string(kind.version), "served": true, "storage": true,
            "schema": ["openAPIV3Schema": schema.document],
            "additionalPrinterColumns": .array(columns.map(\.document)),
        ]
        var subresources: JSONValue = [:]
        if let scale {
            subresources["scale"] = [
                "specReplicasPath": .string(scale.specReplicasPath),
                "statusReplicasPath": .string(scale.statusReplicasPath),
                "labelSelectorPath": .string(scale.labelSelectorPath),
            ]
        }
        if hasStatus { subresources["status"] = [:] }
        if subresources != [:] { version["subresources"] = subresources }
        return version
    }
}

extension CustomResource.Column {
    var document: JSONValue {
        var document: JSONValue = ["name": .string(name), "type": .string(type), "jsonPath": .string(jsonPath)]
        if !description.isEmpty { document["description"] = .string(description) }
        if priority > 0 { document["priority"] = .number(JSONNumber(priority)) }
        return document
    }
}
