import ClusterState
import JSON
import KubernetesModel

/// The OpenAPI documents: which kinds take which parameters, their fields and types, and how their lists merge.
///
/// Clients explain, check and merge by them, so that a field that were missing would be refused and a list without its
/// key replaced.
struct OpenAPIReply {
    private let store: ClusterStore

    init(_ store: ClusterStore) {
        self.store = store
    }

    /// `/openapi/v2`, as JSON or as the protobuf form of the same document.
    func version2(accept: String) -> Reply {
        let types = accept.split(separator: ",").compactMap { MediaType($0)?.type }
        if types.contains(where: { $0.hasPrefix("application/com.github.proto-openapi.spec.v2") }) {
            let kinds = documentNames.flatMap { self.kinds(in: $0) ?? [] }
            let schemas = OpenAPISchemas(prefix: "#/definitions/", custom: customSchemas).named(for: kinds)
            let bytes = OpenAPIProtobuf.document(version: ClusterState.gitVersion, kinds: kinds, schemas: schemas)
            return Reply(200, contentType: OpenAPIProtobuf.contentType, bytes: bytes)
        }
        guard types.isEmpty || types.contains(where: Self.jsonTypes.contains) else { return Reply(406, text: "") }
        let kinds = documentNames.flatMap { self.kinds(in: $0) ?? [] }
        var definitions = JSONObject()
        for (name, schema) in OpenAPISchemas(prefix: "#/definitions/", custom: customSchemas).named(for: kinds) {
            definitions[name] = schema
        }
        let document: JSONValue = [
            "swagger": "2.0", "info": Self.info, "paths": [:], "definitions": .object(definitions),
        ]
        return Reply(200, document, pretty: false)
    }

    private static let jsonTypes: Set<String> = ["*/*", "application/*", "application/json"]

    /// `/openapi/v3`, or the document of one group and version such as `apis/apps/v1`.
    func version3(_ name: String?) -> Reply {
        guard let name else { return Reply(200, index, pretty: false) }
        guard let kinds = kinds(in: name) else { return .unknownPath }
        return Reply(200, OpenAPIDocument(kinds: kinds, schemas: customSchemas).json, pretty: false)
    }

    static let info: JSONValue = ["title": "Kubernetes", "version": .string(ClusterState.gitVersion)]

    private var index: JSONValue {
        var paths: JSONValue = [:]
        for name in documentNames {
            // The hash makes clients keep the document for ever; the version of the store is never the same twice.
            let url = "/openapi/v3/\(name)?hash=\(store.currentResourceVersion)"
            paths[name] = ["serverRelativeURL": .string(url)]
        }
        return ["paths": paths]
    }

    /// `api/v1` and every `apis/{group}/{version}`.
    private var documentNames: [String] {
        var names = ["api/v1"]
        for group in store.discovery(path: "/apis")?["groups"]?.arrayValue ?? [] {
            for version in group["versions"]?.arrayValue ?? [] {
                guard let text = version["groupVersion"]?.stringValue else { continue }
                names.append("apis/\(text)")
            }
        }
        return names
    }

    /// The kinds of one group and version; `nil` when nothing is served there.
    private func kinds(in document: String) -> [OpenAPIKind]? {
        let resources = store.discovery(path: "/\(document)")?["resources"]?.arrayValue
        return resources?.compactMap { OpenAPIKind($0, document: document) }
    }

    /// The schemas of custom resources, by `group/version/Kind`.
    private var customSchemas: [String: JSONValue] {
        let request = APIRequest(.list, group: "apiextensions.k8s.io", resource: "customresourcedefinitions")
        var schemas: [String: JSONValue] = [:]
        for definition in store.handle(request).document["items"]?.arrayValue ?? [] {
            let group = definition.at("spec", "group")?.stringValue ?? ""
            let kind = definition.at("spec", "names", "kind")?.stringValue ?? ""
            for version in definition.at("spec", "versions")?.arrayValue ?? [] {
                let name = version["name"]?.stringValue ?? ""
                schemas["\(group)/\(name)/\(kind)"] = version.at("schema", "openAPIV3Schema")
            }
        }
        return schemas
    }
}
