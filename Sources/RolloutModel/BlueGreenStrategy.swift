/// `spec.strategy.blueGreen`, as far as Weir acts on it.
///
/// Source: argo-rollouts API reference; defaults are its defaults.
package struct BlueGreenStrategy: Hashable, Sendable {
    /// The Service that carries the production traffic.
    package var activeService = ""
    /// The Service of the version under test; empty when not given.
    package var previewService = ""
    /// How many pods the new version has until it is about to be promoted; `nil` is all of them.
    package var previewReplicaCount: Int?
    /// Whether the new version becomes active without a person's consent.
    package var autoPromotionEnabled = true
    /// Seconds between the new version being ready and its promotion; 0 does not wait.
    package var autoPromotionSeconds = 0
    /// Only for restarts of pods. Default 25 %.
    package var maxUnavailable = IntOrPercent.percent(25)
    /// `nil`: 30 s.
    package var scaleDownDelaySeconds: Int?
    /// How many old ReplicaSets may wait for their delay; `nil` is no limit.
    package var scaleDownDelayRevisionLimit: Int?
    /// `nil`: 30 s. An explicit 0 keeps the aborted version up.
    package var abortScaleDownDelaySeconds: Int?
    /// `nil`: the scheduler puts versions where it likes.
    package var antiAffinity: AntiAffinity?
    /// What the pods of the active version have, and those of the one under test.
    package var activeMetadata = PodMetadata()
    package var previewMetadata = PodMetadata()

    package init() {}

    /// Whether a new version waits before it becomes active: for a person, or for time to pass.
    package var pausesBeforePromotion: Bool { !autoPromotionEnabled || autoPromotionSeconds > 0 }
}

extension BlueGreenStrategy {
    init(_ reader: FieldReader) throws(FieldError) {
        activeService = try reader.string("activeService")
        previewService = try reader.string("previewService")
        previewReplicaCount = try reader.int("previewReplicaCount")
        if reader.has("autoPromotionEnabled") { autoPromotionEnabled = try reader.bool("autoPromotionEnabled") }
        autoPromotionSeconds = try reader.int("autoPromotionSeconds") ?? 0
        maxUnavailable = try reader.intOrPercent("maxUnavailable") ?? maxUnavailable
        scaleDownDelaySeconds = try reader.int("scaleDownDelaySeconds")
        scaleDownDelayRevisionLimit = try reader.int("scaleDownDelayRevisionLimit")
        abortScaleDownDelaySeconds = try reader.int("abortScaleDownDelaySeconds")
        if reader.has("antiAffinity") { antiAffinity = try AntiAffinity(try reader.object("antiAffinity")) }
        activeMetadata = try PodMetadata(try reader.object("activeMetadata"))
        previewMetadata = try PodMetadata(try reader.object("previewMetadata"))
    }
}
