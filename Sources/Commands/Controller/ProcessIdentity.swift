#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A name that no other process has: `host_uuid`, as client-go's components have it.
enum ProcessIdentity {
    /// A new one; in a pod the host's name is the pod's.
    static func make() -> String {
        "\(ProcessInfo.processInfo.hostName)_\(UUID().uuidString.lowercased())"
    }
}
