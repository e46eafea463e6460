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
    /// ELBv2 and the load balancers.
    package let elb: EmbeddedELB

    fileprivate init(settings: SandboxSettings, kubernetesURL: String, elb: EmbeddedELB) {
        self.settings = settings
        self.kubernetesURL = kubernetesURL
        self.elb = elb
    }

    /// Starts everything, runs `body` when all of it can be reached, and takes everything down when `body` ends.
    ///
    /// - Throws: what `body` throws; `JournalFailure` when the data folder cannot be used; or `ListenFailure` and the
    ///   like when a part could not start or ended early.
    package static func withRunning<Value: Sendable>(
        _ settings: SandboxSettings, logger: Logger, _ body: @escaping @Sendable (Sandbox) async throws -> Value
    ) async throws -> Value {
        let translation = PodAddressTranslation()
        let world = try await KeptWorld.open(settings, logger: logger)
        let claim: PodNetworkClaim
        do {
            claim = try await PodNetworkClaim.take(
                try await world.nodeNumbers(SandboxParts.nodeCount), translation: translation,
                on: MultiThreadedEventLoopGroup.singleton)
        } catch {
            await world.close()
            throw error
        }
        do {
            let parts = SandboxParts(
                world, settings: settings, nodeNumbers: claim.numbers, translation: translation, logger: logger)
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
        try await ServiceRun.run(parts.services) {
            let (kubernetes, elb) = try await parts.addresses()
            let balancing = EmbeddedELB(
                settings: settings.loadBalancing, url: "http://\(elb)",
                controlAddress: try await parts.balancing.controlAddress(), parts: parts.balancing)
            let sandbox = Sandbox(settings: settings, kubernetesURL: "http://\(kubernetes)", elb: balancing)
            return try await body(sandbox)
        }
    }
}

extension Sandbox {
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
}
