import ELBModel
import Logging
import NIOCore
import RequestRouting

/// A load balancer as its nodes know it at one moment.
struct BalancerView: Sendable {
    var arn: LoadBalancerARN
    var name: String
    var dnsName: String
    /// See `LoadBalancerState.slot(of:)`.
    var slot: Int
    /// `nil` for nodes which no view has reached.
    var nodes: [DataPlaneConfiguration?]
}

/// The open sockets and the nodes behind them. Followed by one task only, so its steps never overlap.
actor ListenerTable {
    private struct Balancer {
        var host: String
        var nodes: [LoadBalancerNode]
        var sockets: [ListenerARN: ListenerSocket] = [:]
        var problems: [ListenerARN: String] = [:]
    }

    /// What workers were told last.
    private struct Targets: Equatable {
        var routable: Set<TargetAddress> = []
        var present: Set<RoutedTarget> = []
    }

    /// The load balancers with the addresses of their listeners, as of the latest step.
    private(set) var served: [ServedLoadBalancer] = []
    private let settings: ALBDataPlane.Settings
    private let group: any EventLoopGroup
    private let environment: ProxyEnvironment
    private let workers: ProxyWorkers
    private let logger: Logger
    private let plan: LoopbackPlan
    private var balancers: [LoadBalancerARN: Balancer] = [:]
    private var targets = Targets()

    init(
        settings: ALBDataPlane.Settings, group: any EventLoopGroup, environment: ProxyEnvironment, logger: Logger
    ) {
        self.settings = settings
        self.group = group
        self.environment = environment
        self.logger = logger
        workers = ProxyWorkers(group: group)
        plan = LoopbackPlan(usesOwnAddresses: settings.usesOwnAddresses)
    }

    /// Brings nodes, sockets and targets in line with what the nodes know.
    func follow(_ views: [BalancerView]) async {
        var result: [ServedLoadBalancer] = []
        await removeUnknown(known: Set(views.map(\.arn)))
        for view in views {
            updateNodes(of: view)
            await closeUnknownListeners(of: view)
            await openListeners(of: view)
            result.append(describe(view))
        }
        tellTargets(views)
        served = result
    }

    /// Closes every socket and every connection.
    func closeAll() async {
        for balancer in balancers.values {
            for socket in balancer.sockets.values { await socket.close() }
        }
        balancers = [:]
        served = []
        workers.forEach { $0.closeAll() }
    }

    private func updateNodes(of view: BalancerView) {
        if balancers[view.arn] == nil {
            let number = UInt64(view.slot)
            let key = CookieKey(seed: settings.seed ^ number &* 0x9E37_79B9)
            let nodes = view.nodes.indices.map { index in
                let seed = settings.seed &+ number &* 1_000 &+ UInt64(index)
                let empty = DataPlaneConfiguration(version: 0, loadBalancer: view.arn, dnsName: view.dnsName)
                return LoadBalancerNode(
                    number: index, router: RequestRouter(seed: seed, cookieKey: key), configuration: empty)
            }
            balancers[view.arn] = Balancer(host: plan.address(ofSlot: view.slot), nodes: nodes)
        }
        for (node, configuration) in zip(balancers[view.arn]?.nodes ?? [], view.nodes) {
            if let configuration { node.configuration = configuration }
        }
    }

    /// Closes the ports of listeners which no node knows any more.
    private func closeUnknownListeners(of view: BalancerView) async {
        guard var balancer = balancers[view.arn] else { return }
        let known = Set(view.nodes.flatMap { $0?.listeners.map(\.arn) ?? [] })
        for (arn, socket) in balancer.sockets where !known.contains(arn) { await close(socket) }
        balancer.sockets = balancer.sockets.filter { known.contains($0.key) }
        balancer.problems = balancer.problems.filter { known.contains($0.key) }
        balancers[view.arn] = balancer
    }

    /// Forgets deleted load balancers and closes their ports, before others get their addresses.
    private func removeUnknown(known: Set<LoadBalancerARN>) async {
        for (arn, balancer) in balancers where !known.contains(arn) {
            balancers[arn] = nil
            for socket in balancer.sockets.values { await close(socket) }
        }
    }

    private func close(_ socket: ListenerSocket) async {
        logger.info("listener closed", metadata: ["address": "\(socket.address)"])
        await socket.close()
        let listener = socket.context.listener
        workers.forEach { $0.closeClients(of: listener) }
    }

    /// Opens the ports of listeners which every node knows.
    private func openListeners(of view: BalancerView) async {
        guard let balancer = balancers[view.arn], let first = view.nodes.first else { return }
        for listener in first?.listeners ?? [] {
            let isKnownEverywhere = view.nodes.allSatisfy { $0?.listener(port: listener.port)?.arn == listener.arn }
            guard isKnownEverywhere, balancer.sockets[listener.arn] == nil, balancer.problems[listener.arn] == nil
            else { continue }
            guard listener.protocol == .http else {
                let problem = "\(listener.protocol) listeners are not served yet: TLS is missing"
                note(problem, listener, view)
                continue
            }
            await open(listener, of: view, balancer)
        }
    }

    private func open(_ listener: ListenerConfiguration, of view: BalancerView, _ balancer: Balancer) async {
        let context = ListenerContext(
            loadBalancer: view.arn, listener: listener.arn, port: listener.port, nodes: balancer.nodes,
            environment: environment)
        do {
            let socket = try await ListenerSocket.open(
                host: balancer.host, ports: LoopbackPlan.candidates(for: listener.port), context: context,
                workers: workers, group: group)
            balancers[view.arn]?.sockets[listener.arn] = socket
            logger.info(
                "listener opened",
                metadata: [
                    "load_balancer": "\(view.name)", "port": "\(listener.port)", "address": "\(socket.address)",
                ])
        } catch {
            note("port \(listener.port) cannot be bound on \(balancer.host): \(error)", listener, view)
        }
    }

    private func note(_ problem: String, _ listener: ListenerConfiguration, _ view: BalancerView) {
        balancers[view.arn]?.problems[listener.arn] = problem
        logger.error(
            "listener not served",
            metadata: ["load_balancer": "\(view.name)", "port": "\(listener.port)", "problem": "\(problem)"])
    }

    private func describe(_ view: BalancerView) -> ServedLoadBalancer {
        let balancer = balancers[view.arn]
        let listeners = (view.nodes.first ?? nil)?.listeners ?? []
        return ServedLoadBalancer(
            arn: view.arn, name: view.name, dnsName: view.dnsName,
            listeners: listeners.map { listener in
                ServedListener(
                    arn: listener.arn, port: listener.port, protocol: listener.protocol,
                    address: balancer?.sockets[listener.arn]?.address, problem: balancer?.problems[listener.arn])
            })
    }

    private func tellTargets(_ views: [BalancerView]) {
        var next = Targets()
        for group in views.flatMap({ $0.nodes.compactMap { $0 } }).flatMap({ Array($0.targetGroups.values) }) {
            for target in group.targets {
                next.present.insert(RoutedTarget(targetGroup: group.arn, target: target.address))
                if target.state != .draining { next.routable.insert(target.address) }
            }
        }
        let now = NIODeadline.now()
        let hasChanged = next != targets
        targets = next
        workers.forEach { [next] worker in
            if hasChanged { worker.targetsChanged(routable: next.routable, present: next.present) }
            worker.sweep(now: now)
        }
    }
}
