import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Planning
import Synchronization
import Testing

/// Creates a pod, whose name the server chooses, for every Service that has none.
private struct PodPerService: Controller {
    let name = "pod-per-service"
    let watchedKinds: [ResourceKind] = [.service, .pod]

    func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        guard let object = change.object else { return [] }
        return [ObjectKey(namespace: object.namespace, name: object.label("service") ?? object.name)]
    }

    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        let selector = LabelSelector(matchLabels: ["service": key.name])
        guard world.objects.objects(.pod, namespace: key.namespace, matching: selector).isEmpty else { return Plan() }
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "generateName": .string("\(key.name)-"), "namespace": .string(key.namespace),
                "labels": ["service": .string(key.name)],
            ],
        ]
        return Plan(effects: [.kubernetes(.create(.pod, pod))])
    }
}

/// An API server whose watches tell of a change only when it is old enough, by a clock that jumps.
private final class LaggingAPI: KubernetesAPI {
    private struct State {
        var now = Timestamp(seconds: 1_000)
        var created: [(object: KubernetesObject, at: Timestamp)] = []
    }

    private let state = Mutex(State())
    private let lag: Duration

    init(lag: Duration) {
        self.lag = lag
    }

    var createdCount: Int { state.withLock { $0.created.count } }
    var now: Timestamp { state.withLock { $0.now } }

    /// Time passes only while somebody sleeps.
    var clock: RuntimeClock {
        RuntimeClock(
            now: { self.now },
            sleep: { duration in
                try Task.checkCancellation()
                let end = self.now.advanced(by: duration)
                await Task.yield()
                self.state.withLock { $0.now = max($0.now, end) }
            })
    }

    func perform(_ write: KubernetesWrite) async throws -> KubernetesObject? {
        guard case .create(_, var document) = write else { return nil }
        return state.withLock { state in
            let number = state.created.count
            document.set(.string("a-\(number)"), at: "metadata", "name")
            document.set(.string("uid-\(number)"), at: "metadata", "uid")
            document.set(.string("\(100 + number)"), at: "metadata", "resourceVersion")
            state.created.append((KubernetesObject(document), state.now))
            return KubernetesObject(document)
        }
    }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubernetesObject {
        throw KubernetesFailure.notFound(kind, key.name)
    }

    func list(_ kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList {
        guard kind == .service else { return ObjectList(items: [], resourceVersion: "10") }
        let service: JSONValue = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": "a", "namespace": "d", "uid": "s", "resourceVersion": "9"],
        ]
        return ObjectList(items: [KubernetesObject(service)], resourceVersion: "10")
    }

    func watch(
        _ kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        let told = Mutex(0)
        return AsyncThrowingStream(unfolding: {
            while true {
                try Task.checkCancellation()
                let next = told.withLock { $0 }
                let event = self.state.withLock { state -> WatchEvent? in
                    guard kind == .pod, next < state.created.count,
                        state.created[next].at.duration(to: state.now) >= self.lag
                    else { return nil }
                    return WatchEvent(.added, state.created[next].object)
                }
                if let event {
                    told.withLock { $0 += 1 }
                    return event
                }
                await Task.yield()
            }
        })
    }
}

@Suite("A watch that lags behind the key's own writes") struct LaggingWatchTests {
    @Test("nothing is created twice, however long the watch lags", arguments: [1, 10, 29, 31, 300])
    func noDoubleCreation(seconds: Int) async {
        let api = LaggingAPI(lag: .seconds(seconds))
        let runtime = ControllerRuntime(
            controllers: [PodPerService()], api: api, elb: nil, clock: api.clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let running = Task { await runtime.run() }
        while runtime.world.objects.objects(.pod).isEmpty { await Task.yield() }
        let waited = Timestamp(seconds: 1_000).duration(to: api.now)
        running.cancel()
        await running.value
        #expect(api.createdCount == 1)
        #expect(waited >= min(.seconds(seconds), .seconds(30)))
        #expect(waited <= .seconds(40))
    }

    private let key = WorkKey(controller: 0, object: ObjectKey(namespace: "d", name: "a"))
    private let start = Timestamp(seconds: 1_000)

    private func pod(_ version: Int, node: JSONValue = "") -> KubernetesObject {
        KubernetesObject([
            "kind": "Pod", "apiVersion": "v1",
            "metadata": [
                "name": "p", "namespace": "d", "uid": "u", "resourceVersion": .string("\(version)"),
                "labels": ["service": "a"],
            ],
            "spec": ["nodeName": node],
        ])
    }

    private func synced() -> RuntimeState {
        var state = RuntimeState(controllers: [PodPerService()], settings: RuntimeSettings())
        state.replace(.service, with: ObjectList(items: [], resourceVersion: "5"), now: start)
        state.replace(.pod, with: ObjectList(items: [pod(5)], resourceVersion: "5"), now: start)
        return state
    }

    @Test func `a binding, whose answer tells no version, waits for its pod to show the node`() {
        var state = synced()
        let kind = ResourceKind(group: "", version: "v1", kind: "Binding", plural: "bindings")
        let binding = KubernetesWrite.create(kind, ["metadata": ["name": "p", "namespace": "d"]])
        let answer = KubernetesObject(["kind": "Status", "apiVersion": "v1", "status": "Success", "metadata": [:]])
        state.wrote(binding, answered: answer, by: key, now: start)
        let before = state.isCaughtUp(key, now: start)
        state.apply(WatchEvent(.modified, pod(7, node: "n")), .pod, now: start)
        let after = state.isCaughtUp(key, now: start)
        #expect(!before)
        #expect(after)
    }

    @Test func `a write of a kind that nobody watches is not waited for`() {
        var state = synced()
        let answer = KubernetesObject([
            "kind": "ConfigMap", "apiVersion": "v1",
            "metadata": ["name": "c", "namespace": "d", "resourceVersion": "900"],
        ])
        state.wrote(.create(.configMap, answer.document), answered: answer, by: key, now: start)
        let isCaughtUp = state.isCaughtUp(key, now: start)
        #expect(isCaughtUp)
    }

    @Test func `an answer is not put into the cache over something newer`() {
        var state = synced()
        let patch = KubernetesWrite.patch(.init(.pod, ObjectKey(namespace: "d", name: "p"), body: [:]))
        state.wrote(patch, answered: pod(8), by: key, now: start)
        state.wrote(.delete(.init(.pod, ObjectKey(namespace: "d", name: "p"))), answered: nil, by: key, now: start)
        let late = start.advanced(by: .seconds(31))
        let isCaughtUp = state.isCaughtUp(key, now: late)
        #expect(isCaughtUp)
        #expect(state.world.objects.objects(.pod).map(\.resourceVersion) == ["8"])
        state.apply(WatchEvent(.modified, pod(7)), .pod, now: late)
        #expect(state.world.objects.objects(.pod).map(\.resourceVersion) == ["8"])
        state.apply(WatchEvent(.deleted, pod(9)), .pod, now: late)
        #expect(state.world.objects.objects(.pod).isEmpty)
    }
}
