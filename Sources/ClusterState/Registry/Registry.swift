import JSON

/// Every resource that is served, built in or defined by a CustomResourceDefinition.
struct Registry: Sendable {
    private struct GroupVersion: Hashable {
        var group: String
        var version: String
    }

    private struct Key: Hashable {
        var group: String
        var version: String
        var plural: String
    }

    private var definitions: [Key: ResourceDefinition] = [:]
    /// The versions of each group that a CustomResourceDefinition added, by the definition's name.
    private var customKeys: [String: [Key]] = [:]

    init() {
        for definition in Self.builtIns {
            definitions[Self.key(definition)] = definition
        }
    }

    func definition(group: String, version: String, plural: String) -> ResourceDefinition? {
        definitions[Key(group: group, version: version, plural: plural)]
    }

    /// Where the objects of a resource are stored; `nil` when it is not served.
    func storage(group: String, version: String, plural: String) -> ResourceName? {
        definitions[Key(group: group, version: version, plural: plural)]?.storage
    }

    /// The definition of a kind in any resource, by `apiVersion` and kind.
    func definition(apiVersion: String, kind: String) -> ResourceDefinition? {
        all.first { $0.apiVersion == apiVersion && $0.kind == kind }
    }

    /// Whether some built-in or custom resource is stored under this name.
    func serves(_ name: ResourceName) -> Bool {
        definitions.keys.contains { $0.group == name.group && $0.plural == name.plural }
    }

    /// Whether some built-in resource is served in this version of a group, as it always is.
    static func hasBuiltIns(group: String, version: String) -> Bool {
        builtInGroupVersions.contains(GroupVersion(group: group, version: version))
    }

    /// Whether this is a built-in resource, which is always served.
    static func hasBuiltIn(group: String, version: String, plural: String) -> Bool {
        builtInKeys.contains(Key(group: group, version: version, plural: plural))
    }

    private static let builtInKeys = Set(builtIns.map(key))
    private static let builtInGroupVersions = Set(
        builtIns.map { GroupVersion(group: $0.group, version: $0.version) })

    /// Whether some resource is served in this version of a group.
    func serves(group: String, version: String) -> Bool {
        Self.hasBuiltIns(group: group, version: version)
            || definitions.keys.contains { $0.group == group && $0.version == version }
    }

    /// Every definition by group, version and plural, ascending.
    var all: [ResourceDefinition] {
        definitions.values.sorted { ($0.group, $0.version, $0.plural) < ($1.group, $1.version, $1.plural) }
    }

    /// Puts what a CustomResourceDefinition called `owner` defines in place of what it defined before.
    mutating func install(_ served: [ResourceDefinition], definedBy owner: String) {
        remove(definedBy: owner)
        for definition in served {
            definitions[Self.key(definition)] = definition
        }
        customKeys[owner] = served.map(Self.key)
    }

    /// Stops serving what a CustomResourceDefinition defined.
    mutating func remove(definedBy owner: String) {
        for key in customKeys.removeValue(forKey: owner) ?? [] {
            definitions.removeValue(forKey: key)
        }
    }

    private static func key(_ definition: ResourceDefinition) -> Key {
        Key(group: definition.group, version: definition.version, plural: definition.plural)
    }
}
