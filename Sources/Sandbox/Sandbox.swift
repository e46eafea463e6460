package import KubernetesClient
package import Logging
import NIOPosix

/// A cluster, ELBv2, an ALB data plane and a node in this process, reachable over loopback sockets only.
///
/// It exists while `withRunning` runs its body. Weir's controllers are not part of it; they connect like any client.
package final class Sandbox: Sendable {
    package let settings: SandboxSettings
    /// `http://127.0.0.1:port` of the API server.
    package let kubernetesURL: String
    /// `http://127.0.0.1:port` of the ELBv2 endpoint.
    package let elbURL: String
    private let parts: SandboxParts

    fileprivate init(settings: SandboxSettings, kubernetesURL: String, elbURL: String, parts: SandboxParts) {
        self.settings = settings
        self.kubernetesURL = kubernetesURL
        self.elbURL = elbURL
        self.parts = parts
    }

    /// Starts everything, runs `body` when all of it can be reached, and takes everything down when `body` ends.
    ///
    /// - Throws: what `body` throws; or `ListenFailure` and the like when a part could not start or ended early.
    package static func withRunning<Value: Sendable>(
        _ settings: SandboxSettings, logger: Logger, _ body: @escaping @Sendable (Sandbox) async throws -> Value
    ) async throws -> Value {
        let translation = PodAddressTranslation()
        let claim = try await PodNetworkClaim.take(
            SandboxParts.nodeCount, translation: translation, on: MultiThreadedEventLoopGroup.singleton)
        do {
            let parts = try SandboxParts(
                settings: settings, nodeNumbers: claim.numbers, translation: translation, logger: logger)
            let value = try await run(parts, settings, body)
            await claim.release()
            return value
        } catch {
            await claim.release()
            throw error
        }
    }

    private static func run<Value: Sendable>(
        _ parts: SandboxParts, _ settings: SandboxSettings, _ body: @escaping @Sendable (Sandbox) async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            for service in parts.services {
                group.addTask {
                    try await service()
                    return nil
                }
            }
            group.addTask {
                let (kubernetes, elb) = try await parts.addresses()
                let sandbox = Sandbox(
                    settings: settings, kubernetesURL: "http://\(kubernetes)", elbURL: "http://\(elb)", parts: parts)
                return try await body(sandbox)
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}

extension Sandbox {
    /// The access key that the ELBv2 endpoint takes.
    package var accessKeyID: String { SandboxParts.accessKeyID }
    package var secretAccessKey: String { SandboxParts.secretAccessKey }

    /// How a client reaches the API server.
    package var clientConfiguration: ClientConfiguration {
        get {
            guard let server = ServerAddress(parsing: kubernetesURL) else {
                preconditionFailure("\(kubernetesURL) was made by this sandbox and is a URL")
            }
            return ClientConfiguration(source: "the sandbox", server: server)
        }
    }

    /// A kubeconfig for kubectl.
    package var kubeconfig: String { Kubeconfig.text(name: "weir-sandbox", server: kubernetesURL) }

    /// The load balancers and where their listeners can be connected to, by name.
    package func loadBalancers() -> [SandboxLoadBalancer] { parts.loadBalancers() }

    /// The pod addresses to which some node of some load balancer would route a new request now, sorted.
    package func reachableAddresses() -> [String] { parts.reachableAddresses() }
}

/// A load balancer as the sandbox's users see it.
package struct SandboxLoadBalancer: Equatable, Sendable {
    package struct Listener: Equatable, Sendable {
        package var port: Int
        package var `protocol`: String
        /// `host:port` to connect to; `nil` while it is not served.
        package var address: String?
    }

    package var name: String
    package var arn: String
    package var dnsName: String
    package var listeners: [Listener]
}
