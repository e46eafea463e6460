/// A resource the server serves, in one version: its names, scope, subresources and how its objects are treated.
struct ResourceDefinition: Sendable {
    /// Where the counts of the scale subresource are found in an object.
    struct Scale: Sendable, Equatable {
        /// `["spec", "replicas"]`.
        var specReplicas: [String]
        var statusReplicas: [String]
        /// The path of a serialized selector; empty when the object has none.
        var selector: [String]
    }

    var group: String
    var version: String
    var kind: String
    var listKind: String
    var plural: String
    var singular: String
    var shortNames: [String] = []
    var categories: [String] = []
    var isNamespaced: Bool
    /// As discovery lists them, ascending.
    var verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
    var hasStatus = false
    var scale: Scale?
    /// The name of the type in `TypeCatalog`; `nil` for custom resources and unmodelled kinds.
    var typeName: String?
    /// Where objects are kept, when it is not the resource's own name (`events.k8s.io` events).
    var storage: ResourceName
    /// What a CustomResourceDefinition says about this version; `nil` for built-in kinds.
    var custom: CustomVersion?

    init(
        group: String = "", version: String = "v1", kind: String, plural: String, isNamespaced: Bool = true,
        shortNames: [String] = [], categories: [String] = [], hasStatus: Bool = false, scale: Scale? = nil,
        typeName: String? = nil, storage: ResourceName? = nil
    ) {
        self.group = group
        self.version = version
        self.kind = kind
        self.listKind = "\(kind)List"
        self.plural = plural
        self.singular = kind.lowercased()
        self.isNamespaced = isNamespaced
        self.shortNames = shortNames
        self.categories = categories
        self.hasStatus = hasStatus
        self.scale = scale
        self.typeName = typeName
        self.storage = storage ?? ResourceName(group: group, plural: plural)
    }

    /// What stands in `apiVersion`.
    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// How error texts name the resource.
    var resourceName: ResourceName { ResourceName(group: group, plural: plural) }

    /// How `Invalid` texts name the kind: `Deployment.apps`.
    var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }

    var isCustom: Bool { custom != nil }
}
