import ClusterState
import JSON
import KubernetesModel
import Synchronization
import Testing

/// A journal that makes nothing safe until the test says so.
final class HeldJournal: ClusterJournal {
    private let records = Mutex<[ClusterRecord]>([])

    func append(_ record: ClusterRecord) { records.withLock { $0.append(record) } }

    /// The version of the newest record.
    var last: UInt64 { records.withLock { $0.last?.version ?? 0 } }
    var encoded: [[UInt8]] { records.withLock { $0.map { $0.encoded() } } }
}

@Suite("Writes that are not safe yet")
struct CommitTests {
    private static let now = Timestamp(seconds: 1_767_225_600)
    private let journal = HeldJournal()
    private let store: ClusterStore
    private let query = WatchQuery(resource: "configmaps", namespace: "default")

    init() {
        store = ClusterStore(ClusterState(now: Self.now, seed: 1), now: { Self.now }, journal: journal)
    }

    private func create(_ name: String) -> APIRequest {
        APIRequest(.create, resource: "configmaps", namespace: "default", body: Sample.configMap(name))
    }

    @Test func `nobody learns of a write before it is safe`() async throws {
        let watcher = try store.watcher(query, after: store.currentResourceVersion)
        let isAnswered = Mutex(false)
        async let answer = {
            let response = await store.answer(create("a"))
            isAnswered.withLock { $0 = true }
            return response
        }()
        async let read = store.answer(APIRequest(.list, resource: "configmaps", namespace: "default"))
        while journal.last == 0 { await Task.yield() }
        for _ in 0..<100 { await Task.yield() }
        #expect(!isAnswered.withLock { $0 })
        #expect(watcher.bookmark()?.object.resourceVersion == String(journal.last - 1))
        let initial = try store.watcher(query)
        async let first = initial.next()
        async let next = watcher.next()
        store.commit(through: journal.last)
        #expect(await answer.code == 201)
        #expect(await read.isSuccess)
        #expect(await next.map(\.object.name) == ["a"])
        #expect(await first.map(\.object.name) == ["a"])
    }

    @Test func `of two writes of which one is safe, watchers are shown one`() async throws {
        let watcher = try store.watcher(query, after: store.currentResourceVersion)
        _ = store.handle(create("a"))
        let version = journal.last
        _ = store.handle(create("b"))
        store.commit(through: version)
        #expect(await watcher.next().map(\.object.name) == ["a"])
        async let next = watcher.next()
        store.commit(through: journal.last)
        #expect(await next.map(\.object.name) == ["b"])
    }

    @Test func `when writes cannot be made safe everything that waits is answered with the reason`() async throws {
        let watcher = try store.watcher(query, after: store.currentResourceVersion)
        async let answer = store.answer(create("a"))
        async let next = watcher.next()
        while journal.last == 0 { await Task.yield() }
        store.fail("the disk is full")
        #expect(await answer.code == 500)
        #expect(await answer.document["message"]?.stringValue?.contains("the disk is full") == true)
        #expect(await next.map(\.kind) == [.error])
        #expect(await store.answer(create("b")).code == 500)
    }

    @Test func `a dry run and a refusal leave no record`() async {
        var request = create("a")
        request.options.isDryRun = true
        #expect(await store.answer(request).code == 201)
        #expect(await store.answer(create("")).code == 422)
        #expect(journal.last == 0)
    }
}
