import ClusterPlanning
import ControllerRuntime
import KubernetesModel
import Logging
import NIOCore

/// What all pods of an agent share.
struct NodeEnvironment: Sendable {
    let api: any KubernetesAPI
    let clock: RuntimeClock
    let group: any EventLoopGroup
    let translation: PodAddressTranslation
    let logger: Logger
}

/// Carries out one pod's lifecycle: sockets, probes, timers and writes.
///
/// The lifecycle is touched by one task only; everything that happens reaches it through `inbox`.
struct PodWorker: Sendable {
    let pod: KubernetesObject
    let inbox: AsyncStream<PodEvent>.Continuation
    private let events: AsyncStream<PodEvent>
    private let node: String
    private let placement: PodLifecycle.Placement
    private let environment: NodeEnvironment
    private let journal: PodJournal

    init(
        pod: KubernetesObject, node: String, placement: PodLifecycle.Placement, environment: NodeEnvironment,
        journal: PodJournal
    ) {
        self.pod = pod
        self.node = node
        self.placement = placement
        self.environment = environment
        self.journal = journal
        (events, inbox) = AsyncStream.makeStream()
    }

    /// Runs until the pod is gone or the task is cancelled; leaves no socket open.
    func run() async {
        let writer = PodWriter(pod: pod, node: node, environment: environment, journal: journal)
        async let writing: Void = writer.run()
        await withDiscardingTaskGroup { group in
            await live(writer, &group)
            group.cancelAll()
        }
        writer.finish()
        await writing
    }

    private func live(_ writer: PodWriter, _ group: inout DiscardingTaskGroup) async {
        let clock = environment.clock
        var lifecycle = PodLifecycle(pod: pod, placement: placement, now: clock.now())
        var servers: [String: PodHTTPServer] = [:]
        var timer: Timestamp?
        inbox.yield(.wake)
        for await event in events {
            for action in lifecycle.handle(event, now: clock.now()) {
                await carryOut(action, writer, &servers, &group)
            }
            if lifecycle.isFinished { break }
            let now = clock.now()
            guard let due = lifecycle.wakeAt, timer.map({ due < $0 || $0 <= now }) ?? true else { continue }
            timer = due
            group.addTask { [inbox] in
                try? await clock.sleep(max(.zero, now.duration(to: due)))
                inbox.yield(.wake)
            }
        }
        for name in servers.keys.sorted() { servers[name]?.kill() }
        let stopped = clock.now()
        journal.update { $0.stoppedAt = $0.stoppedAt ?? stopped }
    }

    private func carryOut(
        _ action: PodAction, _ writer: PodWriter, _ servers: inout [String: PodHTTPServer],
        _ group: inout DiscardingTaskGroup
    ) async {
        let now = environment.clock.now()
        switch action {
        case .write(let write): writer.send(.write(write))
        case .event(let record): writer.send(.event(record))
        case .startServer(let server): servers[server.container.name] = await start(server, writer)
        case .stopAccepting(let name):
            journal.log("\(name): SIGTERM, finishing requests in flight", at: now)
            journal.update { $0.stoppedAt = $0.stoppedAt ?? now }
            servers[name]?.stopAccepting { [inbox] in inbox.yield(.stopped(container: name)) }
            if servers[name] == nil { inbox.yield(.stopped(container: name)) }
        case .kill(let name):
            journal.log("\(name): SIGKILL", at: now)
            journal.update { $0.stoppedAt = $0.stoppedAt ?? now }
            servers.removeValue(forKey: name)?.kill()
        case .probe(let request) where servers[request.id.container]?.isListening == false:
            inbox.yield(.probed(request.id, success: false))
        case .probe(let request):
            let prober = PodProber(group: environment.group, translation: environment.translation)
            group.addTask { [inbox] in
                let isPassed = await prober.isPassed(request)
                inbox.yield(.probed(request.id, success: isPassed))
            }
        }
    }

    private func start(_ server: PodServer, _ writer: PodWriter) async -> PodHTTPServer {
        let answer = PodAnswer(
            image: server.container.image, version: server.container.version, pod: server.pod,
            behaviour: server.container.behaviour, journal: journal, now: environment.clock.now)
        let running = PodHTTPServer(server, translation: environment.translation, answer: answer)
        let ports = server.container.ports.map(String.init).joined(separator: ", ")
        do {
            try await running.start(on: environment.group)
            let now = environment.clock.now()
            journal.update { $0.listeningAt = now }
            journal.log("\(server.container.name): listening on \(server.address) port \(ports)", at: now)
        } catch {
            let problem = "\(server.container.name): cannot listen on \(server.address) port \(ports): \(error)"
            journal.log(problem, at: environment.clock.now())
            environment.logger.error(
                "pod cannot listen", metadata: ["k8s.object": "\(server.pod)", "error": "\(problem)"])
            let message = "\(problem). End the program that holds the port, or change the container's port."
            writer.send(
                .event(
                    EventRecord(
                        kind: .pod, key: pod.key, uid: pod.uid, severity: .warning, reason: "Failed", message: message))
            )
        }
        return running
    }
}
