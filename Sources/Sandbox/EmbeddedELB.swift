import ControllerRuntime
import ELBEndpoint
import KubernetesClient
package import Logging

/// ELBv2 and the data plane of its load balancers, reachable over loopback sockets: what a sandbox contains, and what
/// `weir load-balancer` serves by itself for any cluster.
package final class EmbeddedELB: Sendable {
    /// The access key that an embedded ELBv2 endpoint takes.
    package static let accessKeyID = ELBEndpoint.Settings.sandboxAccessKeyID
    package static let secretAccessKey = ELBEndpoint.Settings.sandboxSecretAccessKey

    package let settings: LoadBalancingSettings
    /// `http://127.0.0.1:port` of the ELBv2 endpoint.
    package let url: String
    /// `http://127.0.0.1:port` of the control endpoint for tests; `nil` when there is none.
    package let controlURL: String?
    private let parts: LoadBalancerParts

    init(settings: LoadBalancingSettings, url: String, controlAddress: String?, parts: LoadBalancerParts) {
        self.settings = settings
        self.url = url
        controlURL = controlAddress.map { "http://\($0)" }
        self.parts = parts
    }

    /// Starts the endpoint and the data plane, runs `body` when both are there, and takes them down when `body` ends.
    ///
    /// - Throws: what `body` throws; or an `EndpointListenFailure` and the like when a part could not start or ended.
    package static func withRunning<Value: Sendable>(
        _ settings: LoadBalancingSettings, logger: Logger,
        _ body: @escaping @Sendable (EmbeddedELB) async throws -> Value
    ) async throws -> Value {
        let kept = try KeptLoadBalancers(
            folder: nil, settings: settings, now: WallClock().runtime.now, logger: logger)
        let parts = LoadBalancerParts(
            kept.store, settings: settings, translation: PodAddressTranslation(), logger: logger)
        return try await ServiceRun.run(parts.services) {
            let address = try await parts.address()
            let control = try await parts.controlAddress()
            return try await body(
                EmbeddedELB(settings: settings, url: "http://\(address)", controlAddress: control, parts: parts))
        }
    }

    /// The load balancers and where their listeners can be connected to, by name.
    package func loadBalancers() -> [SandboxLoadBalancer] { parts.loadBalancers() }

    /// The pod addresses to which some node of some load balancer would route a new request now, sorted.
    package func reachableAddresses() -> [String] { parts.reachableAddresses() }
}
