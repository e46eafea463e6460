import ClusterPlanning
package import ControllerRuntime
import KubernetesModel
package import Logging
import NIOPosix
import Planning

/// Nodes for any API server: what `weir node` runs.
package struct NodeProgram: Sendable {
    /// How many nodes, how they are called and how they behave.
    package struct Settings: Sendable {
        /// 1...`countMax`.
        package var count = 2
        /// `node` makes `node-1` and so on.
        package var prefix = NodeSettings.defaultPrefix
        package var region = "us-west-2"
        /// From binding to running.
        package var creation: Duration = .milliseconds(200)
        /// How often nodes renew their Leases.
        package var heartbeat: Duration = .seconds(10)
        /// Whether pods without a node are bound, for a cluster without a scheduler.
        package var schedules = false

        package init() {}
    }

    /// Nodes of one program, at most.
    package static let countMax = 50

    private let settings: Settings
    private let api: any KubernetesAPI
    private let clock: RuntimeClock
    private let logger: Logger

    package init(settings: Settings, api: any KubernetesAPI, clock: RuntimeClock, logger: Logger) {
        self.settings = settings
        self.api = api
        self.clock = clock
        self.logger = logger
    }

    /// Plays the nodes until the task is cancelled; waits for the API server when it is not there yet.
    ///
    /// - Parameter started: called once, with the nodes, when their pods' networks belong to this process.
    /// - Throws: `PodNetworkHeld` or `PodNetworksTaken` when another process plays the nodes, or too many.
    package func run(started: @escaping @Sendable (NodeSettings) -> Void) async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let translation = PodAddressTranslation()
        let claim = try await PodNetworkClaim.take(try await knownNumbers(), translation: translation, on: group)
        var nodes = NodeSettings.nodes(numbers: claim.numbers, prefix: settings.prefix, region: settings.region)
        nodes.creation = settings.creation
        nodes.heartbeat = settings.heartbeat
        let agent = NodeAgent(
            settings: nodes, api: api, clock: clock, group: group, translation: translation, logger: logger)
        started(nodes)
        await withDiscardingTaskGroup { group in
            group.addTask { await agent.run() }
            guard settings.schedules else { return }
            let scheduler = ControllerRuntime(
                controllers: [Scheduler()], settings: RuntimeSettings(component: "default-scheduler"), api: api,
                elb: nil, clock: clock, logger: logger)
            group.addTask { await scheduler.run() }
        }
        await claim.release()
    }

    /// For each node the number it was registered with by an earlier run: its pods have addresses there.
    private func knownNumbers() async throws -> [UInt8?] {
        var wait = Duration.milliseconds(100)
        while true {
            do {
                let nodes = try await api.list(.node, WatchScope()).items
                return NodeDocuments.numbers(settings.count, in: nodes, prefix: settings.prefix)
            } catch let failure as KubernetesFailure where failure.code < 500 && failure.code != 429 {
                throw failure
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.warning("nodes not listed", metadata: ["error": "\(error)", "retry.after": "\(wait)"])
                try await clock.sleep(wait)
                wait = min(wait * 2, .seconds(5))
            }
        }
    }
}
