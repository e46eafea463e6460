import ClusterState
import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Logging

/// Everything of a sandbox that may be kept in a folder, opened and not yet used.
struct KeptWorld: Sendable {
    let cluster: KeptCluster
    let balancers: KeptLoadBalancers

    /// - Throws: `JournalFailure` when the folder of the settings cannot be used.
    static func open(_ settings: SandboxSettings, logger: Logger) async throws -> KeptWorld {
        let clock = WallClock().runtime
        let cluster = try KeptCluster(
            folder: settings.dataFolder, makeNew: { ClusterState(now: clock.now(), seed: settings.seed) },
            now: clock.now, logger: logger)
        do {
            let balancers = try KeptLoadBalancers(
                folder: settings.dataFolder, settings: settings.loadBalancing, now: clock.now, logger: logger)
            return KeptWorld(cluster: cluster, balancers: balancers)
        } catch {
            await close(cluster.services)
            throw error
        }
    }

    /// What has to run as long as the world is used.
    var services: [@Sendable () async throws -> Void] { cluster.services + balancers.services }

    /// Lets a folder go whose services never ran.
    func close() async { await Self.close(services) }

    /// For each of the first `count` nodes the number with which an earlier run registered it: its pods have addresses
    /// there.
    func nodeNumbers(_ count: Int) async throws -> [UInt8?] {
        let nodes = try await StoreAPI(cluster.store).list(.node, WatchScope()).items
        return NodeDocuments.numbers(count, in: nodes, prefix: NodeSettings.defaultPrefix)
    }

    private static func close(_ services: [@Sendable () async throws -> Void]) async {
        await withDiscardingTaskGroup { group in
            for service in services {
                group.addTask {
                    do {
                        try await service()
                    } catch {
                        // Nothing was written, so nothing can be lost by what goes wrong here.
                    }
                }
            }
            group.cancelAll()
        }
    }
}
