import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Synchronization

/// The Rollout and the Ingress of a demonstration as watches deliver them, each version with the time it arrived.
final class DemoFeed: Sendable {
    /// One version of one of the two objects.
    struct Arrival: Sendable {
        var at: Timestamp
        var object: KubernetesObject
    }

    private let api: any KubernetesAPI
    private let rollout: ObjectKey
    private let ingress: ObjectKey
    private let pending = Mutex<[Arrival]>([])

    init(api: any KubernetesAPI, rollout: ObjectKey, ingress: ObjectKey) {
        self.api = api
        self.rollout = rollout
        self.ingress = ingress
    }

    /// Watches until cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.follow(.rollout, self.rollout) }
            group.addTask { try await self.follow(.ingress, self.ingress) }
            try await group.waitForAll()
        }
    }

    /// What has arrived since the last call, in order.
    func take() -> [Arrival] {
        pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
    }

    private func follow(_ kind: ResourceKind, _ key: ObjectKey) async throws {
        let scope = WatchScope(namespace: key.namespace, fields: "metadata.name=\(key.name)")
        while !Task.isCancelled {
            let list = try await api.list(kind, scope)
            for object in list.items { add(object) }
            for try await event in try await api.watch(kind, scope, from: list.resourceVersion) {
                if event.kind == .added || event.kind == .modified { add(event.object) }
            }
        }
    }

    private func add(_ object: KubernetesObject) {
        let arrival = Arrival(at: WallClock().now, object: object)
        pending.withLock { $0.append(arrival) }
    }
}
