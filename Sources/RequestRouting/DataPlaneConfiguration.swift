package import ELBModel

/// What one node of a load balancer knows: all that is needed to route a request, without the API's bookkeeping.
package struct DataPlaneConfiguration: Equatable, Sendable {
    /// Rises whenever this node's view changes; never repeats for a load balancer.
    package var version: UInt64
    /// Whose view it is.
    package var loadBalancer: LoadBalancerARN
    /// The name that clients connect to.
    package var dnsName: String
    /// The zone that the node is in; `nil` when it does not matter.
    package var zone: String?
    /// The load balancer's attributes as far as they matter to requests.
    package var settings: DataPlaneSettings
    /// In the order of their ports.
    package var listeners: [ListenerConfiguration]
    /// Every group that a rule names.
    package var targetGroups: [TargetGroupARN: TargetGroupConfiguration]

    /// Sets every part.
    package init(
        version: UInt64, loadBalancer: LoadBalancerARN, dnsName: String, settings: DataPlaneSettings = .init(),
        listeners: [ListenerConfiguration] = [], targetGroups: [TargetGroupARN: TargetGroupConfiguration] = [:]
    ) {
        self.version = version
        self.loadBalancer = loadBalancer
        self.dnsName = dnsName
        self.settings = settings
        self.listeners = listeners
        self.targetGroups = targetGroups
    }

    /// The listener of a port.
    package func listener(port: Int) -> ListenerConfiguration? { listeners.first { $0.port == port } }
}

/// A port that is served.
package struct ListenerConfiguration: Equatable, Sendable {
    /// Its identity.
    package var arn: ListenerARN
    /// 1...65535.
    package var port: Int
    /// HTTP or HTTPS.
    package var `protocol`: TrafficProtocol
    /// In the order of evaluation; the default rule is last.
    package var rules: [Rule]

    /// Sets every part.
    package init(arn: ListenerARN, port: Int, protocol: TrafficProtocol, rules: [Rule]) {
        self.arn = arn
        self.port = port
        self.protocol = `protocol`
        self.rules = rules
    }
}

/// The attributes of a load balancer that matter to requests.
package struct DataPlaneSettings: Equatable, Sendable {
    /// 1...4000 s without data until a connection is given up.
    package var idleTimeoutSeconds = 60
    /// 60...604800 s until a client's connection is closed after its next answer.
    package var clientKeepAliveSeconds = 3600
    /// What happens to X-Forwarded-For.
    package var forwardedFor = ForwardedForMode.append
    /// Whether X-Forwarded-For carries the client's port.
    package var forwardedForHasPort = false
    /// Whether the Host header is passed as it came.
    package var preservesHost = false
    /// Whether headers with invalid names are dropped.
    package var dropsInvalidHeaders = false
    /// Choices where AWS does not document what happens.
    package var choices = UndocumentedChoices()

    /// The API's defaults.
    package init() {}
}

/// `routing.http.xff_header_processing.mode`.
package enum ForwardedForMode: String, Sendable {
    /// The client's address is appended.
    case append
    /// The header stays as it came.
    case preserve
    /// The header is removed.
    case remove
}

/// A target group as a node sees it.
package struct TargetGroupConfiguration: Equatable, Sendable {
    /// Its identity.
    package var arn: TargetGroupARN
    /// HTTP or HTTPS.
    package var `protocol`: TrafficProtocol
    /// The HTTP version towards targets.
    package var protocolVersion: ProtocolVersion
    /// How a target is chosen.
    package var algorithm: BalancingAlgorithm
    /// Whether clients stay with their target.
    package var stickiness: TargetStickiness
    /// How long a target that has become healthy beside others gets a rising share, seconds; 0 for its full share at
    /// once.
    package var slowStartSeconds = 0
    /// Whether a node uses only the targets of its own zone.
    package var isZonal = false
    /// Fewer healthy targets than this make all of them eligible; at least 1.
    package var healthyCountMin: Int
    /// A smaller percentage of healthy targets than this makes all of them eligible; `nil` for off.
    package var healthyPercentMin: Int?
    /// In the order of registration. A target that is gone takes its open requests with it.
    package var targets: [RoutableTarget]

    /// Sets every part.
    package init(
        arn: TargetGroupARN, protocol: TrafficProtocol = .http, protocolVersion: ProtocolVersion = .http1,
        algorithm: BalancingAlgorithm = .roundRobin, stickiness: TargetStickiness = .off, healthyCountMin: Int = 1,
        healthyPercentMin: Int? = nil, targets: [RoutableTarget] = []
    ) {
        self.arn = arn
        self.protocol = `protocol`
        self.protocolVersion = protocolVersion
        self.algorithm = algorithm
        self.stickiness = stickiness
        self.healthyCountMin = healthyCountMin
        self.healthyPercentMin = healthyPercentMin
        self.targets = targets
    }
}

/// `load_balancing.algorithm.type`.
package enum BalancingAlgorithm: String, Sendable {
    /// One after the other.
    case roundRobin = "round_robin"
    /// The one with the fewest open requests.
    case leastOutstandingRequests = "least_outstanding_requests"
    /// Any, evenly.
    case weightedRandom = "weighted_random"
}

/// Whether clients stay with their target.
package enum TargetStickiness: Equatable, Sendable {
    /// They do not.
    case off
    /// By the load balancer's own cookie, for so many seconds.
    case balancerCookie(durationSeconds: Int)
    /// By a cookie that follows the application's cookie of that name, for so many seconds.
    case applicationCookie(name: String, durationSeconds: Int)
}

/// A target that requests may go to.
package struct RoutableTarget: Hashable, Sendable {
    /// Where it is.
    package var address: TargetAddress
    /// Whether it gets requests.
    package var state: State
    /// When its slow start began, seconds since 1970; `nil` without one.
    package var slowStartSince: Int64?
    /// The zone it was registered in; `nil` for every zone.
    package var zone: String?

    /// Sets every part.
    package init(_ address: TargetAddress, _ state: State, slowStartSince: Int64? = nil, zone: String? = nil) {
        self.address = address
        self.state = state
        self.slowStartSince = slowStartSince
        self.zone = zone
    }

    /// The part of a target's health that matters to requests.
    package enum State: Hashable, Sendable {
        /// No check has finished.
        case initial
        /// Gets requests.
        case healthy
        /// Gets requests only when too few others are healthy.
        case unhealthy
        /// Gets no new requests; open ones may finish.
        case draining
    }
}

/// An IP address and a port.
package struct TargetAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The address without brackets.
    package var host: String
    /// 1...65535.
    package var port: Int

    /// Sets both.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// `10.0.0.1:80` or `[2001:db8::1]:80`.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// By text of the address, then port.
    package static func < (left: Self, right: Self) -> Bool { (left.host, left.port) < (right.host, right.port) }
}
