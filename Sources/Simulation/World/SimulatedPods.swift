import ClusterPlanning
import ClusterState
import KubernetesModel
import JSON
import LoadBalancerState
import RequestRouting

/// The nodes of the simulated cluster: every bound pod as a `PodLifecycle`, its program listening or not.
struct SimulatedPods: Sendable {
    private struct Resident {
        var lifecycle: PodLifecycle
        var node: String
        /// Ports that accept connections, by container.
        var open: [String: [Int]] = [:]
        /// When the pod has something to do; `nil` while only events can move it.
        var due: Timestamp?
        /// The program answers nothing before.
        var brokenUntil: Timestamp?
        /// The load balancer's health checks fail before.
        var ailingUntil: Timestamp?

        /// Whether every probe can only find what the last one found: the pod is ready, and all its programs listen.
        var isSteady: Bool {
            let pod = lifecycle.pod
            guard brokenUntil == nil, !pod.isDeleting, PodView(pod).isReady else { return false }
            return (pod.spec["containers"]?.arrayValue ?? []).allSatisfy {
                lifecycle.isServing(container: $0["name"]?.stringValue ?? "")
            }
        }
    }

    private static let query = ResourceKind.pod.watchQuery

    private var residents: [String: Resident] = [:]
    /// The uids of the residents in the order in which they came.
    private var order: [String] = []
    private var pools: [String: PodAddressPool] = [:]
    private var uids: [String: String] = [:]
    private var version: UInt64 = 0
    /// Grows whenever a program begins or ends to listen, or a pod comes, goes or begins to end.
    private(set) var generation = 0

    init(nodes: [String]) {
        for (index, name) in nodes.enumerated() { pools[name] = PodAddressPool(node: UInt8(index + 1)) }
    }

    /// When a pod has something to do.
    private(set) var nextDue: Timestamp?

    private mutating func findNextDue() {
        nextDue = order.compactMap { residents[$0]?.due }.min()
    }

    /// Whether a request to an address would be answered.
    func isServing(_ host: String, port: Int) -> Bool {
        guard let resident = resident(at: host), resident.brokenUntil == nil else { return false }
        return resident.open.values.contains { $0.contains(port) }
    }

    /// The pod at an address, from its binding until it is gone.
    func pod(at host: String) -> KubernetesObject? { resident(at: host)?.lifecycle.pod }

    /// What a health check finds.
    func answer(to probe: HealthCheckProbe, now: Timestamp) -> HealthCheckResult {
        guard let resident = resident(at: probe.address.host) else { return .timedOut }
        if resident.brokenUntil != nil { return .failed }
        if let end = resident.ailingUntil, now < end { return .status(503) }
        let isOpen = resident.open.values.contains { $0.contains(probe.address.port) }
        return isOpen ? .status(200) : .failed
    }

    /// Takes over what the API server says about pods, and does what is due.
    ///
    /// - Returns: the writes to send, in order; `nil` when nothing was due.
    mutating func step(_ cluster: ClusterState, now: Timestamp) -> [KubernetesWrite]? {
        var writes: [KubernetesWrite] = []
        let hasSeen = observe(cluster, now: now, &writes)
        guard hasSeen || nextDue.map({ $0 <= now }) ?? false else { return nil }
        defer { findNextDue() }
        var hasWoken = false
        for uid in order {
            guard let wake = residents[uid]?.due, wake <= now else { continue }
            hasWoken = true
            if let end = residents[uid]?.brokenUntil, end <= now {
                residents[uid]?.brokenUntil = nil
                generation += 1
            }
            handle(.wake, uid, now: now, &writes)
        }
        return hasSeen || hasWoken ? writes : nil
    }

    private mutating func observe(
        _ cluster: ClusterState, now: Timestamp, _ writes: inout [KubernetesWrite]
    ) -> Bool {
        guard version < cluster.currentResourceVersion else { return false }
        guard cluster.hasNews(Self.query, after: version) else {
            version = cluster.currentResourceVersion
            return false
        }
        guard
            let batch = try? cluster.watchBatch(Self.query, after: version)
        else { return false }
        version = batch.through
        for event in batch.events {
            let pod = event.object
            if event.kind == .deleted {
                handle(.removed, pod.uid, now: now, &writes)
                remove(pod.uid)
            } else if residents[pod.uid] != nil {
                handle(.observed(pod), pod.uid, now: now, &writes)
                if pod.isDeleting { generation += 1 }
            } else {
                admit(pod, now: now, &writes)
            }
        }
        return !batch.events.isEmpty
    }

    private mutating func admit(_ pod: KubernetesObject, now: Timestamp, _ writes: inout [KubernetesWrite]) {
        guard let node = pod.spec["nodeName"]?.stringValue, let address = pools[node]?.take() else { return }
        let placement = PodLifecycle.Placement(podIP: address, hostIP: "10.0.0.1")
        residents[pod.uid] = Resident(
            lifecycle: PodLifecycle(pod: pod, placement: placement, now: now), node: node)
        order.append(pod.uid)
        uids[address] = pod.uid
        generation += 1
        handle(.wake, pod.uid, now: now, &writes)
    }

    private mutating func remove(_ uid: String) {
        guard let resident = residents.removeValue(forKey: uid) else { return }
        let address = resident.lifecycle.placement.podIP
        order.removeAll { $0 == uid }
        uids[address] = nil
        pools[resident.node]?.release(address)
        generation += 1
    }

    private func resident(at host: String) -> Resident? { uids[host].flatMap { residents[$0] } }

    /// Carries an event and everything it causes at once to its end. The probes of a steady pod are passed over.
    private mutating func handle(_ event: PodEvent, _ uid: String, now: Timestamp, _ writes: inout [KubernetesWrite]) {
        var events = [event]
        defer {
            if let resident = residents[uid] {
                let wake = resident.isSteady ? nil : resident.lifecycle.wakeAt
                residents[uid]?.due = [wake, resident.brokenUntil].compactMap { $0 }.min()
            }
        }
        while !events.isEmpty {
            guard let actions = residents[uid]?.lifecycle.handle(events.removeFirst(), now: now) else { return }
            for action in actions {
                switch action {
                case .write(let write): writes.append(write)
                case .event: break
                case .startServer(let server):
                    residents[uid]?.open[server.container.name] = server.container.ports
                    generation += 1
                case .kill(let container):
                    residents[uid]?.open[container] = nil
                    generation += 1
                case .stopAccepting(let container):
                    residents[uid]?.open[container] = nil
                    generation += 1
                    events.append(.stopped(container: container))
                case .probe(let request):
                    events.append(.probed(request.id, success: isPassed(request, uid)))
                }
            }
        }
    }

    private func isPassed(_ request: ProbeRequest, _ uid: String) -> Bool {
        let port: Int
        switch request.check {
        case .http(let number, _, _), .tcp(let number): port = number
        case .succeeds: return true
        }
        guard let resident = residents[uid], resident.brokenUntil == nil else { return false }
        return resident.open.values.contains { $0.contains(port) }
    }
}

/// What the environment does to pods.
extension SimulatedPods {
    /// The addresses of the pods that answer and may live, in the order in which they came.
    var livingHosts: [String] {
        order.compactMap { uid in
            guard let resident = residents[uid], !resident.lifecycle.pod.isDeleting, resident.brokenUntil == nil,
                !resident.open.isEmpty
            else { return nil }
            return resident.lifecycle.placement.podIP
        }
    }

    /// Lets the program of a pod answer nothing before a time.
    mutating func breakPod(at host: String, until end: Timestamp) {
        guard let uid = uids[host], let resident = residents[uid] else { return }
        residents[uid]?.brokenUntil = end
        // Its probes are due at once: a steady pod was not looked at.
        residents[uid]?.due = [resident.lifecycle.wakeAt, end].compactMap { $0 }.min()
        findNextDue()
        generation += 1
    }

    /// Lets the load balancer's health checks of a pod fail before a time.
    mutating func failHealth(at host: String, until end: Timestamp) {
        guard let uid = uids[host] else { return }
        residents[uid]?.ailingUntil = end
    }

    /// The pods on a node, those that are going left out, in the order in which they came.
    func pods(on node: String) -> [KubernetesObject] {
        order.compactMap { residents[$0] }.filter { $0.node == node && !$0.lifecycle.pod.isDeleting }
            .map(\.lifecycle.pod)
    }
}

extension ResourceKind {
    /// All objects of the kind.
    var watchQuery: WatchQuery { WatchQuery(group: group, version: version, resource: plural) }
}
