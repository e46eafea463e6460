import JSON

/// A resource as the OpenAPI documents describe it.
struct OpenAPIKind: Hashable, Sendable {
    /// What tells clients which kind an operation or a schema is about.
    static let extensionName = "x-kubernetes-group-version-kind"
    /// The query parameters of writes that clients look for before they use them.
    static let writeParameters = ["dryRun", "fieldManager", "fieldValidation"]

    /// `api/v1` or `apis/{group}/{version}`.
    var document: String
    var group: String
    var version: String
    var kind: String
    var plural: String
    var isNamespaced: Bool

    /// Reads an entry of the APIResourceList at `/{document}`; `nil` for subresources.
    init?(_ resource: JSONValue, document: String) {
        guard let plural = resource["name"]?.stringValue, !plural.contains("/"),
            let kind = resource["kind"]?.stringValue
        else { return nil }
        let parts = document.split(separator: "/").map(String.init)
        self.document = document
        group = parts.first == "apis" && parts.count == 3 ? parts[1] : ""
        version = parts.last ?? ""
        self.kind = kind
        self.plural = plural
        isNamespaced = resource["namespaced"]?.boolValue ?? false
    }

    /// The value of the extension.
    var reference: JSONValue { ["group": .string(group), "version": .string(version), "kind": .string(kind)] }

    /// The path of the collection.
    var collectionPath: String {
        isNamespaced ? "/\(document)/namespaces/{namespace}/\(plural)" : "/\(document)/\(plural)"
    }

    /// The path of one object.
    var path: String { "\(collectionPath)/{name}" }

    /// The schema's name: the group's parts reversed, as definitions are named upstream.
    var schemaName: String {
        let host = group.isEmpty ? ["core"] : group.split(separator: ".").map(String.init).reversed()
        return (host + [version, kind]).joined(separator: ".")
    }
}
