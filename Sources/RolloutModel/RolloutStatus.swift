package import JSON
package import KubernetesModel

/// `status` of a Rollout. Fields it does not name survive every update.
///
/// Source: argo-rollouts API reference; zero values are left out of the document as Go does.
package struct RolloutStatus: Hashable, Sendable {
    package enum Phase: String, Hashable, Sendable {
        case healthy = "Healthy"
        case degraded = "Degraded"
        case progressing = "Progressing"
        case paused = "Paused"
    }

    /// One entry of `pauseConditions`.
    package struct Pause: Hashable, Sendable {
        /// `CanaryPauseStep`, `InconclusiveAnalysisRun`, …
        package var reason: String
        package var startTime: Timestamp

        package init(reason: String, startTime: Timestamp) {
            self.reason = reason
            self.startTime = startTime
        }
    }

    /// `blueGreen`.
    package struct BlueGreen: Hashable, Sendable {
        /// The hash the active Service selects; empty before it selects one.
        package var activeSelector = ""
        /// The hash the preview Service selects; empty without one.
        package var previewSelector = ""
        /// Whether the preview was tested with `previewReplicaCount` pods and may grow to its full size.
        package var scaleUpPreviewCheckPoint = false

        package init() {}
    }

    /// The pause of a `pause` step.
    package static let canaryPauseStep = "CanaryPauseStep"
    /// The pause before a new version becomes active.
    package static let blueGreenPause = "BlueGreenPause"

    package var abort = false
    package var abortedAt: Timestamp?
    package var pauses: [Pause] = []
    /// Whether the controller owns a pause; stays when a person clears `pauseConditions`, which is how a resume shows.
    package var controllerPause = false
    package var currentPodHash = ""
    package var currentStepHash = ""
    /// `nil` without steps; their number when all are done.
    package var currentStepIndex: Int?
    package var replicas = 0
    package var updatedReplicas = 0
    package var readyReplicas = 0
    package var availableReplicas = 0
    package var hpaReplicas = 0
    /// The selector of all pods, for the scale subresource.
    package var selector = ""
    package var collisionCount: Int?
    /// A decimal: Argo Rollouts keeps it as a string.
    package var observedGeneration = ""
    /// The generation of the workload that the pod template comes from; empty without one.
    package var workloadObservedGeneration = ""
    package var conditions: [RolloutCondition] = []
    package var weights: TrafficWeights?
    package var blueGreen = BlueGreen()
    /// Which Service of ping-pong is the stable one; `nil` before the first promotion.
    package var stablePingPong: PingPong.Side?
    /// What AWS calls what is behind each Ingress, in the order of the spec; empty until it was read.
    package var albs: [ALBStatus] = []
    /// The hash of the stable ReplicaSet; empty before the first one.
    package var stableRS = ""
    package var restartedAt: Timestamp?
    package var promoteFull = false
    package var phase: Phase?
    package var message = ""
    /// How long the last update took or takes; `nil` before there was one.
    package var duration: RolloutDuration?

    package init() {}

    /// Whether the update, if there was one, is over. Also true before anything is known.
    package var isFullyPromoted: Bool { stableRS == currentPodHash }
}

extension RolloutStatus {
    /// Reads a status; missing and mistyped fields have their zero value.
    package init(document: JSONValue) {
        func string(_ name: String) -> String { document[name]?.stringValue ?? "" }
        func int(_ name: String) -> Int { document[name]?.intValue ?? 0 }
        func time(_ name: String) -> Timestamp? { document[name]?.stringValue.flatMap(Timestamp.init(parsing:)) }
        abort = document["abort"]?.boolValue ?? false
        abortedAt = time("abortedAt")
        pauses = (document["pauseConditions"]?.arrayValue ?? []).map { pause in
            Pause(
                reason: pause["reason"]?.stringValue ?? "",
                startTime: pause["startTime"]?.stringValue.flatMap(Timestamp.init(parsing:)) ?? Timestamp(seconds: 0))
        }
        controllerPause = document["controllerPause"]?.boolValue ?? false
        currentPodHash = string("currentPodHash")
        currentStepHash = string("currentStepHash")
        currentStepIndex = document["currentStepIndex"]?.intValue
        replicas = int("replicas")
        updatedReplicas = int("updatedReplicas")
        readyReplicas = int("readyReplicas")
        availableReplicas = int("availableReplicas")
        hpaReplicas = int("HPAReplicas")
        selector = string("selector")
        collisionCount = document["collisionCount"]?.intValue
        observedGeneration = string("observedGeneration")
        workloadObservedGeneration = string("workloadObservedGeneration")
        conditions = (document["conditions"]?.arrayValue ?? []).map(RolloutCondition.init(document:))
        weights = TrafficWeights(document: document.at("canary", "weights"))
        stablePingPong = document.at("canary", "stablePingPong")?.stringValue.flatMap(PingPong.Side.init(rawValue:))
        albs = ALBStatus.list(document)
        blueGreen.activeSelector = document.at("blueGreen", "activeSelector")?.stringValue ?? ""
        blueGreen.previewSelector = document.at("blueGreen", "previewSelector")?.stringValue ?? ""
        blueGreen.scaleUpPreviewCheckPoint =
            document.at("blueGreen", "scaleUpPreviewCheckPoint")?.boolValue ?? false
        stableRS = string("stableRS")
        restartedAt = time("restartedAt")
        promoteFull = document["promoteFull"]?.boolValue ?? false
        phase = Phase(rawValue: string("phase"))
        message = string("message")
        duration = RolloutDuration(document: document["duration"])
    }

    /// The status as a document: `old` with the fields of this value set or, when they are zero, removed.
    package func document(updating old: JSONValue) -> JSONValue {
        var result = old
        func set(_ name: String, _ value: JSONValue, isZero: Bool) { result[name] = isZero ? JSONValue?.none : value }
        func set(_ name: String, _ text: String) { set(name, .string(text), isZero: text.isEmpty) }
        func set(_ name: String, _ number: Int) { set(name, .int(number), isZero: number == 0) }
        func set(_ name: String, _ flag: Bool) { set(name, .bool(flag), isZero: !flag) }
        func set(_ name: String, _ time: Timestamp?) { set(name, time?.rfc3339 ?? "") }
        set("abort", abort)
        set("abortedAt", abortedAt)
        set(
            "pauseConditions",
            .array(
                pauses.map { ["reason": .string($0.reason), "startTime": .string($0.startTime.rfc3339)] }),
            isZero: pauses.isEmpty)
        set("controllerPause", controllerPause)
        set("currentPodHash", currentPodHash)
        set("currentStepHash", currentStepHash)
        result["currentStepIndex"] = currentStepIndex.map { .int($0) }
        set("replicas", replicas)
        set("updatedReplicas", updatedReplicas)
        set("readyReplicas", readyReplicas)
        set("availableReplicas", availableReplicas)
        set("HPAReplicas", hpaReplicas)
        set("selector", selector)
        result["collisionCount"] = collisionCount.map { .int($0) }
        set("observedGeneration", observedGeneration)
        set("workloadObservedGeneration", workloadObservedGeneration)
        set("conditions", .array(conditions.map(\.document)), isZero: conditions.isEmpty)
        var canary = old["canary"] ?? [:]
        canary["weights"] = weights?.document
        canary["stablePingPong"] = stablePingPong.map { .string($0.rawValue) }
        result["canary"] = canary
        result["alb"] = albs.last?.document
        set("albs", .array(albs.map(\.document)), isZero: albs.isEmpty)
        var colours = old["blueGreen"] ?? [:]
        colours["activeSelector"] = blueGreen.activeSelector.isEmpty ? nil : .string(blueGreen.activeSelector)
        colours["previewSelector"] = blueGreen.previewSelector.isEmpty ? nil : .string(blueGreen.previewSelector)
        colours["scaleUpPreviewCheckPoint"] = blueGreen.scaleUpPreviewCheckPoint ? true : nil
        result["blueGreen"] = colours
        set("stableRS", stableRS)
        set("restartedAt", restartedAt)
        set("promoteFull", promoteFull)
        set("phase", phase?.rawValue ?? "")
        set("message", message)
        result["duration"] = duration?.document
        return result
    }
}
