import JSON
import KubernetesModel

/// Reads CustomResourceDefinition objects. Source: the `apiextensions.k8s.io/v1` API.
enum CustomDefinition {
    static let resourceName = ResourceName(group: "apiextensions.k8s.io", plural: "customresourcedefinitions")
    static let cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io"

    /// The resources that an established definition serves, one per served version, under the names it was granted.
    static func servedVersions(of definition: JSONValue) -> [ResourceDefinition] {
        guard DefinitionValidation.isEstablished(definition) else { return [] }
        let names = definition.at("status", "acceptedNames") ?? [:]
        let group = definition.at("spec", "group")?.stringValue ?? ""
        let kind = names["kind"]?.stringValue ?? ""
        let isNamespaced = definition.at("spec", "scope")?.stringValue == "Namespaced"
        let versions = definition.at("spec", "versions")?.arrayValue ?? []
        let schemas = schemas(of: versions, group: group)
        let storage = versions.first { $0["storage"] == true }?.text("name") ?? ""
        return versions.compactMap { version in
            guard version["served"]?.boolValue ?? false else { return nil }
            var served = ResourceDefinition(
                group: group, version: version["name"]?.stringValue ?? "", kind: kind, plural: names.text("plural"),
                isNamespaced: isNamespaced, shortNames: strings(names["shortNames"]),
                categories: strings(names["categories"]), hasStatus: version.at("subresources", "status") != nil,
                scale: version.at("subresources", "scale").map(scale))
            served.listKind = names["listKind"]?.stringValue ?? "\(kind)List"
            served.singular = names["singular"]?.stringValue ?? kind.lowercased()
            var custom = customVersion(version, of: definition, apiVersion: served.apiVersion, kind: kind)
            custom.schema = schemas[served.apiVersion]
            custom.schemas = schemas
            custom.storageVersion = "\(group)/\(storage)"
            served.custom = custom
            return served
        }
    }

    private static func schemas(of versions: [JSONValue], group: String) -> [String: StructuralSchema] {
        var schemas: [String: StructuralSchema] = [:]
        for version in versions {
            guard let schema = version.at("schema", "openAPIV3Schema") else { continue }
            schemas["\(group)/\(version.text("name"))"] = StructuralSchema(schema, keepsUnknown: false)
        }
        return schemas
    }

    private static func customVersion(
        _ version: JSONValue, of definition: JSONValue, apiVersion: String, kind: String
    ) -> CustomVersion {
        let columns = version["additionalPrinterColumns"]?.arrayValue.map { $0.map(column) }
        var custom = CustomVersion(
            definitionName: KubernetesObject(definition).name, storageVersion: apiVersion,
            columns: columns ?? [
                CustomVersion.Column(
                    name: "Age", type: "date", format: "", description: "", jsonPath: ".metadata.creationTimestamp",
                    priority: 0)
            ])
        custom.isTerminating = definition.at("metadata", "deletionTimestamp") != nil
        custom.selectableFields = Set(
            (version["selectableFields"]?.arrayValue ?? []).compactMap { field in
                field["jsonPath"]?.stringValue.map { String($0.drop { $0 == "." }) }
            })
        if version["deprecated"]?.boolValue ?? false {
            custom.deprecationWarning =
                version["deprecationWarning"]?.stringValue ?? "\(apiVersion) \(kind) is deprecated"
        }
        return custom
    }

    private static func column(_ document: JSONValue) -> CustomVersion.Column {
        let given = document.text("description")
        let path = document.text("jsonPath")
        return CustomVersion.Column(
            name: document["name"]?.stringValue ?? "", type: document["type"]?.stringValue ?? "string",
            format: document["format"]?.stringValue ?? "",
            description: given.isEmpty ? "Custom resource definition column (in JSONPath format): \(path)" : given,
            jsonPath: document["jsonPath"]?.stringValue ?? "", priority: document["priority"]?.intValue ?? 0)
    }

    private static func scale(_ document: JSONValue) -> ResourceDefinition.Scale {
        ResourceDefinition.Scale(
            specReplicas: path(document["specReplicasPath"]), statusReplicas: path(document["statusReplicasPath"]),
            selector: path(document["labelSelectorPath"]))
    }

    private static func path(_ value: JSONValue?) -> [String] {
        (value?.stringValue ?? "").split(separator: ".").map(String.init)
    }

    private static func strings(_ value: JSONValue?) -> [String] {
        (value?.arrayValue ?? []).compactMap(\.stringValue)
    }
}
