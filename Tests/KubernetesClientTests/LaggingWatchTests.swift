import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Planning
import Testing

@testable import KubernetesClient

/// Creates a ReplicaSet, whose name the server chooses, where there is none.
private struct OneReplicaSet: Controller {
    let name = "one"
    let watchedKinds: [ResourceKind] = [.service, .replicaSet]

    func keys(for change: ObjectChange, in world: World) -> [ObjectKey] { [ObjectKey(namespace: "d", name: "web")] }

    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        guard world.objects.objects(.replicaSet).isEmpty else { return Plan() }
        let document: JSONValue = [
            "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": ["generateName": "web-", "namespace": "d"],
        ]
        return Plan(effects: [.kubernetes(.create(.replicaSet, document))])
    }
}

@Suite("A watch that lags, over sockets") struct LaggingWatchTests {
    @Test func `a ReplicaSet is created once, though the watch shows it two seconds later`() async throws {
        let metadata = #"{"name":"web-1","namespace":"d","uid":"u","resourceVersion":"9"}"#
        let created = #"{"kind":"ReplicaSet","apiVersion":"apps/v1","metadata":\#(metadata)}"#
        let service = #"{"metadata":{"name":"web","namespace":"d","uid":"s","resourceVersion":"4"}}"#
        let server = try ScriptedServer { request, _ in
            if request.method == "POST" { return [.json(created, status: "201 Created")] }
            let isWatch = request.target.contains("watch=true")
            if isWatch, request.target.contains("replicasets") {
                return [
                    .watchHead, .pause(milliseconds: 2_000), .chunk(#"{"type":"ADDED","object":\#(created)}"# + "\n"),
                    .hang,
                ]
            }
            if isWatch { return [.watchHead, .hang] }
            let items = request.target.contains("services") ? "[\(service)]" : "[]"
            return [.json(#"{"metadata":{"resourceVersion":"5"},"items":\#(items)}"#)]
        }
        defer { server.stop() }
        let address = ServerAddress(isSecure: false, host: "127.0.0.1", port: server.port)
        let client = try KubernetesHTTPClient(
            ClientConfiguration(source: "test", server: address), logger: FaultTests.quiet)
        let begin = ContinuousClock.now
        let runtime = ControllerRuntime(
            controllers: [OneReplicaSet()], api: client, elb: nil, clock: WallClock().runtime,
            logger: FaultTests.quiet)
        let running = Task { await runtime.run() }
        while runtime.world.objects.objects(.replicaSet).isEmpty, ContinuousClock.now - begin < .seconds(60) {
            try await Task.sleep(for: .milliseconds(20))
        }
        running.cancel()
        await running.value
        try await client.shutdown()
        #expect(ContinuousClock.now - begin >= .seconds(2))
        #expect(server.requests.filter { $0.method == "POST" }.count == 1)
    }
}
