import APIServer
import ClusterState
import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import Logging
import Testing

/// The client against the server, over a loopback socket.
@Suite("The Kubernetes client and the API server over loopback") struct APIServerOverLoopbackTests {
    /// Runs `body` with a client of a server that serves a new cluster at a port of the system's choice.
    private func withServer(
        _ body: (KubernetesHTTPClient, APIServer.Address) async throws -> Void
    ) async throws {
        let now: @Sendable () -> Timestamp = { Platform.now() }
        let store = ClusterStore(ClusterState(now: now(), seed: 1), now: now)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (addresses, listening) = AsyncStream<APIServer.Address>.makeStream()
        let server = APIServer(store: store, now: now, logger: logger) { listening.yield($0) }
        let serving = Task { try await server.run() }
        defer { serving.cancel() }
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        let configuration = ClientConfiguration(
            source: "test", server: ServerAddress(isSecure: false, host: address.host, port: address.port))
        let client = try KubernetesHTTPClient(configuration, logger: logger)
        do {
            try await body(client, address)
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func configMap(_ name: String, _ value: JSONValue = "1") -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": "default"],
            "data": ["key": value],
        ]
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name: name) }

    @Test func `an object is created, patched, read and deleted`() async throws {
        try await withServer { client, _ in
            let created = try await client.perform(.create(.configMap, configMap("a")))
            #expect(created?.uid.isEmpty == false)
            let patch = KubernetesWrite.Patch(.configMap, key("a"), body: ["data": ["key": "2"]])
            let patched = try await client.perform(.patch(patch))
            #expect(patched?.document.at("data", "key") == "2")
            let read = try await client.get(.configMap, key("a"))
            #expect(read == patched)
            _ = try await client.perform(.delete(.init(.configMap, key("a"), uid: read.uid)))
            await #expect {
                _ = try await client.get(.configMap, key("a"))
            } throws: { error in
                (error as? KubernetesFailure)?.isNotFound == true
            }
        }
    }

    @Test func `writes based on an older version are conflicts`() async throws {
        try await withServer { client, _ in
            let old = try #require(try await client.perform(.create(.configMap, configMap("a"))))
            let patch = KubernetesWrite.Patch(.configMap, key("a"), body: ["data": ["key": "2"]])
            _ = try await client.perform(.patch(patch))
            var stale = patch
            stale.resourceVersion = old.resourceVersion
            await #expect {
                _ = try await client.perform(.patch(stale))
            } throws: { error in
                (error as? KubernetesFailure)?.isConflict == true
            }
            let deletion = KubernetesWrite.Deletion(
                .configMap, key("a"), resourceVersion: old.resourceVersion)
            await #expect {
                _ = try await client.perform(.delete(deletion))
            } throws: { error in
                (error as? KubernetesFailure)?.isConflict == true
            }
            await #expect {
                _ = try await client.perform(.create(.configMap, configMap("a")))
            } throws: { error in
                (error as? KubernetesFailure)?.isAlreadyExists == true
            }
        }
    }

    @Test func `lists come whole over several pages`() async throws {
        try await withServer { client, _ in
            for number in 0..<1_203 {
                _ = try await client.perform(.create(.configMap, configMap("c-\(10_000 + number)")))
            }
            let list = try await client.list(.configMap, WatchScope(namespace: "default"))
            let names = list.items.map(\.name).filter { $0.hasPrefix("c-") }
            #expect(names == (0..<1_203).map { "c-\(10_000 + $0)" })
            #expect(list.items.allSatisfy { $0.kind == "ConfigMap" && $0.apiVersion == "v1" })
            #expect(UInt64(list.resourceVersion) != nil)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a watch tells every change in order and can be resumed`() async throws {
        try await withServer { client, _ in
            let list = try await client.list(.configMap, WatchScope())
            let events = try await client.watch(.configMap, WatchScope(), from: list.resourceVersion)
            var iterator = events.makeAsyncIterator()
            _ = try await client.perform(.create(.configMap, configMap("a")))
            let added = try #require(try await iterator.next())
            #expect(added.kind == .added)
            let patch = KubernetesWrite.Patch(.configMap, key("a"), body: ["data": ["key": "2"]])
            _ = try await client.perform(.patch(patch))
            #expect(try await iterator.next()?.kind == .modified)
            _ = try await client.perform(.delete(.init(.configMap, key("a"))))
            #expect(try await iterator.next()?.kind == .deleted)
            let again = try await client.watch(.configMap, WatchScope(), from: added.object.resourceVersion)
            var second = again.makeAsyncIterator()
            #expect(try await second.next()?.kind == .modified)
            #expect(try await second.next()?.kind == .deleted)
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a cancelled watch ends`() async throws {
        try await withServer { client, _ in
            let list = try await client.list(.secret, WatchScope())
            let watching = Task {
                for try await _ in try await client.watch(.secret, WatchScope(), from: list.resourceVersion) {}
            }
            try await Task.sleep(for: .milliseconds(100))
            watching.cancel()
            _ = await watching.result
        }
    }

    @Test(.timeLimit(.minutes(1))) func `twenty watchers each see all of two hundred writes`() async throws {
        try await withServer { client, _ in
            let start = try await client.list(.configMap, WatchScope()).resourceVersion
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        var names: [String] = []
                        for try await event in try await client.watch(.configMap, WatchScope(), from: start)
                        where event.kind == .added {
                            names.append(event.object.name)
                            if names.count == 200 { break }
                        }
                        return names
                    }
                }
                for number in 0..<200 {
                    _ = try await client.perform(.create(.configMap, configMap("c-\(number)")))
                }
                let expected = (0..<200).map { "c-\($0)" }
                for try await names in group {
                    #expect(names == expected)
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a cancelled server ends although watches are open`() async throws {
        let now: @Sendable () -> Timestamp = { Platform.now() }
        let store = ClusterStore(ClusterState(now: now(), seed: 1), now: now)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let (addresses, listening) = AsyncStream<APIServer.Address>.makeStream()
        let server = APIServer(store: store, now: now, logger: logger) { listening.yield($0) }
        let serving = Task { try await server.run() }
        var iterator = addresses.makeAsyncIterator()
        let address = try #require(await iterator.next())
        let configuration = ClientConfiguration(
            source: "test", server: ServerAddress(isSecure: false, host: address.host, port: address.port))
        let client = try KubernetesHTTPClient(configuration, logger: logger)
        let list = try await client.list(.secret, WatchScope())
        let watch = try await client.watch(.secret, WatchScope(), from: list.resourceVersion)
        serving.cancel()
        _ = await serving.result
        let events = try? await watch.reduce(into: 0) { count, _ in count += 1 }
        #expect(events ?? 0 == 0)
        try await client.shutdown()
    }

    @Test func `a second server at the same port says which port and what to do`() async throws {
        try await withServer { _, address in
            let now: @Sendable () -> Timestamp = { Platform.now() }
            let store = ClusterStore(ClusterState(now: now(), seed: 1), now: now)
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let server = APIServer(store: store, address: address, now: now, logger: logger)
            await #expect {
                try await server.run()
            } throws: { error in
                let text = "\(error)"
                return text.contains("port \(address.port)") && text.contains("in use")
                    && text.contains("choose another")
            }
        }
    }

    @Test func `a server that is not there is named with the remedy`() async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = ServerAddress(isSecure: false, host: "127.0.0.1", port: 1)
        let client = try KubernetesHTTPClient(ClientConfiguration(source: "test", server: server), logger: logger)
        await #expect {
            _ = try await client.list(.pod, WatchScope())
        } throws: { error in
            error is UnreachableServer && "\(error)".contains("http://127.0.0.1:1")
        }
        try await client.shutdown()
    }
}
