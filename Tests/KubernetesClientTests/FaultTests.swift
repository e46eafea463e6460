import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import NIOCore
import Planning
import Synchronization
import Testing

@testable import KubernetesClient

/// The client against a server that misbehaves, over loopback sockets.
@Suite("The client and a faulty server") struct FaultTests {
    static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Gives `body` a client of a server that answers as `answer` says.
    private func withServer(
        limits: Transport.Limits = Transport.Limits(), credential: Credential = .none, proxy: ProxyAddress? = nil,
        answer: @escaping @Sendable (ScriptedServer.Request, Int) -> [ScriptedServer.Action],
        _ body: (KubernetesHTTPClient, ScriptedServer) async throws -> Void
    ) async throws {
        let server = try ScriptedServer(answer: answer)
        defer { server.stop() }
        let address = ServerAddress(isSecure: false, host: "127.0.0.1", port: server.port)
        let configuration = ClientConfiguration(source: "test", server: address, credential: credential)
        let client = try KubernetesHTTPClient(
            configuration, credentials: CredentialSource(credential), limits: limits, logger: Self.quiet)
        do {
            try await body(client, server)
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func limits(silence: TimeAmount = .seconds(30), request: TimeAmount = .seconds(30)) -> Transport.Limits {
        var limits = Transport.Limits()
        limits.silence = silence
        limits.request = request
        return limits
    }

    private let list = #"{"kind":"PodList","metadata":{"resourceVersion":"5"},"items":[]}"#
    private let status410 =
        #"{"type":"ERROR","object":{"kind":"Status","status":"Failure","reason":"Expired","message":"old","code":410}}"#

    /// Runs a reflector until the server has been asked `count` times; the pods it knows then, and what was asked.
    private func reflect(
        until count: Int, limits: Transport.Limits = Transport.Limits(),
        answer: @escaping @Sendable (ScriptedServer.Request, Int) -> [ScriptedServer.Action]
    ) async throws -> (pods: [String], targets: [String]) {
        var result: (pods: [String], targets: [String]) = ([], [])
        let (reached, signal) = AsyncStream<Void>.makeStream()
        let counting: @Sendable (ScriptedServer.Request, Int) -> [ScriptedServer.Action] = { request, index in
            if index + 1 == count { signal.finish() }
            return index < count ? answer(request, index) : [.hang]
        }
        try await withServer(limits: limits, answer: counting) { client, server in
            let cache = Mutex(ObjectCache())
            let clock = RuntimeClock(now: Platform.now, sleep: { _ in await Task.yield() })
            let reflector = Reflector(
                kind: .pod, scope: WatchScope(namespace: "d"), api: client, clock: clock, logger: Self.quiet,
                listed: { list in cache.withLock { _ = $0.replace(.pod, with: list) } },
                received: { event in cache.withLock { _ = $0.apply(event, .pod) } })
            let running = Task { await reflector.run() }
            for await _ in reached {}
            running.cancel()
            await running.value
            result.pods = cache.withLock { $0.objects.objects(.pod).map { "\($0.name)@\($0.resourceVersion)" } }
            result.targets = server.requests.prefix(count).map { request in
                let version = request.target.split(separator: "&").first { $0.hasPrefix("resourceVersion=") }
                return version.map(String.init) ?? "list"
            }
        }
        return result
    }

    @Test func `a watch cut in the middle of a line is resumed after the last whole event`() async throws {
        let list = list
        let seen = try await reflect(until: 3) { _, index in
            switch index {
            case 0: return [.json(list)]
            case 1:
                let half = ScriptedServer.Action.eventText("ADDED", "b", 9).prefix(40)
                return [.watchHead, .event("ADDED", "a", 8), .chunk(String(half)), .close]
            default: return [.watchHead, .hang]
            }
        }
        #expect(seen.targets == ["list", "resourceVersion=5", "resourceVersion=8"])
        #expect(seen.pods == ["a@8"])
    }

    @Test func `a watch that is reset is resumed`() async throws {
        let list = list
        let seen = try await reflect(until: 3) { _, index in
            switch index {
            case 0: [.json(list)]
            case 1: [.watchHead, .event("ADDED", "a", 8), .reset]
            default: [.watchHead, .hang]
            }
        }
        #expect(seen.targets.first == "list")
        #expect(seen.targets.last.map { $0 == "resourceVersion=8" || $0 == "resourceVersion=5" } == true)
    }

    @Test func `an expired version on the wire leads to a new list`() async throws {
        let (list, status410) = (list, status410)
        let seen = try await reflect(until: 4) { _, index in
            switch index {
            case 0, 2: [.json(list)]
            case 1: [.watchHead, .chunk("\(status410)\n"), .chunk("")]
            default: [.watchHead, .hang]
            }
        }
        #expect(seen.targets == ["list", "resourceVersion=5", "list", "resourceVersion=5"])
    }

    @Test func `a watch that falls silent is resumed`() async throws {
        let list = list
        let seen = try await reflect(until: 3, limits: limits(silence: .milliseconds(300))) { _, index in
            switch index {
            case 0: [.json(list)]
            case 1: [.watchHead, .event("BOOKMARK", "", 7), .hang]
            default: [.watchHead, .hang]
            }
        }
        #expect(seen.targets == ["list", "resourceVersion=5", "resourceVersion=7"])
    }

    @Test func `a server that answers 500 and 503 is asked again until it answers`() async throws {
        let list = list
        let seen = try await reflect(until: 4) { _, index in
            switch index {
            case 0: [.json("upset", status: "500 Internal Server Error")]
            case 1: [.json("starting", status: "503 Service Unavailable", headers: ["retry-after: 1"])]
            case 2: [.json(list)]
            default: [.watchHead, .hang]
            }
        }
        #expect(seen.targets == ["list", "list", "list", "resourceVersion=5"])
    }

    @Test func `a refusal keeps its code, its text and the wait that was asked for`() async throws {
        let answer: @Sendable (ScriptedServer.Request, Int) -> [ScriptedServer.Action] = { _, _ in
            [.json("too many requests", status: "429 Too Many Requests", headers: ["Retry-After: 3"])]
        }
        try await withServer(answer: answer) { client, server in
            let failure = await #expect(throws: KubernetesFailure.self) {
                _ = try await client.perform(.evict(ObjectKey(namespace: "d", name: "a")))
            }
            #expect(failure?.code == 429)
            #expect(failure?.reason == "TooManyRequests")
            #expect(failure?.retryAfter == .seconds(3))
            #expect(failure?.message.contains("too many requests") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test(
        "a write is sent once, whatever becomes of its answer",
        arguments: [
            [ScriptedServer.Action.hang], [.close], [.reset], [.send("HTTP/1.1 200 OK\r\ncontent-le"), .close],
            [.send("HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{\"kind\":"), .close],
            [.json("oops", status: "500 Internal Server Error")],
            [.json("busy", status: "429 Too Many Requests", headers: ["retry-after: 0"])],
        ])
    func onceOnly(actions: [ScriptedServer.Action]) async throws {
        try await withServer(limits: limits(request: .milliseconds(800))) { _, _ in
            actions
        } _: { client, server in
            await #expect(throws: (any Error).self) {
                _ = try await client.perform(
                    .create(.configMap, ["metadata": ["generateName": "a-", "namespace": "d"]]))
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `an answer that trickles in is given up after the time allowed`() async throws {
        let begin = ContinuousClock.now
        try await withServer(limits: limits(request: .milliseconds(500))) { _, _ in
            [.send("HTTP/1.1 200 OK\r\n"), .hang]
        } _: { client, _ in
            let error = await #expect(throws: UnreachableServer.self) {
                _ = try await client.list(.pod, WatchScope())
            }
            #expect(error?.problem == "no answer within the time allowed")
        }
        #expect(ContinuousClock.now - begin < .seconds(20))
    }

    @Test func `a server that was restarted is found again`() async throws {
        let list = list
        let first = try ScriptedServer { _, _ in [.json(list)] }
        let address = ServerAddress(isSecure: false, host: "127.0.0.1", port: first.port)
        let client = try KubernetesHTTPClient(
            ClientConfiguration(source: "test", server: address), logger: Self.quiet)
        #expect(try await client.list(.pod, WatchScope()).resourceVersion == "5")
        first.stop()
        await #expect(throws: UnreachableServer.self) { _ = try await client.list(.pod, WatchScope()) }
        let second = try ScriptedServer(port: first.port) { _, _ in [.json(list)] }
        defer { second.stop() }
        #expect(try await client.list(.pod, WatchScope()).resourceVersion == "5")
        try await client.shutdown()
    }

    @Test func `a refused credential is renewed once`() async throws {
        let path = Platform.workingDirectory
        let plugin = ExecPlugin(
            apiVersion: "client.authentication.k8s.io/v1", command: "sh",
            arguments: [
                "-c",
                #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"'$$'"}}'"#,
            ], environment: [.init(name: "PWD", value: path)], source: "test")
        let list = list
        try await withServer(credential: .exec(plugin)) { _, index in
            [index < 1 ? .json("{}", status: "401 Unauthorized") : .json(list)]
        } _: { client, server in
            _ = try await client.list(.pod, WatchScope())
            let tokens = server.requests.map { $0.headers["authorization"] }
            #expect(tokens.count == 2)
            #expect(tokens[0] != tokens[1])
        }
        try await withServer(credential: .exec(plugin)) { _, _ in
            [.json("{}", status: "401 Unauthorized")]
        } _: { client, server in
            let failure = await #expect(throws: KubernetesFailure.self) {
                _ = try await client.list(.pod, WatchScope())
            }
            #expect(failure?.code == 401)
            #expect(failure?.description.contains("Renew the credential") == true)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `a list whose pages expire on the way is read again as a whole`() async throws {
        try await withServer { _, index in
            switch index {
            case 0:
                return [
                    .json(#"{"metadata":{"resourceVersion":"5","continue":"t"},"items":[{"metadata":{"name":"a"}}]}"#)
                ]
            case 1: return [.json(#"{"kind":"Status","reason":"Expired","message":"old"}"#, status: "410 Gone")]
            default:
                let items = #"[{"metadata":{"name":"b"}},{"metadata":{"name":"c"}}]"#
                return [.json(#"{"metadata":{"resourceVersion":"9"},"items":\#(items)}"#)]
            }
        } _: { client, server in
            let list = try await client.list(.pod, WatchScope(namespace: "d"))
            #expect(list.items.map(\.name) == ["b", "c"])
            #expect(list.resourceVersion == "9")
            let targets = server.requests.map(\.target)
            #expect(targets.count == 3)
            #expect(targets[1].contains("continue=t"))
            #expect(targets[2] == "/api/v1/namespaces/d/pods")
        }
    }

    @Test func `a compressed list is read`() async throws {
        // {"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"}}]}
        let body: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 77, 45, 73, 76, 73, 44, 73, 84, 178, 170, 86, 42,
            74, 45, 206, 47, 45, 74, 78, 13, 75, 45, 42, 206, 204, 207, 83, 178, 82, 50, 85, 170, 213, 81, 202,
            44, 73, 205, 45, 86, 178, 138, 174, 70, 81, 156, 151, 152, 155, 10, 84, 145, 168, 84, 91, 27, 91,
            11, 0, 174, 192, 10, 177, 72, 0, 0, 0,
        ]
        let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: \(body.count)\r\n\r\n"
        try await withServer { _, _ in
            [.send(head), .sendBytes(body)]
        } _: { client, server in
            let list = try await client.list(.pod, WatchScope())
            #expect(list.items.map(\.name) == ["a"])
            #expect(server.requests.first?.headers["accept-encoding"] == "gzip")
        }
    }

    @Test func `a watch line beyond the limit ends the watch with an error`() async throws {
        var limits = Transport.Limits()
        limits.lineBytesMax = 1_000
        try await withServer(limits: limits) { _, _ in
            [.watchHead, .chunk(String(repeating: "x", count: 2_000)), .hang]
        } _: { client, _ in
            await #expect(throws: UnreachableServer.self) {
                for try await _ in try await client.watch(.pod, WatchScope(), from: "1") {}
            }
        }
    }
}
