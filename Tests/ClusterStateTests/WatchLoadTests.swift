import ClusterState
import JSON
import KubernetesModel
import Synchronization
import Testing

/// What a client of a watch must be able to rely on, while a writer never rests.
@Suite("Watches under load")
struct WatchLoadTests {
    private static let now = Timestamp(seconds: 1_767_225_600)
    private static let watchers = 200
    private static let objects = 2_000

    /// What one watcher knows of the objects.
    private struct Mirror {
        var objects: [String: String] = [:]
        var lastVersion: UInt64
        var problems: [String] = []

        mutating func take(_ event: WatchEvent) {
            let name = event.object.name
            let version = UInt64(event.object.resourceVersion) ?? 0
            if version <= lastVersion { problems.append("\(name): \(version) after \(lastVersion)") }
            lastVersion = version
            switch event.kind {
            case .added:
                if objects[name] != nil { problems.append("\(name) was added twice") }
                objects[name] = event.object.resourceVersion
            case .modified:
                if objects[name] == nil { problems.append("\(name) was modified before it was added") }
                objects[name] = event.object.resourceVersion
            case .deleted:
                if objects.removeValue(forKey: name) == nil { problems.append("\(name) was deleted before") }
            case .bookmark, .error: problems.append("\(event.kind.rawValue) \(event.object.document.text)")
            }
        }
    }

    private func makeStore(eventLogCapacity: Int) -> ClusterStore {
        ClusterStore(ClusterState(now: Self.now, seed: 1, eventLogCapacity: eventLogCapacity)) { Self.now }
    }

    /// Creates the objects, changes every second and deletes every fourth one of them, and then makes the object `last`.
    @concurrent private func write(to store: ClusterStore) async {
        for number in 0..<Self.objects {
            let name = "c\(number)"
            send(APIRequest(.create, resource: "configmaps", namespace: "default", body: Sample.configMap(name)), store)
            guard number % 2 == 1 else { continue }
            var request = APIRequest(
                .patch, resource: "configmaps", namespace: "default", name: name, body: ["data": ["a": "2"]])
            request.patchFormat = .merge
            send(request, store)
            guard number % 4 == 1 else { continue }
            send(APIRequest(.delete, resource: "configmaps", namespace: "default", name: name), store)
        }
        send(APIRequest(.create, resource: "configmaps", namespace: "default", body: Sample.configMap("last")), store)
    }

    private func send(_ request: APIRequest, _ store: ClusterStore) {
        let response = store.handle(request)
        #expect(response.isSuccess, "\(request.verb.rawValue) \(request.name): \(response.document.text)")
    }

    private func list(_ store: ClusterStore) -> [String: String] {
        let items = store.handle(APIRequest(.list, resource: "configmaps", namespace: "default")).document["items"]
        let pairs = (items?.arrayValue ?? []).map { (KubernetesObject($0).name, KubernetesObject($0).resourceVersion) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Watches until `last` appears. The watch is left after `part` batches and taken up again by version.
    @concurrent private func follow(_ store: ClusterStore, leavingAfter part: Int?) async throws -> Mirror {
        let query = WatchQuery(resource: "configmaps", namespace: "default")
        var mirror = Mirror(lastVersion: 0)
        var watcher = try store.watcher(query, after: 1)
        var batches = 0
        while mirror.objects["last"] == nil {
            for event in await watcher.next() { mirror.take(event) }
            batches += 1
            guard mirror.problems.isEmpty, !watcher.isFinished else { break }
            if let part, batches % part == 0 { watcher = try store.watcher(query, after: mirror.lastVersion) }
        }
        return mirror
    }

    @Test(.timeLimit(.minutes(5)))
    func `200 watchers see every change of 2000 objects once and in order`() async throws {
        let store = makeStore(eventLogCapacity: 10_000)
        let mirrors = try await withThrowingTaskGroup(of: Mirror.self) { group in
            for number in 0..<Self.watchers {
                // A third of them are disconnected again and again.
                let part = number % 3 == 0 ? 1 + number % 5 : Int?.none
                group.addTask { try await follow(store, leavingAfter: part) }
            }
            await write(to: store)
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let expected = list(store)
        #expect(expected.count == Self.objects * 3 / 4 + 1)
        #expect(mirrors.count == Self.watchers)
        for mirror in mirrors {
            #expect(mirror.problems.isEmpty)
            #expect(mirror.objects == expected)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a reader that is too slow is told so at its first gap, the lines kept for it stay bounded`() async throws {
        let store = makeStore(eventLogCapacity: 500)
        let query = WatchQuery(resource: "configmaps", namespace: "default")
        let slow = try store.watcher(query, after: store.currentResourceVersion)
        let quick = try store.watcher(query, after: store.currentResourceVersion)
        var read = 0
        for number in 0..<2_000 {
            send(
                APIRequest(
                    .create, resource: "configmaps", namespace: "default",
                    body: Sample.configMap("c\(number)", data: ["a": .string(String(repeating: "x", count: 20_000))])),
                store)
            guard number % 100 == 99 else { continue }
            var round = WatchRound(bytesMax: 1 << 16) { $0.count { $0 == UInt8(ascii: "\n") } }
            while let lines = round.next(for: quick) { read += lines }
            #expect(read == number + 1)
            #expect(store.keptLineBytes <= ClusterStore.lineBytesMax)
        }
        #expect(read == 2_000)
        let events = await slow.next()
        #expect(events.map(\.kind) == [.error])
        #expect(events.first?.object.document["code"] == 410)
        #expect(await slow.next().isEmpty)
        #expect(slow.isFinished)
    }

    @Test func `lines are what the events are, and stop near the size that was asked for`() async throws {
        let store = makeStore(eventLogCapacity: 500)
        let start = store.currentResourceVersion
        for number in 0..<50 {
            send(
                APIRequest(.create, resource: "configmaps", namespace: "default", body: Sample.configMap("c\(number)")),
                store)
        }
        let query = WatchQuery(resource: "configmaps", namespace: "default")
        let events = await (try store.watcher(query, after: start)).next()
        let whole = events.map { "\($0.document.text)\n" }.joined()
        let watcher = try store.watcher(query, after: start)
        var round = WatchRound(bytesMax: 1_000) { $0 }
        var text = ""
        var parts = 0
        while let part = round.next(for: watcher) {
            #expect(part.count < 2_000)
            text += String(decoding: part, as: UTF8.self)
            parts += 1
        }
        #expect(text == whole)
        #expect(parts > 5)
    }

    @Test func `watchers in one round share what they see alike, and nothing else`() async throws {
        let store = makeStore(eventLogCapacity: 500)
        let start = store.currentResourceVersion
        let query = WatchQuery(resource: "configmaps", namespace: "default")
        var named = query
        named.name = "c1"
        var metadata = query
        metadata.representation = .metadata
        let watchers = try [query, named, metadata, query].map { try store.watcher($0, after: start) }
        for number in 0..<3 {
            send(
                APIRequest(.create, resource: "configmaps", namespace: "default", body: Sample.configMap("c\(number)")),
                store)
        }
        let late = try store.watcher(query, after: start + 1)
        var encoded = 0
        var round = WatchRound(bytesMax: 1 << 16) { bytes in
            encoded += 1
            return bytes
        }
        var texts: [String] = []
        for watcher in watchers + [late] {
            texts.append(String(decoding: round.next(for: watcher) ?? [], as: UTF8.self))
            #expect(round.next(for: watcher) == nil)
        }
        for (text, query) in zip(texts, [query, named, metadata, query]) {
            let events = await (try store.watcher(query, after: start)).next()
            #expect(text == events.map { "\($0.document.text)\n" }.joined())
        }
        #expect(texts[4].split(separator: "\n") == Array(texts[0].split(separator: "\n").dropFirst()))
        #expect(encoded == 4)
    }

    @Test func `a round tells the end of a watch once`() async throws {
        let store = makeStore(eventLogCapacity: 20)
        let watcher = try store.watcher(WatchQuery(resource: "configmaps"), after: store.currentResourceVersion)
        for number in 0..<30 {
            send(
                APIRequest(.create, resource: "configmaps", namespace: "default", body: Sample.configMap("c\(number)")),
                store)
        }
        var round = WatchRound(bytesMax: 1_000) { String(decoding: $0, as: UTF8.self) }
        #expect(round.next(for: watcher)?.contains("\"code\":410") == true)
        #expect(watcher.isFinished)
        #expect(round.next(for: watcher) == nil)
    }

    @Test func `listeners are told of the resources that changed, until they are removed`() {
        let store = makeStore(eventLogCapacity: 500)
        let told = Mutex<[String]>([])
        let number = store.addListener { changed in
            told.withLock { $0 += (changed ?? []).map(\.description).sorted() }
        }
        let create = { (name: String) in
            APIRequest(.create, resource: "configmaps", namespace: "default", body: Sample.configMap(name))
        }
        send(create("a"), store)
        _ = store.handle(APIRequest(.list, resource: "configmaps", namespace: "default"))
        #expect(told.withLock { $0 } == ["configmaps"])
        store.removeListener(number)
        send(create("b"), store)
        #expect(told.withLock { $0.count } == 1)
    }
}
