import ClusterPlanning
import ClusterState
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import NIOCore
import NIOPosix
import RequestRouting
import Synchronization
import Testing

@testable import Sandbox

/// A cluster with the built-in controllers and one node, all in this process; the pods' sockets are real.
private struct SmallCluster: Sendable {
    let store: ClusterStore
    let api: BindingAPI
    let agent: NodeAgent
    private let runtime: ControllerRuntime

    /// - Parameter node: the node's number, different for each test: it determines the pods' addresses.
    init(node: UInt8) {
        let started = ContinuousClock.now
        let clock = RuntimeClock(
            now: {
                Timestamp(seconds: 1_767_225_600).advanced(by: ContinuousClock.now - started)
            }, sleep: { try await Task.sleep(for: $0) })
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        store = ClusterStore(ClusterState(now: clock.now(), seed: 1), now: clock.now)
        api = BindingAPI(store: store)
        let settings = NodeSettings(
            nodes: [NodeSettings.Identity(name: "n\(node)", number: node, zone: "us-west-2a")])
        agent = NodeAgent(
            settings: settings, api: api, clock: clock, group: MultiThreadedEventLoopGroup.singleton, logger: logger)
        runtime = ControllerRuntime(
            controllers: [
                ReplicaSetController(), EndpointsController(), EndpointSliceController(), Scheduler(),
                GarbageCollector(), NamespaceController(),
            ], api: api, elb: nil, clock: clock, logger: logger)
    }

    /// Runs the cluster for as long as `body` takes.
    func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await runtime.run() }
            group.addTask { await agent.run() }
            try await body()
            group.cancelAll()
        }
    }

    func create(_ kind: ResourceKind, _ text: String) async throws {
        _ = try await api.perform(.create(kind, try JSONValue(parsing: text)))
    }

    /// A ReplicaSet `web` with a Service, in the namespace `default`.
    func createWeb(replicas: Int, port: Int, container: String = "") async throws {
        try await create(
            .service,
            """
            {"metadata":{"name":"web","namespace":"default"},
             "spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":"http"}]}}
            """)
        try await create(
            .replicaSet,
            """
            {"metadata":{"name":"web","namespace":"default"},"spec":{"replicas":\(replicas),
             "selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},
             "spec":{"terminationGracePeriodSeconds":5,"containers":[{"name":"web","image":"shop/web:v7",
             "ports":[{"name":"http","containerPort":\(port)}]\(container)}]}}}}
            """)
    }

    var pods: [KubernetesObject] {
        get async throws { try await api.list(.pod, WatchScope()).items }
    }

    /// The ready addresses of the Service `web`.
    var endpoints: [String] {
        get async throws {
            let object = try? await api.get(.endpoints, ObjectKey(namespace: "default", name: "web"))
            let subsets = object?.document["subsets"]?.arrayValue ?? []
            return subsets.flatMap { $0["addresses"]?.arrayValue ?? [] }.compactMap { $0["ip"]?.stringValue }
        }
    }

    func scale(to replicas: Int) async throws {
        let body: JSONValue = ["spec": ["replicas": .number(JSONNumber(replicas))]]
        let key = ObjectKey(namespace: "default", name: "web")
        _ = try await api.perform(.patch(KubernetesWrite.Patch(.replicaSet, key, body: body)))
    }
}

/// The store as an API server that also has the namespace's collection of bindings, as a real one does.
private struct BindingAPI: KubernetesAPI {
    let store: ClusterStore
    private var base: StoreAPI { StoreAPI(store) }

    func perform(_ write: KubernetesWrite) async throws -> KubernetesObject? {
        guard case .create(Scheduler.binding, let document) = write else { return try await base.perform(write) }
        let request = APIRequest(
            .create, resource: "pods", namespace: write.key.namespace, name: write.key.name, subresource: "binding",
            body: document)
        let response = store.handle(request)
        guard response.isSuccess else { throw KubernetesFailure(status: response.document, code: response.code) }
        return nil
    }

    func get(_ kind: ResourceKind, _ key: ObjectKey) async throws -> KubernetesObject { try await base.get(kind, key) }

    func list(_ kind: ResourceKind, _ scope: WatchScope) async throws -> ObjectList {
        try await base.list(kind, scope)
    }

    func watch(
        _ kind: ResourceKind, _ scope: WatchScope, from resourceVersion: String
    ) async throws -> AsyncThrowingStream<WatchEvent, any Error> {
        try await base.watch(kind, scope, from: resourceVersion)
    }
}

/// Looks every 20 ms, for at most ten seconds, until something is so.
private func eventually(
    _ what: String, _ condition: @Sendable () async throws -> Bool
) async throws {
    for _ in 0..<500 {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("not within ten seconds: \(what)")
}

/// One connection to a pod, as text.
private struct TextConnection {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    init(_ address: String, port: Int) async throws {
        let wire = PodAddressTranslation().wireAddress(of: TargetAddress(host: address, port: port))
        channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: wire.host, port: wire.port) { channel in
                channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
            }
    }

    /// Sends one request and returns everything until the body's end, or until the connection closes.
    func exchange(_ request: String) async throws -> String {
        try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var text = ""
            for try await part in inbound {
                text += String(buffer: part)
                if text.hasSuffix("}") { break }
            }
            return text
        }
    }
}

@Suite("Node agent") struct NodeAgentTests {
    @Test func `pods start, get ready, are listed in the endpoints and answer`() async throws {
        let cluster = SmallCluster(node: 201)
        try await cluster.run {
            try await cluster.createWeb(
                replicas: 2, port: 18_080,
                container: ",\"readinessProbe\":{\"httpGet\":{\"port\":\"http\"},\"periodSeconds\":1}")
            try await eventually("two endpoints") { try await cluster.endpoints.count == 2 }
            #expect(try await cluster.endpoints == ["10.244.201.2", "10.244.201.3"])
            let pod = try #require(try await cluster.pods.first)
            #expect(PodView(pod).isReady)
            #expect(pod.document.at("status", "hostIP")?.stringValue == "10.0.201.10")

            let connection = try await TextConnection(PodView(pod).podIP ?? "", port: 18_080)
            let answer = try await connection.exchange("GET /cart?id=1 HTTP/1.1\r\nhost: shop\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("x-weir-image: shop/web:v7\r\n"))
            #expect(answer.contains("x-weir-pod: \(pod.name)\r\n"))
            let body =
                "{\"image\":\"shop/web:v7\",\"version\":\"v7\",\"pod\":\"\(pod.name)\",\"path\":\"/cart\","
                + "\"method\":\"GET\"}"
            #expect(answer.hasSuffix(body))

            let record = try #require(cluster.agent.records.first { $0.key == pod.key })
            #expect(record.requests == 1)
            #expect(record.lastRequestAt != nil)
            let log = cluster.agent.log(of: pod.key, tailLines: 100)
            #expect(log.contains { $0.contains("\"GET /cart?id=1 HTTP/1.1\" 200") })
            #expect(log.contains { $0.contains("kube-probe/") })
        }
    }

    @Test func `a pod leaves the endpoints, answers what is in flight and is deleted`() async throws {
        let cluster = SmallCluster(node: 202)
        try await cluster.run {
            try await cluster.createWeb(
                replicas: 1, port: 18_080, container: ",\"env\":[{\"name\":\"WEIR_LATENCY_MS\",\"value\":\"700\"}]")
            try await eventually("one endpoint") { try await cluster.endpoints.count == 1 }
            let pod = try #require(try await cluster.pods.first)
            let connection = try await TextConnection("10.244.202.2", port: 18_080)
            async let answer = connection.exchange("GET / HTTP/1.1\r\nhost: shop\r\n\r\n")
            try await Task.sleep(for: .milliseconds(200))
            try await cluster.scale(to: 0)
            try await eventually("no endpoint") { try await cluster.endpoints.isEmpty }
            try await eventually("SIGTERM") { cluster.agent.records.first?.stoppedAt != nil }
            await #expect(throws: (any Error).self) { _ = try await TextConnection("10.244.202.2", port: 18_080) }
            let text = try await answer
            #expect(text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(text.contains("connection: close"))
            try await eventually("no pod") { try await cluster.pods.isEmpty }
            let record = try #require(cluster.agent.records.first { $0.key == pod.key })
            let lastRequest = try #require(record.lastRequestAt)
            let deleted = try #require(record.deletedAt)
            #expect(lastRequest <= deleted)
        }
    }

    @Test func `a server that ignores SIGTERM goes on until it is killed`() async throws {
        let cluster = SmallCluster(node: 203)
        try await cluster.run {
            try await cluster.createWeb(
                replicas: 1, port: 18_080, container: ",\"env\":[{\"name\":\"WEIR_IGNORE_SIGTERM\",\"value\":\"1\"}]")
            try await eventually("one endpoint") { try await cluster.endpoints.count == 1 }
            let pod = try #require(try await cluster.pods.first)
            let deletion = KubernetesWrite.Deletion(.pod, pod.key, gracePeriodSeconds: 2)
            _ = try await cluster.api.perform(.delete(deletion))
            try await Task.sleep(for: .milliseconds(500))
            let answer = try await TextConnection("10.244.203.2", port: 18_080)
                .exchange("GET / HTTP/1.1\r\nhost: shop\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            try await eventually("the pod is gone") { try await cluster.pods.allSatisfy { $0.name != pod.name } }
        }
    }

    @Test func `errors are answered at the wanted rate, but never to probes`() async throws {
        let cluster = SmallCluster(node: 204)
        try await cluster.run {
            let container = """
                ,"env":[{"name":"WEIR_ERROR_RATE","value":"1"}],
                "readinessProbe":{"httpGet":{"port":"http"},"periodSeconds":1}
                """
            try await cluster.createWeb(replicas: 1, port: 18_080, container: container)
            try await eventually("one endpoint") { try await cluster.endpoints.count == 1 }
            let answer = try await TextConnection("10.244.204.2", port: 18_080)
                .exchange("GET / HTTP/1.1\r\nhost: shop\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
        }
    }

    @Test func `deleting a ReplicaSet in the foreground takes its pods with it`() async throws {
        let cluster = SmallCluster(node: 205)
        try await cluster.run {
            try await cluster.createWeb(replicas: 2, port: 18_080)
            try await eventually("two endpoints") { try await cluster.endpoints.count == 2 }
            let key = ObjectKey(namespace: "default", name: "web")
            let deletion = KubernetesWrite.Deletion(.replicaSet, key, propagation: .foreground)
            _ = try await cluster.api.perform(.delete(deletion))
            try await eventually("no pods") { try await cluster.pods.isEmpty }
            try await eventually("no ReplicaSet") {
                try await cluster.api.list(.replicaSet, WatchScope()).items.isEmpty
            }
        }
    }
}

@Suite("Pod address translation") struct PodAddressTranslationTests {
    @Test(arguments: [
        ("10.244.3.7", "127.244.3.7"), ("10.245.3.7", "10.245.3.7"), ("10.244.3", "10.244.3"), ("web", "web"),
    ])
    func `only pod addresses are translated`(_ address: String, _ wire: String) {
        let translation = PodAddressTranslation(.ownAddress)
        let result = translation.wireAddress(of: TargetAddress(host: address, port: 80))
        #expect(result == TargetAddress(host: wire, port: 80))
    }

    @Test func `with one loopback address every pod has its own ports`() {
        let translation = PodAddressTranslation(.sharedAddress(base: 20_000))
        var seen: Set<TargetAddress> = []
        for node in 0..<8 {
            for number in 2...254 {
                seen.insert(
                    translation.wireAddress(of: TargetAddress(host: "10.244.\(node).\(number)", port: 8_080)))
            }
        }
        #expect(seen.count == 8 * 253)
    }
}
