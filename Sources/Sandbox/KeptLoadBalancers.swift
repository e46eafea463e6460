import ELBModel
import JSON
import Journal
import KubernetesModel
import LoadBalancerState
import Logging
import Synchronization

/// Load balancers that may be kept in a folder.
struct KeptLoadBalancers: Sendable {
    let store: LoadBalancerStore
    /// What has to run as long as the load balancers are used.
    let services: [@Sendable () async throws -> Void]

    /// - Parameters:
    ///   - folder: which holds one folder for each thing that is kept; `nil` keeps the load balancers in memory only.
    ///   - settings: how ELBv2 behaves; their seed determines ids where none are kept yet.
    /// - Throws: `JournalFailure` when the folder cannot be used.
    init(
        folder: String?, settings: LoadBalancingSettings, now: @escaping @Sendable () -> Timestamp, logger: Logger
    ) throws {
        let fresh = LoadBalancerState(configuration: LoadBalancerParts.configuration(settings), seed: settings.seed)
        guard let folder else {
            store = LoadBalancerStore(state: fresh, now: now)
            services = []
            return
        }
        let stored = try StoredLoadBalancers(
            folder: "\(folder)/load-balancers", fresh: fresh, now: now, logger: logger)
        store = stored.store
        services = [{ try await stored.run() }]
    }
}

/// Load balancers whose state is kept in a folder.
private final class StoredLoadBalancers: Sendable {
    let store: LoadBalancerStore
    private let journal: Journal<LoadBalancerChange>
    private let failures: AsyncStream<JournalFailure>

    init(
        folder: String, fresh: LoadBalancerState, now: @escaping @Sendable () -> Timestamp, logger: Logger
    ) throws {
        let link = LoadBalancerJournalLink()
        let (failures, failed) = AsyncStream.makeStream(of: JournalFailure.self, bufferingPolicy: .bufferingOldest(1))
        var kept: [KeptResource.Identity: KeptResource] = [:]
        var opened: LoadBalancerStore?
        journal = try Journal.open(folder, logger: logger) { record in
            for resource in try KeptResourceRecord.resources(of: Array(record)) { kept[resource.identity] = resource }
        } handlers: { wasEmpty in
            let state =
                wasEmpty ? fresh : try Self.restored(fresh.configuration, Array(kept.values), folder)
            let store = LoadBalancerStore(state: state, now: now, journal: link)
            opened = store
            return Journal.Handlers(
                encode: { KeptResourceRecord.bytes(of: $0.resources) }, onSafe: { store.commit(through: $0.number) },
                onFailure: { failure in
                    store.fail("what is changed cannot be kept: \(failure)")
                    failed.yield(failure)
                },
                snapshot: {
                    let resources = store.read { state, _ in state.keptResources }
                    return { emit in
                        for resource in resources { try emit(KeptResourceRecord.bytes(of: [resource])) }
                    }
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
    func run() async throws {
        var failure: JournalFailure?
        for await found in failures { failure = failure ?? found; break }
        await journal.close()
        store.fail("the program ends, nothing is kept any more")
        if let failure { throw failure }
    }

    private static func restored(
        _ configuration: LoadBalancerConfiguration, _ kept: [KeptResource], _ folder: String
    ) throws -> LoadBalancerState {
        do {
            return try LoadBalancerState(configuration: configuration, kept: kept)
        } catch {
            throw JournalFailure(
                path: folder, problem: "\(error)",
                remedy: "Restore the folder from a copy, or start with another folder")
        }
    }
}

/// Stands for the journal until the store that writes to it exists.
private final class LoadBalancerJournalLink: LoadBalancerJournal {
    private let journal = Mutex<Journal<LoadBalancerChange>?>(nil)

    func connect(_ journal: Journal<LoadBalancerChange>) {
        self.journal.withLock { $0 = journal }
    }

    func append(_ change: LoadBalancerChange) {
        guard let journal = journal.withLock({ $0 }) else {
            preconditionFailure("nothing is changed before the journal is connected")
        }
        journal.append(change)
    }
}
