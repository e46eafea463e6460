import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Planning
import Synchronization
import Testing

/// An API server that plays a list of answers, one for each list or watch, and then waits for ever.
final class ScriptedAPI: KubernetesAPI {
    enum Answer: Sendable {
        case list([KubernetesObject], version: String)
        /// The events of one watch; it ends after them, or throws.
        case watch([WatchEvent], (any Error)? = nil)
        case refuse(any Error)
    }

    private struct State {
        var answers: [Answer]
        var calls: [String] = []
    }

    private let state: Mutex<State>
    private let finished: AsyncStream<Void>.Continuation
    /// Ends when every answer has been given and something more is asked for.
    let isDone: AsyncStream<Void>

    init(_ answers: [Answer]) {
        state = Mutex(State(answers: answers))
        (isDone, finished) = AsyncStream.makeStream()
    }

    /// What has been asked, in order: `list`, `watch from 5`.
    var calls: [String] { state.withLock { $0.calls } }

    private func next(_ call: String) async throws -> Answer {
        let answer = state.withLock { state -> Answer? in
            guard !state.answers.isEmpty else { return nil }
            state.calls.append(call)
            return state.answers.removeFirst()
        }
        if let answer { return answer }
        finished.finish()
        try await Task.sleep(for: .seconds(3_600))
        throw CancellationError()
    }

    func perform(_ write: KubernetesWrite) async throws -> KubernetesObject? { nil }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubernetesObject {
        throw KubernetesFailure.notFound(kind, key.name)
    }

    func list(_ kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList {
        switch try await next("list") {
        case .list(let items, let version): return ObjectList(items: items, resourceVersion: version)
        case .refuse(let error): throw error
        case .watch: throw KubernetesFailure.badRequest("the script expected a watch, a list came")
        }
    }

    func watch(
        _ kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        switch try await next("watch from \(resourceVersion)") {
        case .watch(let events, let error):
            return AsyncThrowingStream { continuation in
                for event in events { continuation.yield(event) }
                continuation.finish(throwing: error)
            }
        case .refuse(let error): throw error
        case .list: throw KubernetesFailure.badRequest("the script expected a list, a watch came")
        }
    }
}

@Suite("Reflector") struct ReflectorTests {
    private func object(_ name: String, _ version: Int) -> KubernetesObject {
        KubernetesObject([
            "metadata": [
                "name": .string(name), "namespace": "d", "uid": .string("u-\(name)"),
                "resourceVersion": .string("\(version)"),
            ]
        ])
    }

    private func bookmark(_ version: Int) -> WatchEvent {
        WatchEvent(.bookmark, KubernetesObject(["metadata": ["resourceVersion": .string("\(version)")]]))
    }

    /// Runs a reflector over a script until it asks for more; what it reported, and how long it slept each time.
    private func run(
        _ kind: ResourceKind, _ answers: [ScriptedAPI.Answer]
    ) async -> (calls: [String], cache: ObjectCache, sleeps: [Duration]) {
        let api = ScriptedAPI(answers)
        let cache = Mutex(ObjectCache())
        let sleeps = Mutex<[Duration]>([])
        let clock = RuntimeClock(now: { Timestamp(seconds: 0) }, sleep: { wait in sleeps.withLock { $0.append(wait) } })
        let reflector = Reflector(
            kind: kind, scope: WatchScope(), api: api, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            listed: { list in cache.withLock { _ = $0.replace(kind, with: list) } },
            received: { event in cache.withLock { _ = $0.apply(event, kind) } })
        let running = Task { await reflector.run() }
        for await _ in api.isDone {}
        running.cancel()
        await running.value
        return (api.calls, cache.withLock { $0 }, sleeps.withLock { $0 })
    }

    @Test func `a watch that ends is resumed from the last bookmark`() async {
        let ran = await run(
            .pod,
            [
                .list([object("a", 3)], version: "5"), .watch([bookmark(9)]),
                .watch([WatchEvent(.added, object("b", 11))]), .watch([]),
            ])
        #expect(ran.calls == ["list", "watch from 5", "watch from 9", "watch from 11"])
        #expect(ran.cache.objects.objects(.pod).map(\.name) == ["a", "b"])
    }

    @Test func `an expired version leads to a new list, and what has vanished meanwhile is removed`() async {
        let expired = KubernetesFailure.expired("too old resource version: 5 (9)")
        let ran = await run(
            .pod,
            [
                .list([object("a", 3), object("b", 4)], version: "5"), .watch([], expired),
                .list([object("b", 4)], version: "12"), .watch([]),
            ])
        #expect(ran.calls == ["list", "watch from 5", "list", "watch from 12"])
        #expect(ran.cache.objects.objects(.pod).map(\.name) == ["b"])
    }

    @Test func `a broken watch is resumed after a wait, not listed again`() async {
        let broken = KubernetesFailure(code: 500, reason: "InternalError", message: "etcdserver: leader changed")
        let ran = await run(
            .pod, [.list([], version: "5"), .watch([WatchEvent(.added, object("a", 7))], broken), .watch([])])
        #expect(ran.calls == ["list", "watch from 5", "watch from 7"])
        #expect(ran.sleeps.count >= 1)
    }

    @Test func `failures wait longer and longer, within bounds`() async {
        let refused = KubernetesFailure(code: 503, reason: "ServiceUnavailable", message: "starting")
        let refusals = Array(repeating: ScriptedAPI.Answer.refuse(refused), count: 12)
        let ran = await run(.pod, refusals + [.list([], version: "5"), .watch([])])
        let waits = ran.sleeps.prefix(12)
        #expect(waits.count == 12)
        #expect(waits.first.map { $0 <= .milliseconds(200) } == true)
        #expect(waits.last.map { $0 >= .seconds(15) && $0 <= .seconds(30) } == true)
    }

    @Test func `the wait the server asks for is kept`() async {
        let busy = KubernetesFailure(
            code: 429, reason: "TooManyRequests", message: "slow down", retryAfter: .seconds(7))
        let ran = await run(.pod, [.refuse(busy), .list([], version: "5"), .watch([])])
        #expect(ran.sleeps.first.map { $0 >= .seconds(7) && $0 <= .seconds(9) } == true)
    }

    @Test func `a kind that is not served and has a substitute counts as listed`() async {
        let ran = await run(
            .endpointSlice, [.refuse(KindNotServed(.endpointSlice)), .list([], version: "5"), .watch([])])
        #expect(ran.sleeps.first == .seconds(600))
        #expect(ran.cache.isSynced([.endpointSlice]))
    }

    @Test func `a kind that is not served and is needed is asked for again`() async {
        let ran = await run(.rollout, [.refuse(KindNotServed(.rollout)), .list([], version: "5"), .watch([])])
        #expect(ran.calls == ["list", "list", "watch from 5"])
        #expect(ran.sleeps.first.map { $0 <= .seconds(30) } == true)
    }

    @Test func `a watch that ends at once without an event is not reopened in a tight loop`() async {
        let ran = await run(.pod, [.list([], version: "5"), .watch([]), .watch([]), .watch([])])
        #expect(ran.calls == ["list", "watch from 5", "watch from 5", "watch from 5"])
        #expect(ran.sleeps.count == 3)
    }

    @Test func `a list from a server that lags behind is not believed`() async {
        let expired = KubernetesFailure.expired("too old")
        let ran = await run(
            .pod,
            [
                .list([object("a", 50)], version: "50"), .watch([], expired), .list([], version: "40"),
                .list([object("a", 50)], version: "60"), .watch([]),
            ])
        #expect(ran.calls == ["list", "watch from 50", "list", "list", "watch from 60"])
        #expect(ran.cache.objects.objects(.pod).map(\.resourceVersion) == ["50"])
    }

    @Test func `a server that insists on older versions was restored from a backup, and is believed`() async {
        let expired = KubernetesFailure.expired("too old")
        let restored = ScriptedAPI.Answer.list([object("b", 7)], version: "9")
        let ran = await run(
            .pod,
            [.list([object("a", 50)], version: "50"), .watch([], expired)] + Array(repeating: restored, count: 5)
                + [.watch([WatchEvent(.added, object("c", 10))]), .watch([])])
        #expect(ran.calls.suffix(2) == ["watch from 9", "watch from 10"])
        #expect(ran.cache.objects.objects(.pod).map(\.name) == ["b", "c"])
    }
}
