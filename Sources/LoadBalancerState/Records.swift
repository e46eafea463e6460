import ELBModel
import KubernetesModel
import RequestRouting

/// A load balancer with what the API does not show.
struct LoadBalancerRecord: Sendable {
    var loadBalancer: LoadBalancer
    /// What was asked for, to recognise a repeated creation.
    var securityGroupsAsked: [String]
    var attributes: [String: String] = [:]
    /// Position in listings; never reused.
    var sequence: Int
    /// See `LoadBalancerState.slot(of:)`.
    var slot: Int
    var activeAt: Timestamp
    /// What has been sent to the nodes last; version 0.
    var published: DataPlaneConfiguration?
    var nodes: [NodeView]
}

/// A listener with its rules.
struct ListenerRecord: Sendable {
    /// Its default actions are those of the default rule.
    var listener: Listener
    var attributes: [String: String] = [:]
    /// The certificates beside the default one, in the order of their adding.
    var certificates: [String] = []
    /// In order of priority; the default rule is last and always there.
    var rules: [Rule]
    var sequence: Int
    /// When CreateRule finds it.
    var visibleAt: Timestamp

    /// The listener as the API shows it.
    var shown: Listener {
        var shown = listener
        shown.defaultActions = rules.last?.actions ?? []
        return shown
    }
}

/// A target group with its targets.
struct TargetGroupRecord: Sendable {
    /// Without load balancers, which follow from rules.
    var targetGroup: TargetGroup
    var attributes: [String: String] = [:]
    var targets = OrderedTable<TargetKey, TargetRecord>()
    var sequence: Int
    /// Until when it counts as in use after its last rule is gone.
    var releasedAt: Timestamp?
}

/// Targets are told apart by id and port.
struct TargetKey: Hashable, Sendable {
    var id: String
    var port: Int
}

/// A registered or draining target.
struct TargetRecord: Sendable {
    var key: TargetKey
    var availabilityZone: String?
    /// Where to connect to.
    var address: TargetAddress
    var phase: TargetPhase
    /// Since when it gets a rising share; `nil` for its full share.
    var slowStartSince: Timestamp?
    /// Whether it was healthy when it was deregistered.
    var wasHealthy = false
    /// Checks in a row with the result that would change the state.
    var streak = 0
    var nextCheckAt: Timestamp
    /// Tells this registration from earlier ones of the same target.
    var registration: UInt64
}

/// Where a target is between registration and removal.
enum TargetPhase: Equatable, Sendable {
    /// Its group is in no rule; goes to `registering`.
    case unused
    /// Goes to `checking` at that time.
    case registering(until: Timestamp)
    /// Waits for its first check to pass; goes to `healthy` or `unhealthy`.
    case checking
    /// Goes to `unhealthy`.
    case healthy
    /// Goes to `healthy`.
    case unhealthy(TargetHealth.Reason, String)
    /// Is gone at that time.
    case draining(until: Timestamp)
}
