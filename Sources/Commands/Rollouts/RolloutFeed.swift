import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Logging
import Planning
import RolloutView
import Synchronization

/// Rollouts and what they own as watches deliver them.
final class RolloutFeed: Sendable {
    private struct State {
        var objects = ObjectStore()
        var listed: Set<ResourceKind> = []
    }

    /// How long changes are gathered before they are told.
    static let pause = Duration.milliseconds(200)

    private let session: RolloutSession
    private let namespace: String?
    private let scopes: [(kind: ResourceKind, scope: WatchScope)]
    private let state = Mutex(State())
    private let ticks: AsyncStream<Void>
    private let tick: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - namespace: `nil` follows every namespace.
    ///   - name: the only Rollout to follow.
    ///   - kinds: what is followed besides Rollouts.
    init(_ session: RolloutSession, namespace: String?, name: String? = nil, kinds: [ResourceKind]) {
        self.session = session
        self.namespace = namespace
        let fields = name.map { "metadata.name=\($0)" } ?? ""
        scopes =
            [(.rollout, WatchScope(namespace: namespace, fields: fields))]
            + kinds.map { ($0, WatchScope(namespace: namespace)) }
        (ticks, tick) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The Rollouts there are, by namespace and name, each with what it owns.
    var families: [RolloutFamily] {
        let objects = state.withLock { $0.objects }
        return objects.objects(.rollout).map { rollout in
            RolloutFamily(
                rollout, replicaSets: objects.objects(.replicaSet, namespace: rollout.namespace),
                pods: objects.objects(.pod, namespace: rollout.namespace),
                workload: Self.workload(of: rollout, in: objects))
        }
    }

    private static func workload(of rollout: KubernetesObject, in objects: ObjectStore)
        -> KubernetesObject?
    {
        guard let reference = try? ReferencedWorkload(of: rollout) else { return nil }
        return objects.object(reference.kind, reference.key)
    }

    /// Calls `changed` with what there is, first when everything was read, then after changes, gathered for a moment,
    /// and every `interval` besides; ends when it returns false, or after `limit`.
    ///
    /// - Returns: whether `changed` has ended it.
    func follow(
        every interval: Duration? = nil, within limit: Duration? = nil,
        _ changed: @escaping @Sendable ([RolloutFamily]) async throws -> Bool
    ) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool?.self) { group in
            for (kind, scope) in scopes { group.addTask { await self.reflect(kind, scope) } }
            if let interval {
                group.addTask {
                    while true {
                        try await Task.sleep(for: interval)
                        self.tick.yield()
                    }
                }
            }
            if let limit {
                group.addTask {
                    try await Task.sleep(for: limit)
                    return false
                }
            }
            group.addTask {
                for await _ in self.ticks where self.isComplete {
                    guard try await changed(self.families) else { return true }
                    try await Task.sleep(for: Self.pause)
                }
                throw CancellationError()
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let isEnded = result { return isEnded }
            }
            throw CancellationError()
        }
    }

    private var isComplete: Bool { state.withLock { $0.listed.count == scopes.count } }

    private func reflect(_ kind: ResourceKind, _ scope: WatchScope) async -> Bool? {
        let reflector = Reflector(
            kind: kind, scope: scope, api: session.api, clock: WallClock().runtime,
            logger: session.logger,
            listed: { list in
                self.state.withLock { state in
                    state.objects.removeAll(kind)
                    for object in list.items { state.objects.insert(object, kind) }
                    state.listed.insert(kind)
                }
                self.tick.yield()
            },
            received: { event in
                self.state.withLock { state in
                    switch event.kind {
                    case .added, .modified: state.objects.insert(event.object, kind)
                    case .deleted: state.objects.remove(kind, event.object.key)
                    case .bookmark, .error: break
                    }
                }
                if event.kind != .bookmark { self.tick.yield() }
            })
        await reflector.run()
        return nil
    }
}
