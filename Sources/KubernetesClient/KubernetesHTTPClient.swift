import AsyncHTTPClient
package import ControllerRuntime
package import JSON
package import KubernetesModel
package import Logging
import NIOCore
import Planning

/// A Kubernetes API server reached over the network.
///
/// Nothing is sent twice, except once more after a 401, with a fresh credential: a write whose answer got lost may have
/// been done, and only the caller, who looks at the world again, knows what to do then.
///
/// Lists come in pages; watches hold one connection each, ask for bookmarks, end after a random five to ten minutes
/// (the caller resumes from the last version it has seen), and end when the connection has been silent for too long.
/// Cancelling the task that iterates a watch closes its connection. `shutdown()` must be called before the last
/// reference goes away.
package final class KubernetesHTTPClient: KubernetesAPI {
    private let transport: Transport
    private let discovery: Discovery

    /// A client that connects when the first request is made.
    ///
    /// - Throws: `ConfigurationError` for certificates or keys that cannot be used.
    package convenience init(
        _ configuration: ClientConfiguration, rules: SendingRules = SendingRules(), logger: Logger
    ) throws {
        var limits = Transport.Limits()
        if let limit = configuration.requestLimit { limits.request = .microseconds(limit.wholeMicroseconds) }
        try self.init(
            configuration, credentials: CredentialSource(configuration.credential), limits: limits, rules: rules,
            logger: logger)
    }

    init(
        _ configuration: ClientConfiguration, credentials: CredentialSource, limits: Transport.Limits,
        rules: SendingRules = SendingRules(), logger: Logger
    ) throws {
        let transport = try Transport(
            configuration, credentials: credentials, limits: limits, rules: rules, logger: logger)
        self.transport = transport
        discovery = Discovery(logger: logger) { try await transport.send(ClientRequest(method: .get, path: $0)) }
    }

    /// The configuration in use.
    package var configuration: ClientConfiguration { transport.configuration }

    /// Closes all connections, those of watches included.
    package func shutdown() async throws {
        try await transport.shutdown()
    }

    package func perform(_ write: KubernetesWrite) async throws -> KubernetesObject? {
        let document: JSONValue
        if case .evict(let key) = write {
            let request = ClientRequest(evict: key, version: try await discovery.evictionVersion())
            document = try await transport.send(request)
        } else {
            let form = try await discovery.form(of: write.kind)
            document = try await transport.send(ClientRequest(write.addressed(to: form)))
            if document["kind"]?.stringValue == form.kind {
                return KubernetesObject(document).converted(from: form, to: write.kind)
            }
        }
        if document["kind"]?.stringValue == "Status", document["status"]?.stringValue == "Success" { return nil }
        return KubernetesObject(document)
    }

    package func get(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubernetesObject {
        let form = try await discovery.form(of: kind)
        let document = try await transport.send(ClientRequest(get: form, key))
        return KubernetesObject(document).converted(from: form, to: kind)
    }

    package func list(_ kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList {
        let form = try await discovery.form(of: kind)
        do {
            return try await pages(of: form, as: kind, scope)
        } catch let failure as KubernetesFailure where failure.isNotFound {
            // A kind that is served has a list, empty or not, even in a namespace that does not exist.
            discovery.forget()
            throw KindNotServed(kind)
        }
    }

    /// Reads page after page. When the version the pages are of has expired on the way, everything is read at once:
    /// pages would expire again.
    private func pages(of form: ResourceKind, as kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList {
        var list = ObjectList(items: [], resourceVersion: "")
        var token = ""
        let limit = transport.limits.pageObjects
        repeat {
            let page: JSONValue
            do {
                page = try await transport.send(ClientRequest(list: form, scope, token: token, limit: limit))
            } catch let failure as KubernetesFailure where failure.isGone && !token.isEmpty {
                list.items = []
                page = try await transport.send(ClientRequest(list: form, scope, token: "", limit: nil))
            }
            for item in page["items"]?.arrayValue ?? [] {
                list.items.append(scope.kept.selecting(from: KubernetesObject(item).converted(from: form, to: kind)))
            }
            list.resourceVersion = page.at("metadata", "resourceVersion")?.stringValue ?? list.resourceVersion
            token = page.at("metadata", "continue")?.stringValue ?? ""
        } while !token.isEmpty
        return list
    }

    package func watch(
        _ kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        let form = try await discovery.form(of: kind)
        let seconds = Int.random(in: transport.limits.watchSeconds)
        let request = ClientRequest(watch: form, scope, from: resourceVersion, seconds: seconds)
        do {
            let response = try await transport.start(request, deadline: .now() + .seconds(Int64(seconds + 30)))
            return WatchConnection.events(response, of: form, as: kind, request, transport)
        } catch let failure as KubernetesFailure where failure.isNotFound {
            // The caller lists again, and finds the version that is served now.
            discovery.forget()
            throw KubernetesFailure.expired("watch \(request.path): \(failure.message)")
        }
    }

    /// Reads any path of the server as it is: `/version`, `/apis/argoproj.io/v1alpha1`.
    ///
    /// - Throws: as the other methods.
    package func read(path: String) async throws -> JSONValue {
        try await transport.send(ClientRequest(method: .get, path: path))
    }
}
