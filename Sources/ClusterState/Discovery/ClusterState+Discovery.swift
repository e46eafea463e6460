package import JSON

extension ClusterState {
    /// The version the server reports.
    package static let gitVersion = "v1.30.0+weir"

    /// The document at a discovery path, or `nil` where there is none.
    ///
    /// - Parameters:
    ///   - path: `/version`, `/api`, `/apis`, `/api/v1`, `/apis/<group>`, `/apis/<group>/<version>`.
    ///   - aggregated: whether `/api` and `/apis` answer with an `apidiscovery.k8s.io` APIGroupDiscoveryList.
    package func discovery(path: String, aggregated: Bool = false) -> JSONValue? {
        let parts = path.split(separator: "/").map(String.init)
        switch (parts.first, parts.count) {
        case ("version", 1): return Self.versionDocument
        case ("api", 1): return aggregated ? aggregatedDiscovery(ofCore: true) : Self.coreVersions
        case ("api", 2): return resourceList(group: "", version: parts[1])
        case ("apis", 1): return aggregated ? aggregatedDiscovery(ofCore: false) : groupList
        case ("apis", 2): return groupDocument(parts[1], isAlone: true)
        case ("apis", 3): return resourceList(group: parts[1], version: parts[2])
        default: return nil
        }
    }

    private static let versionDocument: JSONValue = [
        "major": "1", "minor": "30", "gitVersion": .string(gitVersion), "gitCommit": "", "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z", "goVersion": "", "compiler": "swift", "platform": "",
    ]

    private static let coreVersions: JSONValue = [
        "kind": "APIVersions", "versions": ["v1"],
        "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": ""]],
    ]

    private var groupList: JSONValue {
        ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.compactMap { groupDocument($0) })]
    }

    /// The named groups: the built-in ones first, both parts ascending.
    private var groups: [String] {
        let named = registry.all.filter { !$0.group.isEmpty }
        let builtIn = Set(named.filter { !$0.isCustom }.map(\.group))
        let custom = Set(named.map(\.group)).subtracting(builtIn)
        return builtIn.sorted() + custom.sorted()
    }

    /// The versions of a group, the preferred one first: stable before beta before alpha, then the higher number.
    private func versions(ofGroup group: String) -> [String] {
        Set(registry.all.filter { $0.group == group }.map(\.version)).sorted {
            VersionPriority.isPreferred($0, over: $1)
        }
    }

    private func groupDocument(_ group: String, isAlone: Bool = false) -> JSONValue? {
        let versions = versions(ofGroup: group).map { version -> JSONValue in
            ["groupVersion": .string("\(group)/\(version)"), "version": .string(version)]
        }
        guard let preferred = versions.first else { return nil }
        var document: JSONValue = isAlone ? ["kind": "APIGroup", "apiVersion": "v1"] : [:]
        document["name"] = .string(group)
        document["versions"] = .array(versions)
        document["preferredVersion"] = preferred
        return document
    }

    private func resourceList(group: String, version: String) -> JSONValue? {
        let served = registry.all.filter { $0.group == group && $0.version == version }
        guard let first = served.first else { return nil }
        // The list of the core group has no version of its own, on real servers, too.
        var document: JSONValue = group.isEmpty ? [:] : ["apiVersion": "v1"]
        document["kind"] = "APIResourceList"
        document["groupVersion"] = .string(first.apiVersion)
        document["resources"] = .array(served.flatMap(Self.resources))
        return document
    }

    /// A resource and its subresources, as an APIResourceList has them.
    private static func resources(_ definition: ResourceDefinition) -> [JSONValue] {
        var main: JSONValue = [
            "name": .string(definition.plural), "singularName": .string(definition.singular),
            "namespaced": .bool(definition.isNamespaced), "kind": .string(definition.kind),
            "verbs": .array(definition.listedVerbs.map(JSONValue.string)),
        ]
        if !definition.shortNames.isEmpty {
            main["shortNames"] = .array(definition.shortNames.map(JSONValue.string))
        }
        if !definition.categories.isEmpty {
            main["categories"] = .array(definition.categories.map(JSONValue.string))
        }
        return [main]
            + subresources(definition).map { subresource in
                var document: JSONValue = [
                    "name": .string("\(definition.plural)/\(subresource.name)"), "singularName": "",
                    "namespaced": .bool(definition.isNamespaced),
                ]
                if !subresource.group.isEmpty {
                    document["group"] = .string(subresource.group)
                    document["version"] = .string(subresource.version)
                }
                document["kind"] = .string(subresource.kind)
                document["verbs"] = .array(subresource.verbs.map(JSONValue.string))
                return document
            }
    }

    private struct Subresource {
        var name: String
        var kind: String
        /// Empty where the kind is the resource's own.
        var group = ""
        var version = ""
        var verbs: [String]
    }

    private static func subresources(_ definition: ResourceDefinition) -> [Subresource] {
        var result: [Subresource] = []
        let isCore = definition.group.isEmpty && !definition.isCustom
        if isCore, definition.plural == "pods" {
            result.append(Subresource(name: "binding", kind: "Binding", verbs: ["create"]))
            result.append(
                Subresource(name: "eviction", kind: "Eviction", group: "policy", version: "v1", verbs: ["create"]))
            result.append(Subresource(name: "log", kind: "Pod", verbs: ["get"]))
        }
        if isCore, definition.plural == "namespaces" {
            result.append(Subresource(name: "finalize", kind: "Namespace", verbs: ["update"]))
        }
        let verbs = ["get", "patch", "update"]
        if definition.scale != nil {
            result.append(
                Subresource(name: "scale", kind: "Scale", group: "autoscaling", version: "v1", verbs: verbs))
        }
        if definition.hasStatus { result.append(Subresource(name: "status", kind: definition.kind, verbs: verbs)) }
        return result
    }

    /// Everything in one document. Source: `apidiscovery.k8s.io/v2` APIGroupDiscoveryList.
    private func aggregatedDiscovery(ofCore isCore: Bool) -> JSONValue {
        let items = (isCore ? [""] : groups).map { group -> JSONValue in
            let versions = versions(ofGroup: group).map { version -> JSONValue in
                let served = registry.all.filter { $0.group == group && $0.version == version }
                return [
                    "version": .string(version), "resources": .array(served.map(Self.aggregated)),
                    "freshness": "Current",
                ]
            }
            return [
                "metadata": group.isEmpty
                    ? ["creationTimestamp": nil] : ["name": .string(group), "creationTimestamp": nil],
                "versions": .array(versions),
            ]
        }
        return [
            "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "metadata": [:],
            "items": .array(items),
        ]
    }

    private static func aggregated(_ definition: ResourceDefinition) -> JSONValue {
        var document: JSONValue = [
            "resource": .string(definition.plural),
            "responseKind": [
                "group": .string(definition.group), "version": .string(definition.version),
                "kind": .string(definition.kind),
            ],
            "scope": definition.isNamespaced ? "Namespaced" : "Cluster",
            "singularResource": .string(definition.singular),
            "verbs": .array(definition.listedVerbs.map(JSONValue.string)),
        ]
        if !definition.shortNames.isEmpty {
            document["shortNames"] = .array(definition.shortNames.map(JSONValue.string))
        }
        if !definition.categories.isEmpty {
            document["categories"] = .array(definition.categories.map(JSONValue.string))
        }
        let subresources = subresources(definition).map { subresource -> JSONValue in
            [
                "subresource": .string(subresource.name),
                "responseKind": [
                    "group": .string(subresource.group.isEmpty ? definition.group : subresource.group),
                    "version": .string(subresource.version.isEmpty ? definition.version : subresource.version),
                    "kind": .string(subresource.kind),
                ],
                "verbs": .array(subresource.verbs.map(JSONValue.string)),
            ]
        }
        if !subresources.isEmpty { document["subresources"] = .array(subresources) }
        return document
    }
}

/// The order in which the versions of a group are preferred. Source: the CustomResourceDefinition versioning rules.
enum VersionPriority {
    static func isPreferred(_ left: String, over right: String) -> Bool {
        guard let first = rank(left) else { return rank(right) == nil && left < right }
        guard let second = rank(right) else { return true }
        return first > second
    }

    /// Stability (2 stable, 1 beta, 0 alpha) and numbers; `nil` for names that follow no such scheme.
    private static func rank(_ version: String) -> (Int, Int, Int)? {
        guard version.hasPrefix("v") else { return nil }
        let rest = version.dropFirst()
        let major = rest.prefix { $0.isNumber }
        let suffix = rest.dropFirst(major.count)
        guard let number = Int(major) else { return nil }
        if suffix.isEmpty { return (2, number, 0) }
        for (stability, word) in [(1, "beta"), (0, "alpha")] where suffix.hasPrefix(word) {
            return Int(suffix.dropFirst(word.count)).map { (stability, number, $0) }
        }
        return nil
    }
}
