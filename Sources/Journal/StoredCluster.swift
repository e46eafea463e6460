package import ClusterState
package import KubernetesModel
package import Logging
import Synchronization

/// A cluster whose state is kept in a folder.
package final class StoredCluster: Sendable {
    package let store: ClusterStore
    private let journal: Journal<ClusterRecord>
    private let failures: AsyncStream<JournalFailure>

    /// Opens a folder, or begins to keep `makeNew` in it.
    ///
    /// - Throws: `JournalFailure` when another process uses the folder, or what it keeps is damaged.
    package init(
        folder: String, settings: JournalSettings = JournalSettings(), now: @escaping @Sendable () -> Timestamp,
        logger: Logger, makeNew: () -> ClusterState
    ) throws {
        let link = JournalLink()
        let (failures, failed) = AsyncStream.makeStream(of: JournalFailure.self, bufferingPolicy: .bufferingOldest(1))
        var restoration = ClusterRestoration()
        var opened: ClusterStore?
        journal = try Journal.open(folder, settings: settings, logger: logger) { record in
            try restoration.read(Array(record))
        } handlers: { wasEmpty in
            let cluster = wasEmpty ? makeNew() : try Self.finished(restoration, folder)
            let store = ClusterStore(cluster, now: now, journal: link)
            opened = store
            return Journal.Handlers(
                encode: { $0.encoded() }, onSafe: { store.commit(through: $0.version) },
                onFailure: { failure in
                    store.fail("what is written cannot be kept: \(failure)")
                    failed.yield(failure)
                },
                snapshot: {
                    let cluster = store.snapshot
                    return { emit in try cluster.encodeSnapshot(emit) }
                })
        }
        guard let opened else { preconditionFailure("a journal that is open has asked for its handlers") }
        store = opened
        self.failures = failures
        link.connect(journal)
    }

    /// Runs until the task is cancelled; then keeps what is left and lets the folder go.
    ///
    /// - Throws: why nothing can be kept any more.
    package func run() async throws {
        var failure: JournalFailure?
        for await found in failures { failure = failure ?? found; break }
        await journal.close()
        store.fail("the program ends, nothing is kept any more")
        if let failure { throw failure }
    }

    private static func finished(_ restoration: ClusterRestoration, _ folder: String) throws -> ClusterState {
        do {
            return try restoration.finish()
        } catch {
            throw JournalFailure(
                path: folder, problem: "\(error)",
                remedy: "Restore the folder from a copy, or start with another folder")
        }
    }
}

/// Stands for the journal until the store that writes to it exists.
private final class JournalLink: ClusterJournal {
    private let journal = Mutex<Journal<ClusterRecord>?>(nil)

    func connect(_ journal: Journal<ClusterRecord>) {
        self.journal.withLock { $0 = journal }
    }

    func append(_ record: ClusterRecord) {
        guard let journal = journal.withLock({ $0 }) else {
            preconditionFailure("nothing is written before the journal is connected")
        }
        journal.append(record)
    }
}
