import ELBModel
import KubernetesModel
package import LoadBalancerState
package import Logging
package import NIOCore
import NIOPosix
import RequestRouting
import ServiceLifecycle
import Synchronization

/// The load balancers of a `LoadBalancerStore` on real sockets: listeners, forwarding and health checks.
///
/// Follows the store: whenever it changes or its time has come, the nodes' views are read, listeners are opened and
/// closed, and due health checks are sent. Requests are routed on event loops from each node's own view, so a change
/// takes effect on a node when it arrives there, for the next request, also on open connections.
package final class ALBDataPlane: Service {
    /// What does not follow from the store.
    package struct Settings: Sendable {
        /// Whether each load balancer gets a loopback address of its own. See `LoopbackPlan`.
        package var usesOwnAddresses: Bool
        /// For weighted choices, trace ids and cookies.
        package var seed: UInt64 = 0
        /// How long a connection to a target may take to be established.
        package var connectTimeout: Duration = .seconds(10)

        /// The defaults for this operating system.
        package init() {
            #if os(Linux)
                usesOwnAddresses = true
            #else
                usesOwnAddresses = false
            #endif
        }
    }

    private let store: LoadBalancerStore
    private let group: any EventLoopGroup
    private let environment: ProxyEnvironment
    private let prober: HealthProber
    private let dialer: Dialer
    private let logger: Logger
    private let board = Mutex(Board())
    private let table: ListenerTable

    private struct Board {
        var served: [ServedLoadBalancer] = []
        var watchers: [Int: AsyncStream<[ServedLoadBalancer]>.Continuation] = [:]
        var lastWatcher = 0
    }

    /// - Parameters:
    ///   - dialer: translates registered target addresses into those to connect to, for requests and health checks.
    ///   - observer: gets every finished request, on an event loop; must not wait.
    package init(
        store: LoadBalancerStore, settings: Settings = Settings(),
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        dialer: @escaping Dialer = { $0 }, observer: @escaping @Sendable (TrafficRecord) -> Void = { _ in },
        logger: Logger
    ) {
        self.store = store
        self.group = group
        self.dialer = dialer
        self.logger = logger
        prober = HealthProber(group: group)
        environment = ProxyEnvironment(
            now: { store.now }, dialer: dialer, observer: observer, connectTimeout: settings.connectTimeout)
        table = ListenerTable(settings: settings, group: group, environment: environment, logger: logger)
    }

    /// The load balancers and the addresses of their listeners, in the order of their creation.
    package var served: [ServedLoadBalancer] { board.withLock { $0.served } }

    /// Yields `served` now and after every change.
    package func changes() -> AsyncStream<[ServedLoadBalancer]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [ServedLoadBalancer].self, bufferingPolicy: .bufferingNewest(1))
        let number = board.withLock { board in
            board.lastWatcher += 1
            board.watchers[board.lastWatcher] = continuation
            continuation.yield(board.served)
            return board.lastWatcher
        }
        continuation.onTermination = { [weak self] _ in
            self?.board.withLock { $0.watchers[number] = nil }
        }
        return stream
    }

    /// Serves until cancelled or shut down; then closes every socket.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.follow()
        }
        await table.closeAll()
    }

    private func follow() async {
        let (bell, ring) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        // Subscribed before the first look, so that no change falls between the two.
        let changes = store.changes()
        ring.yield()
        await withDiscardingTaskGroup { tasks in
            tasks.addTask {
                for await _ in changes { ring.yield() }
            }
            var timer: Task<Void, Never>?
            for await _ in bell {
                timer?.cancel()
                let (views, next) = snapshot()
                await table.follow(views)
                publish(await table.served)
                for probe in store.takeHealthChecks() {
                    tasks.addTask { await self.check(probe) }
                }
                timer = alarm(ring, at: next)
            }
            timer?.cancel()
            tasks.cancelAll()
        }
    }

    /// Rings at a time, at once when it has passed.
    private func alarm(_ ring: AsyncStream<Void>.Continuation, at time: Timestamp?) -> Task<Void, Never>? {
        guard let time else { return nil }
        let wait = max(store.now.duration(to: time), .milliseconds(1))
        return Task {
            do {
                try await Task.sleep(for: wait)
                ring.yield()
            } catch {
                // Cancelled: something else has rung.
            }
        }
    }

    /// What every node knows now, and when that changes by itself next. Both in one look: opening sockets takes time,
    /// and what changes meanwhile must ring.
    private func snapshot() -> (views: [BalancerView], next: Timestamp?) {
        store.read { state, now in
            let views = state.allLoadBalancers.map { balancer in
                let nodes = (0..<state.configuration.nodes).map { node in
                    state.dataPlane(of: balancer.arn, node: node, now: now)
                }
                return BalancerView(
                    arn: balancer.arn, name: balancer.name, dnsName: balancer.dnsName,
                    slot: state.slot(of: balancer.arn), nodes: nodes)
            }
            return (views, state.nextWake(after: now))
        }
    }

    private func check(_ probe: HealthCheckProbe) async {
        let wire = dialer(probe.address)
        let answer = await prober.probe(
            wire, host: probe.address.description, path: probe.path, timeout: probe.timeout)
        logger.trace(
            "health check", metadata: ["target": "\(probe.address)", "answer": "\(answer)"])
        let result: HealthCheckResult =
            switch answer {
            case .status(let status): .status(status)
            case .timedOut: .timedOut
            case .failed: .failed
            }
        store.record(result, for: probe)
    }

    private func publish(_ served: [ServedLoadBalancer]) {
        let watchers = board.withLock { board -> [AsyncStream<[ServedLoadBalancer]>.Continuation] in
            guard board.served != served else { return [] }
            board.served = served
            return Array(board.watchers.values)
        }
        for watcher in watchers { watcher.yield(served) }
    }
}
