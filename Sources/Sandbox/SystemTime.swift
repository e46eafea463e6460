import FoundationEssentials
import KubernetesModel

/// The machine's time.
enum SystemTime {
    /// Now, in microseconds.
    static var now: Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }
}
