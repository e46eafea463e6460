package import ControllerRuntime
package import KubernetesModel

/// The machine's time.
package struct WallClock: Sendable {
    package init() {}

    /// Now, in microseconds.
    package var now: Timestamp { Platform.now() }

    /// As the runtime takes it.
    package var runtime: RuntimeClock {
        RuntimeClock(now: Platform.now, sleep: { try await Task.sleep(for: $0) })
    }
}
