import JSON

/// `spec.strategy.canary`, as far as Weir acts on it.
package struct CanaryStrategy: Hashable, Sendable {
    /// Empty when not given.
    package var canaryService = ""
    /// Empty when not given.
    package var stableService = ""
    package var steps: [CanaryStep] = []
    /// The fingerprint of `steps`.
    package var stepHash = StepHash.of(nil)
    /// `nil`: the share of the traffic is the share of the pods.
    package var alb: ALBTrafficRouting?
    /// Default 25 %.
    package var maxSurge = IntOrPercent.percent(25)
    /// Default 25 %.
    package var maxUnavailable = IntOrPercent.percent(25)
    /// `nil`: 30 s with traffic routing, 0 without.
    package var scaleDownDelaySeconds: Int?
    /// How many old ReplicaSets may wait for their delay; `nil` is no limit.
    package var scaleDownDelayRevisionLimit: Int?
    /// `nil`: 30 s with traffic routing, 0 without. An explicit 0 keeps an aborted canary up.
    package var abortScaleDownDelaySeconds: Int?
    package var dynamicStableScale = false
    /// The least pods of a ReplicaSet that has any; traffic routing only.
    package var minPodsPerReplicaSet: Int?
    package var replicaProgressThreshold: ProgressThreshold?
    /// `nil`: `canaryService` and `stableService` keep their roles.
    package var pingPong: PingPong?
    /// The names of header routes, in the order of their precedence; `nil` when the field is absent.
    package var managedRoutes: [String]?
    /// `nil`: the scheduler puts versions where it likes.
    package var antiAffinity: AntiAffinity?
    /// What the pods of a canary have, and those of the stable version.
    package var canaryMetadata = PodMetadata()
    package var stableMetadata = PodMetadata()

    /// When a step's pods are enough, instead of all of them.
    package enum ProgressThreshold: Hashable, Sendable {
        case percent(Int)
        case pods(Int)
    }

    package init() {}

    /// The delay before an old ReplicaSet that nothing reaches any more is scaled down.
    package var scaleDownDelay: Duration {
        .seconds(scaleDownDelaySeconds ?? (alb == nil ? 0 : 30))
    }

    /// The delay before an aborted canary is scaled down; `nil` keeps it up.
    package var abortScaleDownDelay: Duration? {
        switch abortScaleDownDelaySeconds {
        case 0: nil
        case let seconds?: .seconds(seconds)
        case nil: .seconds(alb == nil ? 0 : 30)
        }
    }

    /// The service after which the ALB action is named.
    package var actionService: String {
        guard let root = alb?.rootService, !root.isEmpty else { return stableService }
        return root
    }
}

extension CanaryStrategy {
    init(_ reader: FieldReader) throws(FieldError) {
        canaryService = try reader.string("canaryService")
        stableService = try reader.string("stableService")
        maxSurge = try reader.intOrPercent("maxSurge") ?? maxSurge
        maxUnavailable = try reader.intOrPercent("maxUnavailable") ?? maxUnavailable
        scaleDownDelaySeconds = try reader.int("scaleDownDelaySeconds")
        scaleDownDelayRevisionLimit = try reader.int("scaleDownDelayRevisionLimit")
        abortScaleDownDelaySeconds = try reader.int("abortScaleDownDelaySeconds")
        dynamicStableScale = try reader.bool("dynamicStableScale")
        minPodsPerReplicaSet = try reader.int("minPodsPerReplicaSet")
        if reader.has("replicaProgressThreshold") {
            let threshold = try reader.object("replicaProgressThreshold")
            guard let value = try threshold.int("value") else {
                throw FieldError(threshold.path("value"), .required, "the share or number of pods that is enough")
            }
            replicaProgressThreshold =
                try threshold.string("type") == "Percent" ? .percent(value) : .pods(value)
        }
        if reader.has("antiAffinity") { antiAffinity = try AntiAffinity(try reader.object("antiAffinity")) }
        canaryMetadata = try PodMetadata(try reader.object("canaryMetadata"))
        stableMetadata = try PodMetadata(try reader.object("stableMetadata"))
        let list = try reader.array("steps")
        for (index, value) in (list ?? []).enumerated() {
            steps.append(try CanaryStep(value, path: "\(reader.path).steps[\(index)]"))
        }
        stepHash = StepHash.of(list.map(JSONValue.array))
        let routing = try reader.object("trafficRouting")
        if reader.has("pingPong") { pingPong = try PingPong(try reader.object("pingPong")) }
        managedRoutes = try HeaderRoute.managed(routing)
        if routing.has("alb") { alb = try ALBTrafficRouting(try routing.object("alb")) }
    }
}
