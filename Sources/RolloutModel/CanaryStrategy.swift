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
    /// Reads the field; what breaks a rule is noted and left at its default.
    init(_ reader: FieldReader, _ problems: inout FieldProblems) {
        func read<Value>(_ value: inout Value, _ body: () throws(FieldError) -> Value?) {
            if let found = problems.read(or: nil, body) { value = found }
        }
        func int(_ name: String) -> Int? {
            problems.read(or: nil) { () throws(FieldError) in try reader.int(name) }
        }
        read(&canaryService) { () throws(FieldError) in try reader.string("canaryService") }
        read(&stableService) { () throws(FieldError) in try reader.string("stableService") }
        read(&maxSurge) { () throws(FieldError) in try reader.intOrPercent("maxSurge") }
        read(&maxUnavailable) { () throws(FieldError) in try reader.intOrPercent("maxUnavailable") }
        scaleDownDelaySeconds = int("scaleDownDelaySeconds")
        scaleDownDelayRevisionLimit = int("scaleDownDelayRevisionLimit")
        abortScaleDownDelaySeconds = int("abortScaleDownDelaySeconds")
        read(&dynamicStableScale) { () throws(FieldError) in try reader.bool("dynamicStableScale") }
        minPodsPerReplicaSet = int("minPodsPerReplicaSet")
        read(&replicaProgressThreshold) { () throws(FieldError) in try Self.threshold(reader) }
        read(&antiAffinity) { () throws(FieldError) in
            reader.has("antiAffinity") ? try AntiAffinity(try reader.object("antiAffinity")) : nil
        }
        read(&canaryMetadata) { () throws(FieldError) in try PodMetadata(try reader.object("canaryMetadata")) }
        read(&stableMetadata) { () throws(FieldError) in try PodMetadata(try reader.object("stableMetadata")) }
        let list = problems.read(or: nil) { () throws(FieldError) in try reader.array("steps") }
        for (index, value) in (list ?? []).enumerated() {
            let step = problems.read { () throws(FieldError) in
                try CanaryStep(value, path: "\(reader.path).steps[\(index)]")
            }
            steps.append(step ?? CanaryStep())
        }
        stepHash = StepHash.of(list.map(JSONValue.array))
        read(&pingPong) { () throws(FieldError) in
            reader.has("pingPong") ? try PingPong(try reader.object("pingPong")) : nil
        }
        guard let routing = problems.read({ () throws(FieldError) in try reader.object("trafficRouting") }) else {
            return
        }
        read(&managedRoutes) { () throws(FieldError) in try HeaderRoute.managed(routing) }
        read(&alb) { () throws(FieldError) in
            routing.has("alb") ? try ALBTrafficRouting(try routing.object("alb")) : nil
        }
    }

    private static func threshold(_ reader: FieldReader) throws(FieldError) -> ProgressThreshold? {
        guard reader.has("replicaProgressThreshold") else { return nil }
        let threshold = try reader.object("replicaProgressThreshold")
        guard let value = try threshold.int("value") else {
            throw FieldError(threshold.path("value"), .required, "the share or number of pods that is enough")
        }
        return try threshold.string("type") == "Percent" ? .percent(value) : .pods(value)
    }
}
