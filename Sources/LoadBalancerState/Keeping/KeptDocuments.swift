import ELBModel
import KubernetesModel
import RequestRouting

/// What is kept of a load balancer: all but the views of its nodes, which are made anew.
struct KeptLoadBalancer: WireStructure {
    var loadBalancer = LoadBalancer.blank
    var securityGroupsAsked: [String] = []
    var attributes: [Attribute] = []
    var sequence = 0
    var slot = 0
    /// Microseconds since the epoch, as all times here.
    var activeAt = 0

    static var blank: Self { Self() }

    mutating func map(_ wire: inout WireMapper) {
        wire.field("loadBalancer", &loadBalancer)
        wire.field("securityGroupsAsked", &securityGroupsAsked)
        wire.field("attributes", &attributes)
        wire.required("sequence", &sequence)
        wire.required("slot", &slot)
        wire.required("activeAt", &activeAt)
    }
}

/// What is kept of a listener.
struct KeptListener: WireStructure {
    var listener = Listener.blank
    var certificates: [String] = []
    var attributes: [Attribute] = []
    var rules: [Rule] = []
    var sequence = 0
    var visibleAt = 0

    static var blank: Self { Self() }

    mutating func map(_ wire: inout WireMapper) {
        wire.field("listener", &listener)
        wire.field("certificates", &certificates)
        wire.field("attributes", &attributes)
        wire.required("rules", &rules)
        wire.required("sequence", &sequence)
        wire.required("visibleAt", &visibleAt)
    }
}

/// What is kept of a target group.
struct KeptTargetGroup: WireStructure {
    var targetGroup = TargetGroup.blank
    var attributes: [Attribute] = []
    var targets: [KeptTarget] = []
    var sequence = 0
    var releasedAt: Int?

    static var blank: Self { Self() }

    mutating func map(_ wire: inout WireMapper) {
        wire.field("targetGroup", &targetGroup)
        wire.field("attributes", &attributes)
        wire.field("targets", &targets)
        wire.required("sequence", &sequence)
        wire.field("releasedAt", &releasedAt)
    }
}

/// What is kept of a target: its state, but not how many checks in a row would change it.
struct KeptTarget: WireStructure {
    var id = ""
    var port = 0
    var availabilityZone: String?
    var host = ""
    var hostPort = 0
    var registration = ""
    var phase = ""
    /// Of the phases that end by themselves.
    var until: Int?
    /// Of an unhealthy target.
    var reason: TargetHealth.Reason?
    var details: String?

    static var blank: Self { Self() }

    mutating func map(_ wire: inout WireMapper) {
        wire.required("id", &id)
        wire.required("port", &port)
        wire.field("availabilityZone", &availabilityZone)
        wire.required("host", &host)
        wire.required("hostPort", &hostPort)
        wire.required("registration", &registration)
        wire.required("phase", &phase)
        wire.field("until", &until)
        wire.field("reason", &reason)
        wire.field("details", &details)
    }
}

/// What is kept of the tags of one resource.
struct KeptTags: WireStructure {
    var tags: [Tag] = []

    static var blank: Self { Self() }

    mutating func map(_ wire: inout WireMapper) {
        wire.field("tags", &tags)
    }
}

/// The numbers from which the next ids follow; those of 64 bits are text without a sign.
struct KeptCounters: WireStructure {
    var generator = ""
    var sequence = 0
    var registration = ""
    var version = ""

    static var blank: Self { Self() }

    mutating func map(_ wire: inout WireMapper) {
        wire.required("generator", &generator)
        wire.required("sequence", &sequence)
        wire.required("registration", &registration)
        wire.required("version", &version)
    }
}

extension KeptTarget {
    init(_ record: TargetRecord) {
        id = record.key.id
        port = record.key.port
        availabilityZone = record.availabilityZone
        host = record.address.host
        hostPort = record.address.port
        registration = String(record.registration)
        switch record.phase {
        case .unused: phase = "unused"
        case .registering(let time): (phase, until) = ("registering", Int(time.microseconds))
        case .checking: phase = "checking"
        case .healthy: phase = "healthy"
        case .unhealthy(let reason, let details): (phase, self.reason, self.details) = ("unhealthy", reason, details)
        case .draining(let time): (phase, until) = ("draining", Int(time.microseconds))
        }
    }

    /// The target, to be checked at once; `nil` when this is not what `init` made of one.
    var record: TargetRecord? {
        guard let registration = UInt64(registration), let phase = recordedPhase else { return nil }
        return TargetRecord(
            key: TargetKey(id: id, port: port), availabilityZone: availabilityZone,
            address: TargetAddress(host: host, port: hostPort), phase: phase,
            nextCheckAt: Timestamp(microseconds: 0), registration: registration)
    }

    private var recordedPhase: TargetPhase? {
        let time = until.map { Timestamp(microseconds: Int64($0)) }
        switch phase {
        case "unused": return .unused
        case "registering": return time.map { .registering(until: $0) }
        case "checking": return .checking
        case "healthy": return .healthy
        case "unhealthy": return reason.map { .unhealthy($0, details ?? "") }
        case "draining": return time.map { .draining(until: $0) }
        default: return nil
        }
    }
}
