import ClusterState
import Journal
import KubernetesModel
import Logging

/// A cluster that may be kept in a folder.
struct KeptCluster: Sendable {
    let store: ClusterStore
    /// What has to run as long as the cluster is used.
    let services: [@Sendable () async throws -> Void]

    /// - Parameters:
    ///   - folder: which holds one folder for each thing that is kept; `nil` keeps the cluster in memory only.
    ///   - makeNew: the cluster where none is kept yet.
    /// - Throws: `JournalFailure` when the folder cannot be used.
    init(
        folder: String?, makeNew: () -> ClusterState, now: @escaping @Sendable () -> Timestamp, logger: Logger
    ) throws {
        guard let folder else {
            store = ClusterStore(makeNew(), now: now)
            services = []
            return
        }
        let stored = try StoredCluster(folder: "\(folder)/cluster", now: now, logger: logger, makeNew: makeNew)
        store = stored.store
        services = [{ try await stored.run() }]
    }
}
