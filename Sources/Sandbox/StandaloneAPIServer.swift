import APIServer
package import ClusterState
import ControllerRuntime
import KubernetesClient
import KubernetesModel
package import Logging

/// The embedded API server without nodes and load balancers, alone or with the controllers that every cluster has.
///
/// It exists while `withRunning` runs its body.
package struct StandaloneAPIServer: Sendable {
    /// `http://127.0.0.1:port`.
    package let url: String

    /// Serves a new, empty cluster or the one that a folder keeps, runs `body` when it can be reached, and stops when
    /// `body` ends.
    ///
    /// - Parameters:
    ///   - port: 0 lets the system choose.
    ///   - seed: determines every uid and generated name.
    ///   - dataFolder: where the cluster is kept across restarts; `nil` keeps it in memory only.
    ///   - hasControllers: whether the controllers of a controller manager act on the objects.
    ///   - clientTimeout: how long a client may take for the body of a request, or to read an answer.
    /// - Throws: what `body` throws; `ListenFailure` when the port cannot be listened at; `JournalFailure` when the
    ///   folder cannot be used.
    package static func withRunning<Value: Sendable>(
        port: Int, seed: UInt64, dataFolder: String? = nil, hasControllers: Bool = false,
        clientTimeout: Duration = APIServer.clientTimeout, logger: Logger,
        _ body: @escaping @Sendable (StandaloneAPIServer) async throws -> Value
    ) async throws -> Value {
        let clock = WallClock().runtime
        let cluster = try KeptCluster(
            folder: dataFolder, makeNew: { ClusterState(now: clock.now(), seed: seed) }, now: clock.now, logger: logger)
        return try await withRunning(
            cluster.store, port: port, services: cluster.services, hasControllers: hasControllers,
            clientTimeout: clientTimeout, logger: logger, body)
    }

    /// Serves `store`, runs `body` when it can be reached, and stops when `body` ends.
    ///
    /// - Parameter services: run beside it until then.
    package static func withRunning<Value: Sendable>(
        _ store: ClusterStore, port: Int, services: [@Sendable () async throws -> Void] = [],
        hasControllers: Bool = false, clientTimeout: Duration = APIServer.clientTimeout, logger: Logger,
        _ body: @escaping @Sendable (StandaloneAPIServer) async throws -> Value
    ) async throws -> Value {
        let address = FirstValue<APIServer.Address>()
        store.callWebhooks(by: WebhookClient())
        let server = APIServer(
            store: store, address: APIServer.Address(port: port), clientTimeout: clientTimeout,
            yaml: SandboxParts.readYAML,
            now: WallClock().runtime.now, logger: logger, onListening: { address.set($0) })
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await ServerTask(logger: logger, server: { try await server.run() }).run()
                return nil
            }
            for service in services {
                group.addTask {
                    try await service()
                    return nil
                }
            }
            if hasControllers {
                let controllers = BuiltInControllers(
                    api: StoreAPI(store), clock: WallClock().runtime, logger: logger, isScheduling: false)
                group.addTask {
                    await controllers.run()
                    return nil
                }
            }
            group.addTask { try await body(StandaloneAPIServer(url: "http://\(try await address.value())")) }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }

    /// A kubeconfig for kubectl.
    package var kubeconfig: String { Kubeconfig.text(name: "weir", server: url) }
}

/// Kubeconfigs for servers that ask for no credentials.
enum Kubeconfig {
    /// - Parameters:
    ///   - name: of the cluster, the user and the context.
    ///   - server: a URL.
    static func text(name: String, server: String) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: \(name)
        clusters:
        - name: \(name)
          cluster:
            server: \(server)
        users:
        - name: \(name)
          user: {}
        contexts:
        - name: \(name)
          context:
            cluster: \(name)
            user: \(name)
            namespace: default

        """
    }
}
