import AsyncHTTPClient
import ELBModel
import NIOCore
import NIOHTTP1
import RequestRouting
import Testing

@testable import ALBDataPlane

@Suite("When targets or clients fail", .timeLimit(.minutes(1)))
struct FailureTests {
    let stable = ProxyHarness.stable
    let canary = ProxyHarness.canary

    @Test func `an empty group answers 503 for its share, without trying another group`() async throws {
        let target = try await TestTarget()
        try await ProxyHarness.run(
            rules: [forward([(stable, 50), (canary, 50)])],
            groups: [group(stable, [target.address]), group(canary, [])]
        ) { (harness) async throws in
            var refused = 0
            for _ in 0..<200 where try await harness.send().status == 503 { refused += 1 }
            #expect((60...140).contains(refused))
            #expect(target.requests.count == 200 - refused)
            harness.node.configuration.listeners[0].rules = [forward([(canary, 1)])]
            let page = try await harness.send()
            #expect(page.body.utf8.count == 162)
            #expect(page.headers["server"] == ["awselb/2.0"])
            #expect(page.headers["content-type"] == ["text/html"])
        }
    }

    @Test func `a refused connection is a 502`() async throws {
        let target = try await TestTarget()
        try await target.stop()
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            let page = try await harness.send()
            #expect(page.status == 502)
            #expect(page.body.utf8.count == 122)
            #expect(harness.log.latest(1).first?.problem?.contains("refused") == true)
        }
    }

    @Test func `silence for the idle timeout is a 504`() async throws {
        let target = try await TestTarget { _ in .hang }
        var settings = DataPlaneSettings()
        settings.idleTimeoutSeconds = 1
        try await ProxyHarness.run(
            rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])], settings: settings
        ) { (harness) async throws in
            let page = try await harness.send()
            #expect(page.status == 504)
            #expect(page.body.utf8.count == 132)
            #expect(try await harness.eventually { target.closed == 1 })
        }
    }

    @Test func `a target which closes kept connections costs no request`() async throws {
        let target = try await TestTarget { $0.indexOnConnection == 0 ? .answer(body: $0.body) : .closeWithoutAnswer }
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            for _ in 0..<20 {
                let answer = try await harness.send()
                #expect(answer.status == 200)
            }
            for _ in 0..<20 {
                let answer = try await harness.send(.POST, body: "x")
                #expect(answer.body == "x")
            }
            for _ in 0..<20 {
                let answer = try await harness.send(.PUT, body: "y")
                #expect(answer.body == "y")
            }
            #expect(harness.log.latest(60).contains { $0.resentCount == 1 })
            #expect(target.requests.filter { $0.head.method == .POST }.count == 20)
        }
    }

    @Test func `a target which closes a new connection without an answer is a 502`() async throws {
        let target = try await TestTarget { _ in .closeWithoutAnswer }
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            #expect(try await harness.send().status == 502)
            #expect(target.requests.count == 1)
        }
    }

    @Test func `an answer which breaks off is cut, never completed`() async throws {
        let target = try await TestTarget { _ in .breakOff(announced: 100, body: "part") }
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            await #expect(throws: (any Error).self) { try await harness.send() }
            let answer = try await harness.exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(answer.hasSuffix("part"))
        }
    }

    @Test func `a client which leaves is noted as 460 and its target connection is closed`() async throws {
        let target = try await TestTarget { _ in .hang }
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            let request = HTTPClientRequest(url: "http://\(harness.socket.address)/")
            await #expect(throws: (any Error).self) {
                try await harness.client.execute(request, timeout: .milliseconds(300))
            }
            #expect(try await harness.eventually { harness.log.latest(1).first?.status == 460 })
            #expect(try await harness.eventually { target.closed == 1 })
        }
    }

    @Test func `requests to a draining target finish, and end with 502 when it is gone`() async throws {
        let target = try await TestTarget { request in
            request.head.uri == "/slow" ? .answer(body: "done", after: .milliseconds(400)) : .hang
        }
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            let present: Set = [RoutedTarget(targetGroup: stable, target: target.address)]
            async let slow = harness.send(.GET, "/slow")
            async let hanging = harness.send(.GET, "/hang")
            #expect(try await harness.eventually { target.requests.count == 2 })
            harness.node.configuration.targetGroups[stable]?.targets = [RoutableTarget(target.address, .draining)]
            harness.workers.forEach { $0.targetsChanged(routable: [], present: present) }
            #expect(try await harness.send().status == 503)
            #expect(try await slow.body == "done")
            harness.workers.forEach { $0.targetsChanged(routable: [], present: []) }
            #expect(try await hanging.status == 502)
        }
    }

    @Test func `a request that is not HTTP is answered with 400`() async throws {
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [])]) {
            (harness) async throws in
            let answer = try await harness.exchange("NONSENSE\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test(
        "a head that is too large is refused",
        arguments: [("/", "X-Big", 20_000, 400), ("/long", "X-Small", 1, 414), ("/", "X-Fits", 16_000, 200)])
    func limits(path: String, name: String, size: Int, status: Int) async throws {
        let target = try await TestTarget()
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            let uri = path == "/" ? path : "/\(String(repeating: "a", count: 16_400))"
            let answer = try await harness.send(.GET, uri, headers: [name: String(repeating: "b", count: size)])
            #expect(answer.status == status)
        }
    }

    @Test func `TRACE is refused and an old client connection is closed after its answer`() async throws {
        var settings = DataPlaneSettings()
        settings.clientKeepAliveSeconds = 0
        let target = try await TestTarget()
        try await ProxyHarness.run(
            rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])], settings: settings
        ) { (harness) async throws in
            let answer = try await harness.exchange("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(answer.contains("Connection: close"))
            #expect(try await harness.send(.TRACE).status == 405)
        }
    }
}

@Suite("Health checks", .timeLimit(.minutes(1)))
struct HealthProberTests {
    let prober = HealthProber(group: MultiThreadedEventLoopGroupProvider.group)

    @Test func `a check is a GET on a new connection with the documented headers`() async throws {
        let target = try await TestTarget { _ in .answer(status: 204) }
        let answer = await prober.probe(target.address, host: "10.244.0.5:8080", path: "/live?x", timeout: .seconds(2))
        #expect(answer == .status(204))
        let head = try #require(target.requests.first?.head)
        #expect(head.method == .GET && head.uri == "/live?x")
        #expect(head.headers["host"] == ["10.244.0.5:8080"])
        #expect(head.headers["user-agent"] == ["ELB-HealthChecker/2.0"])
    }

    @Test func `silence, refusal and a closed connection are told apart`() async throws {
        let hanging = try await TestTarget { _ in .hang }
        #expect(await prober.probe(hanging.address, host: "h", path: "/", timeout: .milliseconds(200)) == .timedOut)
        let closing = try await TestTarget { _ in .closeWithoutAnswer }
        let closed = await prober.probe(closing.address, host: "h", path: "/", timeout: .seconds(2))
        #expect(closed == .failed("the target closed the connection"))
        try await closing.stop()
        let refused = await prober.probe(closing.address, host: "h", path: "/", timeout: .seconds(2))
        guard case .failed = refused else {
            Issue.record("\(refused)")
            return
        }
    }
}
