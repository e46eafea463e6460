import JSON
import KubernetesModel

/// Reads CustomResourceDefinition objects. Source: the `apiextensions.k8s.io/v1` API.
enum CustomDefinition {
    static let resourceName = ResourceName(group: "apiextensions.k8s.io", plural: "customresourcedefinitions")
    static let cleanupFinalizer = "customresourcecleanup.apiextensions.k8s.io"

    /// The resources that a definition serves, one per served version.
    static func servedVersions(of definition: JSONValue) -> [ResourceDefinition] {
        let names = definition.at("spec", "names") ?? [:]
        let group = definition.at("spec", "group")?.stringValue ?? ""
        let kind = names["kind"]?.stringValue ?? ""
        let plural = names["plural"]?.stringValue ?? ""
        let isNamespaced = definition.at("spec", "scope")?.stringValue == "Namespaced"
        return (definition.at("spec", "versions")?.arrayValue ?? []).compactMap { version in
            guard version["served"]?.boolValue ?? false else { return nil }
            var served = ResourceDefinition(
                group: group, version: version["name"]?.stringValue ?? "", kind: kind, plural: plural,
                isNamespaced: isNamespaced, shortNames: strings(names["shortNames"]),
                categories: strings(names["categories"]), hasStatus: version.at("subresources", "status") != nil,
                scale: version.at("subresources", "scale").map(scale))
            served.listKind = names["listKind"]?.stringValue ?? "\(kind)List"
            served.singular = names["singular"]?.stringValue ?? kind.lowercased()
            served.custom = customVersion(version, of: definition, apiVersion: served.apiVersion, kind: kind)
            return served
        }
    }

    /// Status with the conditions of a definition whose names are accepted and which is served.
    static func establishedStatus(of definition: JSONValue, now: Timestamp) -> JSONValue {
        var status = definition["status"] ?? [:]
        let before = status["conditions"]?.arrayValue ?? []
        var conditions: [JSONValue] = []
        let wanted = [
            ("NamesAccepted", "NoConflicts", "no conflicts found"),
            ("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ]
        for (type, reason, message) in wanted {
            let present = before.first { $0["type"]?.stringValue == type && $0["status"]?.stringValue == "True" }
            conditions.append(
                present ?? [
                    "type": .string(type), "status": "True",
                    "lastTransitionTime": .string(now.wholeSeconds.rfc3339), "reason": .string(reason),
                    "message": .string(message),
                ])
        }
        status["conditions"] = .array(conditions)
        status["acceptedNames"] = definition.at("spec", "names") ?? [:]
        var versions = strings(status["storedVersions"])
        for version in definition.at("spec", "versions")?.arrayValue ?? [] {
            let name = version["name"]?.stringValue ?? ""
            if version["storage"]?.boolValue == true, !versions.contains(name) { versions.append(name) }
        }
        status["storedVersions"] = .array(versions.map(JSONValue.string))
        return status
    }

    private static func customVersion(
        _ version: JSONValue, of definition: JSONValue, apiVersion: String, kind: String
    ) -> CustomVersion {
        let columns = version["additionalPrinterColumns"]?.arrayValue.map { $0.map(column) }
        let schema = version.at("schema", "openAPIV3Schema").map {
            StructuralSchema($0, keepsUnknown: definition.at("spec", "preserveUnknownFields")?.boolValue ?? false)
        }
        var custom = CustomVersion(
            definitionName: KubernetesObject(definition).name, schema: schema,
            columns: columns ?? [
                CustomVersion.Column(
                    name: "Age", type: "date", format: "", description: "", jsonPath: ".metadata.creationTimestamp",
                    priority: 0)
            ])
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
        CustomVersion.Column(
            name: document["name"]?.stringValue ?? "", type: document["type"]?.stringValue ?? "string",
            format: document["format"]?.stringValue ?? "", description: document["description"]?.stringValue ?? "",
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
