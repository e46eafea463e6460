import JSON

/// `spec.strategy.canary.pingPong`: two Services that take turns at being stable, so that a promotion needs no
/// Service to change its selector.
package struct PingPong: Hashable, Sendable {
    package var pingService: String
    package var pongService: String

    package init(pingService: String, pongService: String) {
        self.pingService = pingService
        self.pongService = pongService
    }

    /// One of the two: the value of `status.canary.stablePingPong`.
    package enum Side: String, Hashable, Sendable {
        case ping
        case pong

        package var other: Side { self == .ping ? .pong : .ping }
    }

    /// The Services by their roles. Source: argo-rollouts takes pong for the stable one while the status is empty.
    ///
    /// - Parameter stable: which of the two is stable; `nil` before the first promotion.
    package func services(stable: Side?) -> RoutedServices {
        stable == .ping
            ? RoutedServices(canary: pongService, stable: pingService)
            : RoutedServices(canary: pingService, stable: pongService)
    }
}

/// The two Services between which a load balancer splits the traffic.
package struct RoutedServices: Hashable, Sendable {
    /// The new version's; empty when none is named.
    package var canary: String
    /// The former version's; empty when none is named.
    package var stable: String

    package init(canary: String, stable: String) {
        self.canary = canary
        self.stable = stable
    }
}

extension PingPong {
    init(_ reader: FieldReader) throws(FieldError) {
        self.init(
            pingService: try reader.string("pingService"), pongService: try reader.string("pongService"))
    }
}

extension CanaryStrategy {
    /// The Services whose weights are written.
    package func routed(stable: PingPong.Side?) -> RoutedServices {
        pingPong?.services(stable: stable) ?? RoutedServices(canary: canaryService, stable: stableService)
    }
}
