package import ControllerRuntime
import FoundationEssentials
package import KubernetesModel

/// The machine's time.
package struct WallClock: Sendable {
    package init() {}

    /// Now, in microseconds.
    package var now: Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    /// As the runtime takes it.
    package var runtime: RuntimeClock {
        RuntimeClock(now: { WallClock().now }, sleep: { try await Task.sleep(for: $0) })
    }
}
