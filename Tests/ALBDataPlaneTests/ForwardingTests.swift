import ELBModel
import NIOCore
import NIOHTTP1
import RequestRouting
import Testing

@testable import ALBDataPlane

@Suite("Forwarding to targets", .timeLimit(.minutes(1)))
struct ForwardingTests {
    let stable = ProxyHarness.stable
    let canary = ProxyHarness.canary

    @Test func `shares follow the weights on kept and on fresh connections`() async throws {
        let stableTarget = try await TestTarget { _ in .answer(body: "stable") }
        let canaryTarget = try await TestTarget { _ in .answer(body: "canary") }
        try await ProxyHarness.run(
            rules: [forward([(stable, 90), (canary, 10)])],
            groups: [group(stable, [stableTarget.address]), group(canary, [canaryTarget.address])]
        ) { (harness) async throws in
            let count = 2_000
            var canaries = 0
            for index in 0..<count {
                let headers: HTTPHeaders = index.isMultiple(of: 4) ? ["Connection": "close"] : [:]
                let answer = try await harness.send(headers: headers)
                #expect(answer.status == 200)
                if answer.body == "canary" { canaries += 1 }
            }
            // 4 standard deviations of a binomial with p = 0.1.
            let deviation = 4 * (Double(count) * 0.1 * 0.9).squareRoot()
            #expect(abs(Double(canaries) - 200) < deviation)
            #expect(canaryTarget.requests.count == canaries)
        }
    }

    @Test func `weight 0 gets nothing and a change of weights needs no new connection`() async throws {
        let stableTarget = try await TestTarget { _ in .answer(body: "stable") }
        let canaryTarget = try await TestTarget { _ in .answer(body: "canary") }
        try await ProxyHarness.run(
            rules: [forward([(stable, 100), (canary, 0)])],
            groups: [group(stable, [stableTarget.address]), group(canary, [canaryTarget.address])]
        ) { (harness) async throws in
            for _ in 0..<100 {
                let answer = try await harness.send()
                #expect(answer.body == "stable")
            }
            harness.node.configuration.listeners[0].rules = [forward([(stable, 0), (canary, 100)])]
            for _ in 0..<100 {
                let answer = try await harness.send()
                #expect(answer.body == "canary")
            }
        }
    }

    @Test func `targets see who asked, how and where`() async throws {
        let target = try await TestTarget()
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            let headers: HTTPHeaders = [
                "X-Forwarded-For": "203.0.113.7", "Connection": "x-hop, keep-alive", "X-Hop": "1", "X-Kept": "2",
                "Host": "Shop.Example.com", "Upgrade": "websocket",
            ]
            let answer = try await harness.send(.GET, "/a%20b?q=1&r", headers: headers)
            #expect(answer.status == 200)
            let seen = try #require(target.requests.first?.head)
            #expect(seen.uri == "/a%20b?q=1&r")
            #expect(seen.headers["host"] == ["shop.example.com"])
            #expect(seen.headers["x-forwarded-for"] == ["203.0.113.7, 127.0.0.1"])
            #expect(seen.headers["x-forwarded-proto"] == ["http"])
            #expect(seen.headers["x-forwarded-port"] == ["80"])
            #expect(seen.headers.first(name: "x-amzn-trace-id")?.hasPrefix("Root=1-6955b900-") == true)
            #expect(seen.headers["x-kept"] == ["2"])
            for name in ["x-hop", "connection", "upgrade", "content-length", "transfer-encoding"] {
                #expect(!seen.headers.contains(name: name), "\(name)")
            }
        }
    }

    @Test func `bodies pass in both directions, with a length and in chunks`() async throws {
        let target = try await TestTarget { .answer(body: $0.body) }
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            let large = String(repeating: "0123456789abcdef", count: 300_000)
            #expect(try await harness.send(.POST, body: large).body == large)
            #expect(try await harness.send(.PUT, body: large).body == large)
            let chunked =
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
            #expect(try await harness.exchange(chunked, until: "abcde").contains("200 OK"))
            #expect(target.requests.last?.head.headers["transfer-encoding"] == ["chunked"])
        }
    }

    @Test func `answers keep their framing for every kind of client`() async throws {
        let target = try await TestTarget { request in
            switch request.head.uri {
            case "/chunked": .answer(headers: ["Transfer-Encoding": "chunked"], body: "chunks")
            case "/empty": .answer(status: 204)
            default: .answer(headers: ["Server": "pod", "Connection": "x-private", "X-Private": "1"], body: "plain")
            }
        }
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            let plain = try await harness.send(.GET, "/")
            #expect(plain.headers["server"] == ["pod"])
            #expect(plain.headers["content-length"] == ["5"])
            #expect(!plain.headers.contains(name: "x-private"))
            let head = try await harness.send(.HEAD, "/")
            #expect(head.headers["content-length"] == ["5"] && head.body.isEmpty)
            #expect(try await harness.send(.GET, "/chunked").body == "chunks")
            #expect(try await harness.send(.GET, "/empty").status == 204)
            let old = try await harness.exchange("GET /chunked HTTP/1.0\r\n\r\n")
            #expect(old.hasSuffix("\r\n\r\nchunks") && !old.contains("Transfer-Encoding"))
            #expect(target.requests.last?.head.headers["host"] == ["lb.example.com"])
        }
    }

    @Test func `pipelined requests are answered in order`() async throws {
        let target = try await TestTarget { .answer(body: "<\($0.head.uri)>", after: .milliseconds(20)) }
        try await ProxyHarness.run(rules: [forward([(stable, 1)])], groups: [group(stable, [target.address])]) {
            (harness) async throws in
            let text = ["/1", "/2", "/3"].map { "GET \($0) HTTP/1.1\r\nHost: h\r\n\r\n" }.joined()
            let answer = try await harness.exchange(text, until: "</3>")
            let bodies = answer.split(separator: "\r\n").filter { $0.contains("</") }.map { $0.prefix(4) }
            #expect(bodies == ["</1>", "</2>", "</3>"])
        }
    }

    @Test func `a sticky client stays with its group whatever the weights`() async throws {
        let stableTarget = try await TestTarget { _ in .answer(body: "stable") }
        let canaryTarget = try await TestTarget { _ in .answer(body: "canary") }
        try await ProxyHarness.run(
            rules: [forward([(stable, 50), (canary, 50)], stickySeconds: 3600)],
            groups: [group(stable, [stableTarget.address]), group(canary, [canaryTarget.address])]
        ) { (harness) async throws in
            let first = try await harness.send()
            let cookie = try #require(first.headers["set-cookie"].first { $0.hasPrefix("AWSALBTG=") })
            let pair = String(cookie.prefix { $0 != ";" })
            for _ in 0..<50 {
                let answer = try await harness.send(headers: ["Cookie": pair])
                #expect(answer.body == first.body)
                #expect(answer.headers["set-cookie"].count == 2)
            }
        }
    }

    @Test func `rules are tried in order and may answer by themselves`() async throws {
        let target = try await TestTarget()
        let fixed = FixedResponse(statusCode: 418, contentType: "text/plain", messageBody: "teapot")
        let rules = [
            Rule(
                arn: "arn:rule:1", priority: 1, conditions: [.pathPattern(["/tea/*"])],
                actions: [.fixedResponse(fixed)]),
            Rule(
                arn: "arn:rule:2", priority: 2, conditions: [.pathPattern(["/tea/old"])],
                actions: [.redirect(Redirect(path: "/new", statusCode: .found))]),
            forward([(stable, 1)]),
        ]
        try await ProxyHarness.run(rules: rules, groups: [group(stable, [target.address])]) { (harness) async throws in
            let tea = try await harness.send(.GET, "/tea/old")
            #expect(tea.status == 418 && tea.body == "teapot")
            #expect(tea.headers["server"] == ["awselb/2.0"])
            #expect(tea.headers["content-type"] == ["text/plain"])
            #expect(try await harness.send(.GET, "/other").body == "ok")
            #expect(harness.log.latest(2).map(\.rule) == ["arn:rule:1", "arn:rule:default"])
        }
    }
}
