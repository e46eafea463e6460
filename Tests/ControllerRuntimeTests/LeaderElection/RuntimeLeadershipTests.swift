import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Planning
import Synchronization
import Testing

/// Patches every Service that it sees.
private struct Patcher: Controller {
    let name = "patcher"
    let watchedKinds: [ResourceKind] = [.service]

    func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        change.object.map { [$0.key] } ?? []
    }

    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        Plan(effects: [.kubernetes(.patch(.init(.service, key, body: [:])))])
    }
}

/// One Service, and writes that are answered when the test says so.
private final class SlowServer: KubernetesAPI {
    enum Moment: Equatable { case begun, cancelled, answered }

    let moments: AsyncStream<Moment>
    private let happened: AsyncStream<Moment>.Continuation
    private let answers: AsyncStream<Void>
    private let answering: AsyncStream<Void>.Continuation
    let writeCount = Mutex(0)

    init() {
        (moments, happened) = AsyncStream.makeStream()
        (answers, answering) = AsyncStream.makeStream()
    }

    /// Answers one open write.
    func answer() { answering.yield() }

    func perform(_ write: KubernetesWrite) async throws -> KubernetesObject? {
        writeCount.withLock { $0 += 1 }
        happened.yield(.begun)
        for await _ in answers { break }
        guard !Task.isCancelled else {
            happened.yield(.cancelled)
            throw CancellationError()
        }
        happened.yield(.answered)
        return nil
    }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubernetesObject {
        throw KubernetesFailure.badRequest("nobody reads here")
    }

    func list(_ kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList {
        let service = KubernetesObject([
            "metadata": ["name": "web", "namespace": "d", "uid": "u", "resourceVersion": "1"]
        ])
        return ObjectList(items: [service], resourceVersion: "1")
    }

    func watch(
        _ kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        AsyncThrowingStream { _ in }
    }
}

@Suite("A runtime and its leadership", .timeLimit(.minutes(1))) struct RuntimeLeadershipTests {
    private let server = SlowServer()
    private let settings = ElectionSettings(lease: ObjectKey(name: "l"), identity: "i")
    private let leadership = Leadership(steady: { SteadyTime(nanoseconds: 0) }, fence: nil)

    private var tenure: Tenure { Tenure(renewedAt: SteadyTime(nanoseconds: 0), settings) }

    private func makeRuntime() -> ControllerRuntime {
        let clock = RuntimeClock(
            now: { Timestamp(seconds: 1) }, sleep: { _ in try await Task.sleep(for: .seconds(3_600)) })
        return ControllerRuntime(
            controllers: [Patcher()], api: server, elb: nil, clock: clock, leadership: leadership,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    @Test("a follower writes nothing; a leader does, and its open write is cancelled when it loses the lease")
    func loss() async throws {
        let runtime = makeRuntime()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await runtime.run() }
            while !runtime.isSynced { await Task.yield() }
            for _ in 0..<100 { await Task.yield() }
            #expect(server.writeCount.withLock { $0 } == 0)
            leadership.renew(tenure)
            runtime.leadershipChanged()
            var moments = server.moments.makeAsyncIterator()
            #expect(await moments.next() == .begun)
            #expect(leadership.openWriteCount == 1)
            leadership.renew(nil)
            runtime.leadershipChanged()
            #expect(await moments.next() == .cancelled)
            group.cancelAll()
        }
        #expect(leadership.openWriteCount == 0)
        #expect(server.writeCount.withLock { $0 } == 1)
    }

    @Test("a runtime that is drained finishes the write in hand, begins none, and ends") func drain() async throws {
        let runtime = makeRuntime()
        leadership.renew(tenure)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await runtime.run() }
            var moments = server.moments.makeAsyncIterator()
            #expect(await moments.next() == .begun)
            runtime.drain()
            for _ in 0..<100 { await Task.yield() }
            #expect(leadership.openWriteCount == 1)
            server.answer()
            #expect(await moments.next() == .answered)
            await group.waitForAll()
        }
        #expect(server.writeCount.withLock { $0 } == 1)
    }
}
