import JSON
package import KubernetesModel

/// `status.duration`: how long the last update took, and how it ended.
///
/// Source: argo-rollouts API reference, "duration".
package struct RolloutDuration: Hashable, Sendable {
    /// How an update ended, or how it will be counted when it does.
    package enum Completion: String, Hashable, Sendable {
        case promoted = "Promoted"
        case fastPromoted = "FastPromoted"
        case aborted = "Aborted"
        case superseded = "Superseded"
        case rolledBack = "RolledBack"
        case fastRolledBack = "FastRolledBack"
    }

    /// When the update began, whole seconds.
    package var startedAt: Timestamp
    /// Since when it waits for a person; `nil` while it does not.
    package var pausedAt: Timestamp?
    /// Seconds it has waited for a person before that.
    package var pausedSeconds = 0
    /// `nil` while it goes on.
    package var finishedAt: Timestamp?
    /// `nil` while nobody knows.
    package var completion: Completion?

    /// An update that begins.
    package init(startedAt: Timestamp) {
        self.startedAt = startedAt
    }

    /// Whether the update is over.
    package var isFinished: Bool { finishedAt != nil }

    /// Begins or ends a wait for a person.
    package mutating func note(isPaused: Bool, now: Timestamp) {
        if isPaused {
            pausedAt = pausedAt ?? now
        } else if let start = pausedAt {
            pausedSeconds += max(0, Int(start.duration(to: now).inSeconds))
            pausedAt = nil
        }
    }

    /// Ends the update; a way to end that was noted before stays.
    package mutating func finish(_ completion: Completion, now: Timestamp) {
        note(isPaused: false, now: now)
        self.completion = self.completion ?? completion
        finishedAt = now
    }

    /// Reads the field; `nil` when it is absent or says no beginning.
    init?(document: JSONValue?) {
        func time(_ name: String) -> Timestamp? { document?[name]?.stringValue.flatMap(Timestamp.init(parsing:)) }
        guard let start = time("rolloutStartedAt") else { return nil }
        startedAt = start
        pausedAt = time("manualPauseStartedAt")
        pausedSeconds = document?["totalManualPauseDurationSeconds"]?.intValue ?? 0
        finishedAt = time("finishedAt")
        completion = document?["completionStatus"]?.stringValue.flatMap(Completion.init(rawValue:))
    }

    var document: JSONValue {
        var result: JSONValue = ["rolloutStartedAt": .string(startedAt.rfc3339)]
        result["manualPauseStartedAt"] = pausedAt.map { .string($0.rfc3339) }
        result["totalManualPauseDurationSeconds"] = pausedSeconds == 0 ? nil : .int(pausedSeconds)
        result["finishedAt"] = finishedAt.map { .string($0.rfc3339) }
        result["completionStatus"] = completion.map { .string($0.rawValue) }
        return result
    }
}
