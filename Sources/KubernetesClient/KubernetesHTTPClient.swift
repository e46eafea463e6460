import AsyncHTTPClient
package import ControllerRuntime
package import JSON
package import KubernetesModel
package import Logging
import NIOCore

/// A Kubernetes API server reached over the network.
///
/// Lists come in pages; watches hold one connection each, ask for bookmarks, end after a random five to ten minutes
/// (the caller resumes from the last version it has seen), and end when the connection has been silent for too long.
/// Cancelling the task that iterates a watch closes its connection. `shutdown()` must be called before the last
/// reference goes away.
package final class KubernetesHTTPClient: KubernetesAPI {
    /// How long the server is asked to keep a watch, in seconds. Source: client-go's reflector.
    static let watchSeconds = 300...600
    /// How often a list starts over when its pages expire.
    static let listRestartsMax = 3

    private let transport: Transport
    private let discovery: Discovery

    /// A client that connects when the first request is made.
    ///
    /// - Throws: `ConfigurationError` for certificates or keys that cannot be used.
    package convenience init(
        _ configuration: ClientConfiguration, rules: SendingRules = SendingRules(), logger: Logger
    ) throws {
        try self.init(
            configuration, credentials: CredentialSource(configuration.credential), limits: Transport.Limits(),
            rules: rules, logger: logger)
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
        var restarts = 0
        while true {
            do {
                return try await pages(of: form, as: kind, scope)
            } catch let failure as KubernetesFailure where failure.isGone && restarts < Self.listRestartsMax {
                restarts += 1
            } catch let failure as KubernetesFailure where failure.isNotFound {
                // A kind that is served has a list, empty or not, even in a namespace that does not exist.
                discovery.forget()
                throw KindNotServed(kind)
            }
        }
    }

    private func pages(of form: ResourceKind, as kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList {
        var list = ObjectList(items: [], resourceVersion: "")
        var token = ""
        repeat {
            let document = try await transport.send(ClientRequest(list: form, scope, token: token))
            for item in document["items"]?.arrayValue ?? [] {
                list.items.append(KubernetesObject(item).converted(from: form, to: kind))
            }
            list.resourceVersion = document.at("metadata", "resourceVersion")?.stringValue ?? list.resourceVersion
            token = document.at("metadata", "continue")?.stringValue ?? ""
        } while !token.isEmpty
        return list
    }

    package func watch(
        _ kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        let form = try await discovery.form(of: kind)
        let seconds = Int.random(in: Self.watchSeconds)
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
