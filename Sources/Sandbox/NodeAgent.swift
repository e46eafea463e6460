package import APIServer
import ClusterPlanning
package import ControllerRuntime
import JSON
package import KubernetesModel
package import Logging
package import NIOCore
import Synchronization

/// The nodes of a sandbox: runs every pod that is bound to them as HTTP servers in this process.
///
/// It knows the API server only through `KubernetesAPI`, so that it plays nodes for any. What happens to a pod is
/// decided by `PodLifecycle`; each pod has one task that carries it out in real time.
package final class NodeAgent: Sendable {
    /// Records of pods that are gone, at most; the oldest are forgotten first.
    package static let recordsMax = 5_000

    private struct Resident {
        var inbox: AsyncStream<PodEvent>.Continuation
        var journal: PodJournal
        var node: String
    }

    private struct State {
        /// By uid.
        var residents: [String: Resident] = [:]
        /// By node.
        var addresses: [String: PodAddressPool] = [:]
        /// Pods for which no address was free, by uid.
        var waiting: [String: KubernetesObject] = [:]
        var departed: [PodRecord] = []
        /// The uids of `departed`: late news of a pod must not start it again.
        var departedUIDs: Set<String> = []
    }

    private let settings: NodeSettings
    private let environment: NodeEnvironment
    private let state: Mutex<State>
    private let updates: AsyncStream<NodePodUpdate>
    private let update: AsyncStream<NodePodUpdate>.Continuation

    /// - Parameters:
    ///   - group: the event loops that all pods share.
    ///   - translation: where pods' addresses are on the wire.
    package init(
        settings: NodeSettings, api: any KubernetesAPI, clock: RuntimeClock, group: any EventLoopGroup,
        translation: PodAddressTranslation = PodAddressTranslation(), logger: Logger
    ) {
        self.settings = settings
        environment = NodeEnvironment(
            api: api, clock: clock, group: group, translation: translation, logger: logger)
        let pools = settings.nodes.map { ($0.name, PodAddressPool(node: $0.number)) }
        state = Mutex(State(addresses: Dictionary(pools) { first, _ in first }))
        // The feed is the only producer that could run ahead, and it is bounded by the number of pods' changes.
        (updates, update) = AsyncStream.makeStream()
    }

    /// Registers the nodes and runs their pods until the task is cancelled; then closes every socket.
    package func run() async {
        await withDiscardingTaskGroup { group in
            let registration = NodeRegistration(
                settings: settings, api: environment.api, clock: environment.clock, logger: environment.logger)
            group.addTask { await registration.run() }
            let feed = Reflector.pods(api: environment.api, clock: environment.clock, logger: environment.logger) {
                [update] in update.yield($0)
            }
            group.addTask { await feed.run() }
            for await update in updates {
                for worker in take(update) { group.addTask { [self] in await run(worker) } }
            }
            group.cancelAll()
        }
    }

    /// What became of every pod, those still there included; by start, then name.
    package var records: [PodRecord] {
        let records = state.withLock { $0.departed + $0.residents.values.map(\.journal.record) }
        return records.sorted { ($0.startedAt, $0.key) < ($1.startedAt, $1.key) }
    }

    /// The last lines of a running pod's access log, oldest first; empty for an unknown pod.
    package func log(of pod: ObjectKey, tailLines: Int) -> [String] {
        let journal = state.withLock { state in
            state.residents.values.first { $0.journal.record.key == pod }?.journal
        }
        return (journal?.lines ?? []).suffix(max(0, tailLines)).map(\.text)
    }

    /// The source of `kubectl logs`.
    package var logs: PodLogs {
        { [self] request in
            guard let journal = state.withLock({ $0.residents[request.uid]?.journal }), !request.isPrevious else {
                throw KubernetesFailure.badRequest(
                    "container \"\(request.container)\" in pod \"\(request.pod.name)\" is waiting to start: "
                        + "ContainerCreating")
            }
            return request.isFollowing ? journal.follow() : PodLog(lines: journal.lines)
        }
    }
}

extension NodeAgent {
    private func run(_ worker: PodWorker) async {
        await worker.run()
        update.yield(.ended(uid: worker.pod.uid))
    }

    /// Takes in what was learned, and returns the pods to start.
    private func take(_ update: NodePodUpdate) -> [PodWorker] {
        let now = environment.clock.now()
        return state.withLock { state in
            switch update {
            case .listed(let pods):
                let present = Set(pods.map(\.uid))
                for (uid, resident) in state.residents where !present.contains(uid) { resident.inbox.yield(.removed) }
                state.waiting = state.waiting.filter { present.contains($0.key) }
                // Pods of an earlier run keep their addresses: they choose before those that have none.
                let known = pods.filter { PodView($0).podIP != nil }
                let rest = pods.filter { PodView($0).podIP == nil }
                return (known + rest).compactMap { observe($0, now: now, &state) }
            case .changed(let pod): return observe(pod, now: now, &state).map { [$0] } ?? []
            case .removed(let pod):
                state.waiting[pod.uid] = nil
                guard let resident = state.residents[pod.uid] else { return [] }
                resident.journal.update { $0.deletedAt = $0.deletedAt ?? now }
                resident.inbox.yield(.removed)
                return []
            case .ended(let uid):
                depart(uid, &state)
                let waiting = state.waiting.values.sorted { $0.key < $1.key }
                return waiting.compactMap { observe($0, now: now, &state) }
            }
        }
    }

    /// Tells a pod's task about its change, or makes the task for a pod that is new here.
    private func observe(_ pod: KubernetesObject, now: Timestamp, _ state: inout State) -> PodWorker? {
        if let resident = state.residents[pod.uid] {
            if pod.isDeleting { resident.journal.update { $0.terminatingAt = $0.terminatingAt ?? now } }
            resident.inbox.yield(.observed(pod))
            return nil
        }
        let view = PodView(pod)
        guard !state.departedUIDs.contains(pod.uid) else { return nil }
        guard let node = settings.nodes.first(where: { $0.name == view.nodeName }), !view.isTerminal else { return nil }
        guard let address = takeAddress(on: node.name, for: view, &state) else {
            environment.logger.warning(
                "no pod address is free", metadata: ["k8s.object": "\(pod.key)", "node": "\(node.name)"])
            state.waiting[pod.uid] = pod
            return nil
        }
        state.waiting[pod.uid] = nil
        let container = ContainerSpec(pod.document.at("spec", "containers")?[0] ?? [:])
        let journal = PodJournal(
            PodRecord(
                key: pod.key, uid: pod.uid, labels: pod.labels, image: container.image, version: container.version,
                node: node.name, address: address, startedAt: now, requests: 0))
        let placement = PodLifecycle.Placement(podIP: address, hostIP: node.address, creation: settings.creation)
        let worker = PodWorker(
            pod: pod, node: node.name, placement: placement, environment: environment, journal: journal)
        state.residents[pod.uid] = Resident(inbox: worker.inbox, journal: journal, node: node.name)
        return worker
    }

    /// The address the pod has already, after a restart of this agent, or a free one.
    private func takeAddress(on node: String, for pod: PodView, _ state: inout State) -> String? {
        if let address = pod.podIP, state.addresses[node]?.take(address) == true { return address }
        return state.addresses[node]?.take()
    }

    private func depart(_ uid: String, _ state: inout State) {
        guard let resident = state.residents.removeValue(forKey: uid) else { return }
        let record = resident.journal.record
        state.addresses[resident.node]?.release(record.address)
        state.departed.append(record)
        state.departedUIDs.insert(uid)
        if state.departed.count > Self.recordsMax { state.departedUIDs.remove(state.departed.removeFirst().uid) }
        resident.journal.close()
    }
}
