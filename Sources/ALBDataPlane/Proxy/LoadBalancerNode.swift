import ELBModel
import RequestRouting
import Synchronization

/// One node of a load balancer: its view of the rules and its own random choices.
final class LoadBalancerNode: Sendable {
    private struct State {
        var router: RequestRouter
        var configuration: DataPlaneConfiguration
    }

    /// From 0.
    let number: Int
    private let state: Mutex<State>

    init(number: Int, router: RequestRouter, configuration: DataPlaneConfiguration) {
        self.number = number
        state = Mutex(State(router: router, configuration: configuration))
    }

    /// What this node knows now.
    var configuration: DataPlaneConfiguration {
        get { state.withLock { $0.configuration } }
        set { state.withLock { $0.configuration = newValue } }
    }

    /// The decision about a request and the settings it was made with; `nil` when the node has no such listener.
    func route(_ head: RequestHead, listenerPort: Int, nowSeconds: Int64) -> (RoutingDecision, DataPlaneSettings)? {
        state.withLock { state in
            let decision = state.router.route(
                head, listenerPort: listenerPort, in: state.configuration, nowSeconds: nowSeconds)
            return decision.map { ($0, state.configuration.settings) }
        }
    }

    /// Tells the router that a forwarded request has ended.
    func finished(_ target: TargetAddress) {
        state.withLock { $0.router.finished(target) }
    }
}
