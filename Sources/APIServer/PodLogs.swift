package import KubernetesModel

/// One line that a container printed.
package struct PodLogLine: Hashable, Sendable {
    package var time: Timestamp
    /// Without a newline.
    package var text: String

    package init(time: Timestamp, text: String) {
        self.time = time
        self.text = text
    }
}

/// What a container has printed, and what it prints from now on.
package struct PodLog: Sendable {
    /// Oldest first.
    package var lines: [PodLogLine]
    /// The lines after those; ends when the container does. `nil` when it already has.
    package var following: AsyncStream<PodLogLine>?

    package init(lines: [PodLogLine], following: AsyncStream<PodLogLine>? = nil) {
        self.lines = lines
        self.following = following
    }
}

/// Which log is asked for.
package struct PodLogRequest: Hashable, Sendable {
    package var pod: ObjectKey
    /// The uid of the pod as it is now.
    package var uid: String
    package var container: String
    /// Whether `following` is wanted.
    package var isFollowing: Bool
    /// Whether the log of the container's previous instance is meant.
    package var isPrevious: Bool
}

/// Where the logs of pods come from; throws `KubernetesFailure` for a container that has none yet.
package typealias PodLogs = @Sendable (PodLogRequest) async throws -> PodLog
