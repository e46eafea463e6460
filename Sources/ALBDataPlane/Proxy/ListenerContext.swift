import ELBModel
import KubernetesModel
package import RequestRouting
import Synchronization

/// Translates a target's registered address into the one to connect to; the identity outside the sandbox.
package typealias Dialer = @Sendable (TargetAddress) -> TargetAddress

/// What all connections share.
struct ProxyEnvironment: Sendable {
    /// Wall time.
    var now: @Sendable () -> Timestamp
    /// Registered address to wire address.
    var dialer: Dialer
    /// Gets every finished request, on an event loop; must not wait.
    var observer: @Sendable (TrafficRecord) -> Void
    /// How long a connection to a target may take to be established. An Application Load Balancer waits 10 s.
    var connectTimeout: Duration = .seconds(10)
}

/// A listener as its connections see it.
final class ListenerContext: Sendable {
    let loadBalancer: LoadBalancerARN
    let listener: ListenerARN
    /// The port in the API, which may differ from the one it is served on.
    let port: Int
    /// At least one; a connection stays with the node that accepted it.
    let nodes: [LoadBalancerNode]
    let environment: ProxyEnvironment
    private let nextNode = Atomic<Int>(0)

    init(
        loadBalancer: LoadBalancerARN, listener: ListenerARN, port: Int, nodes: [LoadBalancerNode],
        environment: ProxyEnvironment
    ) {
        self.loadBalancer = loadBalancer
        self.listener = listener
        self.port = port
        self.nodes = nodes
        self.environment = environment
    }

    /// The node for a new connection, one after the other, as DNS hands out their addresses.
    func pickNode() -> LoadBalancerNode {
        let turn = nextNode.add(1, ordering: .relaxed).oldValue
        return nodes[(turn & Int.max) % nodes.count]
    }
}
