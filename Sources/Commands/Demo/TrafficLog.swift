package import KubernetesModel
import Synchronization

/// One request that the demonstration sent, and what came of it.
package struct TrafficSample: Equatable, Sendable {
    package var sentAt: Timestamp
    /// The HTTP status; 0 when no response came.
    package var status: Int
    /// The image that answered; empty when the answer did not say.
    package var image: String
    package var pod: String
    /// In milliseconds.
    package var milliseconds: Double
    /// Why no response came.
    package var problem: String?

    package init(
        sentAt: Timestamp, status: Int, image: String = "", pod: String = "", milliseconds: Double = 0,
        problem: String? = nil
    ) {
        self.sentAt = sentAt
        self.status = status
        self.image = image
        self.pod = pod
        self.milliseconds = milliseconds
        self.problem = problem
    }

    /// Anything but a 2xx answer counts as failed.
    package var isFailed: Bool { !(200..<300).contains(status) }
}

/// All samples of a run. Bounded by the run: rate times its longest duration.
package final class TrafficLog: Sendable {
    private let samples = Mutex<[TrafficSample]>([])

    package init() {}

    /// Adds the outcome of one request.
    package func add(_ sample: TrafficSample) {
        samples.withLock { $0.append(sample) }
    }

    /// Everything so far, in order of completion.
    package var all: [TrafficSample] { samples.withLock { $0 } }

    /// The samples that were sent within a window.
    package func samples(from start: Timestamp, to end: Timestamp) -> [TrafficSample] {
        samples.withLock { $0.filter { $0.sentAt >= start && $0.sentAt < end } }
    }
}
