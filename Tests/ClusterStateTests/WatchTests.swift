import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Watching")
struct WatchTests {
    private var cluster = TestCluster()

    @Test mutating func `every change after a version is told in order`() throws {
        let start = cluster.state.currentResourceVersion
        cluster.create(.configMap, Sample.configMap("a"))
        cluster.patch(.configMap, "a", .merge, ["data": ["a": "2"]])
        cluster.delete(.configMap, "a")
        #expect(
            try cluster.events(cluster.query(.configMap), after: start) == [
                "ADDED a \(start + 1)", "MODIFIED a \(start + 2)", "DELETED a \(start + 3)",
            ])
        #expect(try cluster.events(cluster.query(.configMap), after: start + 2) == ["DELETED a \(start + 3)"])
    }

    @Test mutating func `objects that leave the selector are deleted and those that enter it are added`() throws {
        cluster.create(.configMap, Sample.configMap("a", labels: ["app": "web"]))
        let start = cluster.state.currentResourceVersion
        cluster.patch(.configMap, "a", .merge, ["metadata": ["labels": ["app": "other"]]])
        cluster.patch(.configMap, "a", .merge, ["data": ["b": "2"]])
        cluster.patch(.configMap, "a", .merge, ["metadata": ["labels": ["app": "web"]]])
        var query = cluster.query(.configMap)
        query.labelSelector = "app=web"
        #expect(try cluster.events(query, after: start) == ["DELETED a \(start + 1)", "ADDED a \(start + 3)"])
    }

    @Test mutating func `a namespace's watch does not see other namespaces`() throws {
        let start = cluster.state.currentResourceVersion
        cluster.create(.configMap, Sample.configMap("a"), namespace: "kube-system")
        #expect(try cluster.events(cluster.query(.configMap), after: start) == [])
        #expect(try cluster.events(cluster.query(.configMap, namespace: ""), after: start).count == 1)
    }

    @Test func `a version older than the log is Expired`() throws {
        var cluster = TestCluster(eventLogCapacity: 20)
        let start = cluster.state.currentResourceVersion
        for number in 0..<21 {
            cluster.create(.configMap, Sample.configMap("c\(number)"))
        }
        let query = cluster.query(.configMap)
        let failure = #expect(throws: KubernetesFailure.self) { try cluster.events(query, after: start) }
        #expect(failure?.code == 410)
        #expect(failure?.reason == "Expired")
        #expect(try cluster.events(query, after: start + 1).count == 20)
    }

    @Test mutating func `a quiet resource's watch outlives a busy one's log`() throws {
        var cluster = TestCluster(eventLogCapacity: 20)
        cluster.create(.secret, ["metadata": ["name": "s"]])
        let start = cluster.state.currentResourceVersion
        for number in 0..<50 {
            cluster.create(.configMap, Sample.configMap("c\(number)"))
        }
        #expect(try cluster.events(cluster.query(.secret), after: start) == [])
    }

    @Test mutating func `a write that changes nothing is no event and keeps the version`() throws {
        cluster.create(.configMap, Sample.configMap("a"))
        let start = cluster.state.currentResourceVersion
        let response = cluster.patch(.configMap, "a", .merge, ["data": ["a": "1"]])
        #expect(response.code == 200)
        #expect(cluster.state.currentResourceVersion == start)
    }

    @Test mutating func `a watch of a version not reached yet times out`() {
        let ahead = cluster.state.currentResourceVersion + 5
        let query = cluster.query(.configMap)
        let failure = #expect(throws: KubernetesFailure.self) { try cluster.events(query, after: ahead) }
        #expect(failure?.code == 504)
    }
}

@Suite("The store's watchers")
struct ClusterStoreTests {
    private static let now = Timestamp(seconds: 1_767_225_600)

    private func makeStore(eventLogCapacity: Int = 100) -> ClusterStore {
        ClusterStore(ClusterState(now: Self.now, seed: 1, eventLogCapacity: eventLogCapacity)) { Self.now }
    }

    private func create(_ name: String, in store: ClusterStore) {
        let response = store.handle(
            APIRequest(.create, resource: "configmaps", namespace: "default", body: Sample.configMap(name)))
        #expect(response.code == 201)
    }

    private let query = WatchQuery(resource: "configmaps", namespace: "default")

    @Test func `a watch without a version begins with what exists and goes on with what happens`() async throws {
        let store = makeStore()
        create("a", in: store)
        let watcher = try store.watcher(query)
        #expect(await watcher.next().map(\.object.name) == ["a"])
        async let next = watcher.next()
        create("b", in: store)
        #expect(await next.map(\.object.name) == ["b"])
    }

    @Test func `the stream hands out every event once`() async throws {
        let store = makeStore()
        let stream = try store.watch(query, after: store.currentResourceVersion)
        for number in 0..<20 {
            create("c\(number)", in: store)
        }
        var names: [String] = []
        for try await event in stream {
            names.append(event.object.name)
            if names.count == 20 { break }
        }
        #expect(names == (0..<20).map { "c\($0)" })
    }

    @Test func `a cancelled watch ends`() async throws {
        let store = makeStore()
        let watcher = try store.watcher(query, after: store.currentResourceVersion)
        let task = Task { await watcher.next() }
        task.cancel()
        #expect(await task.value.isEmpty)
    }

    @Test func `a watcher that falls behind the log gets one last error`() async throws {
        let store = makeStore(eventLogCapacity: 20)
        let watcher = try store.watcher(query, after: store.currentResourceVersion)
        for number in 0..<30 {
            create("c\(number)", in: store)
        }
        let events = await watcher.next()
        #expect(events.map(\.kind) == [.error])
        #expect(events.first?.object.document["code"] == 410)
        #expect(await watcher.next().isEmpty)
    }

    @Test func `a bookmark never passes an event that was not read`() async throws {
        let store = makeStore()
        let start = store.currentResourceVersion
        let watcher = try store.watcher(query, after: start)
        create("a", in: store)
        #expect(watcher.bookmark() == nil)
        #expect(await watcher.next().count == 1)
        #expect(watcher.bookmark()?.object.resourceVersion == String(start + 1))
    }

    @Test func `initial events asked for are closed by a marked bookmark`() async throws {
        let store = makeStore()
        create("a", in: store)
        var query = query
        query.sendInitialEvents = true
        let events = try await store.watcher(query, after: 0).next()
        #expect(events.map(\.kind) == [.added, .bookmark])
        #expect(events.last?.object.annotation("k8s.io/initial-events-end") == "true")
    }

    @Test func `a query for an unknown resource is refused before any event`() {
        let store = makeStore()
        #expect(throws: KubernetesFailure.self) { try store.watcher(WatchQuery(resource: "nothings")) }
    }
}
