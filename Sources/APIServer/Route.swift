/// What a path of the API server stands for.
enum Route: Hashable, Sendable {
    /// `/`: the list of paths.
    case index
    /// `/healthz`, `/livez`, `/readyz` and their single checks.
    case health
    case version
    case openAPIv2
    /// The list of documents, or the document of one group and version.
    case openAPIv3(groupVersion: String?)
    /// `/api`, `/apis`, `/apis/{group}`, `/api/v1`, `/apis/{group}/{version}`.
    case discovery
    case resource(ResourcePath)
    case unknown

    init(_ segments: [String]) {
        switch segments.first {
        case nil: self = .index
        case "healthz", "livez", "readyz":
            self = segments.count == 1 || (segments.count == 2 && segments[1] == "ping") ? .health : .unknown
        case "version" where segments.count == 1: self = .version
        case "openapi": self = Self.openAPI(segments.dropFirst())
        case "api": self = Self.api(group: "", segments.dropFirst())
        case "apis":
            guard segments.count > 2 else {
                self = .discovery
                return
            }
            self = Self.api(group: segments[1], segments.dropFirst(2))
        default: self = .unknown
        }
    }

    private static func openAPI(_ rest: ArraySlice<String>) -> Route {
        switch rest.first {
        case "v2" where rest.count == 1: .openAPIv2
        case "v3": .openAPIv3(groupVersion: rest.count == 1 ? nil : rest.dropFirst().joined(separator: "/"))
        default: .unknown
        }
    }

    private static func api(group: String, _ rest: ArraySlice<String>) -> Route {
        guard let version = rest.first, rest.count > 1 else { return .discovery }
        return .resource(ResourcePath(group: group, version: version, Array(rest.dropFirst())))
    }
}

/// A path under a group and version: a collection, an object or a subresource.
///
/// Source: `k8s.io/apiserver/pkg/endpoints/request` RequestInfo.
struct ResourcePath: Hashable, Sendable {
    var group: String
    var version: String
    /// Empty for cluster-scoped paths.
    var namespace = ""
    /// The plural name.
    var resource = ""
    /// Empty for collections.
    var name = ""
    /// What follows the name; `status`, `log`, `proxy/path`. Empty for the object itself.
    var subresource = ""
    /// Whether the path begins with the old `/watch/` prefix.
    var isWatch = false

    /// - Parameter segments: what follows the version, at least one.
    init(group: String, version: String, _ segments: [String]) {
        self.group = group
        self.version = version
        var rest = segments[...]
        if rest.first == "watch", rest.count > 1 {
            isWatch = true
            rest = rest.dropFirst()
        }
        if rest.first == "namespaces", rest.count > 2 {
            let third = rest[rest.startIndex + 2]
            if !(group.isEmpty && rest.count == 3 && (third == "status" || third == "finalize")) {
                namespace = rest[rest.startIndex + 1]
                rest = rest.dropFirst(2)
            }
        }
        resource = rest.popFirst() ?? ""
        name = rest.popFirst() ?? ""
        subresource = rest.joined(separator: "/")
    }
}
