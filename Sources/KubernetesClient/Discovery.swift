import JSON
import KubernetesModel
import Logging
import Synchronization

/// In which versions the API server serves the kinds that Weir knows in several.
///
/// It is asked when such a kind is first used, and again when the server has said that it does not know an answer's
/// version any more: a cluster may be upgraded while this program runs.
final class Discovery: Sendable {
    /// One entry of an `APIResourceList`.
    struct Resource: Hashable, Sendable {
        /// `endpointslices`, `pods/eviction`.
        var name: String
        /// Set where it differs from the list's own version.
        var version: String
    }

    private let lists = Mutex<[String: Set<Resource>]>([:])
    private let read: @Sendable (_ path: String) async throws -> JSONValue
    private let logger: Logger

    /// - Parameter read: GETs a path of the API server.
    init(logger: Logger, read: @escaping @Sendable (_ path: String) async throws -> JSONValue) {
        self.logger = logger
        self.read = read
    }

    /// The form in which the server serves a kind: the first of `servedForms` that it has.
    ///
    /// - Throws: `KindNotServed` when it has none of several; what `read` throws.
    func form(of kind: ResourceKind) async throws -> ResourceKind {
        let forms = kind.servedForms
        guard forms.count > 1 else { return kind }
        for form in forms {
            let resources = try await resources("/apis/\(form.group)/\(form.version)")
            if resources.contains(where: { $0.name == form.plural }) { return form }
        }
        throw KindNotServed(kind)
    }

    /// The version of group `policy` in which a pod's `eviction` subresource takes its body.
    func evictionVersion() async throws -> String {
        let eviction = try await resources("/api/v1").first { $0.name == "pods/eviction" }
        guard let version = eviction?.version, !version.isEmpty else { return "v1" }
        return version
    }

    /// Forgets everything, because an answer has shown that it is not true any more.
    func forget() {
        lists.withLock { $0 = [:] }
    }

    private func resources(_ path: String) async throws -> Set<Resource> {
        if let known = lists.withLock({ $0[path] }) { return known }
        var found: Set<Resource> = []
        do {
            for entry in try await read(path)["resources"]?.arrayValue ?? [] {
                guard let name = entry["name"]?.stringValue else { continue }
                found.insert(Resource(name: name, version: entry["version"]?.stringValue ?? ""))
            }
        } catch let failure as KubernetesFailure where failure.isNotFound {
            logger.debug("api version not served", metadata: ["path": "\(path)"])
        }
        lists.withLock { $0[path] = found }
        return found
    }
}
