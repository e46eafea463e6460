import ClusterState
import Commands
import Foundation
import JSON
import KubernetesClient
import KubernetesModel
import Testing

@Suite("Manifests")
struct ManifestsTests {
    private let now = Timestamp(seconds: 1_767_225_600)

    @Test func `the printed YAML and JSON are the same definitions`() throws {
        let yaml = try YAMLDocuments.parse(try CustomResourceManifests.text(.yaml))
        let json = try JSONValue(parsing: try CustomResourceManifests.text(.json))
        #expect(yaml == CustomResourceManifests.definitions)
        #expect(json["items"] == .array(CustomResourceManifests.definitions))
        #expect(json["kind"] == "List")
    }

    @Test(arguments: CustomResourceManifests.definitions)
    func `a definition is small enough for kubectl to remember it in an annotation`(definition: JSONValue) {
        // `kubectl apply` keeps the whole manifest in one annotation; all annotations together may have 262,144 bytes.
        #expect(definition.text.utf8.count < 262_144 / 4)
    }

    @Test(arguments: CustomResourceManifests.definitions)
    func `a definition is accepted, and its objects have the names that tools expect`(definition: JSONValue) {
        var cluster = ClusterState(now: now, seed: 1)
        let name = KubernetesObject(definition).name
        let kind = ResourceKind.customResourceDefinition
        func request(_ verb: APIRequest.Verb, name: String = "", body: JSONValue? = nil) -> APIRequest {
            APIRequest(
                verb, group: kind.group, version: kind.version, resource: kind.plural, name: name, body: body)
        }
        #expect(cluster.handle(request(.delete, name: name), now: now).isSuccess)
        let response = cluster.handle(request(.create, body: definition), now: now)
        #expect(response.code == 201, "\(response.document.text)")
        #expect(response.warnings == [])
        #expect(response.document.at("spec", "versions") == definition.at("spec", "versions"))
    }

    /// Definitions of others, in the files of the folder that `WEIR_PEER_CRDS` names.
    private static let peers: [String] = {
        guard let folder = ProcessInfo.processInfo.environment["WEIR_PEER_CRDS"] else { return [] }
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(folder)/\($0)" }
    }()

    @Test(
        .enabled(if: !peers.isEmpty, "WEIR_PEER_CRDS does not name a folder with the peers' definitions"),
        arguments: peers)
    func `the peers' definitions are accepted in place of Weir's`(file: String) throws {
        var cluster = ClusterState(now: now, seed: 1)
        let kind = ResourceKind.customResourceDefinition
        for definition in try YAMLDocuments.parse(try String(contentsOfFile: file, encoding: .utf8)) {
            let name = KubernetesObject(definition).name
            let delete = APIRequest(
                .delete, group: kind.group, version: kind.version, resource: kind.plural, name: name)
            _ = cluster.handle(delete, now: now)
            let create = APIRequest(
                .create, group: kind.group, version: kind.version, resource: kind.plural, body: definition)
            let response = cluster.handle(create, now: now)
            #expect(response.code == 201, "\(name): \(response.document.text.prefix(2_000))")
        }
    }
}
