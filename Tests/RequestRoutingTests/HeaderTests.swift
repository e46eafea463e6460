import ELBModel
import RequestRouting
import Testing

@Suite("What the target and the client are told") struct HeaderTests {
    static func headers(
        _ head: RequestHead, port: Int = 80, _ change: (inout DataPlaneSettings) -> Void = { _ in }
    ) -> [HeaderField] {
        var router = makeRouter()
        var view = configuration(only(groupA), port: port)
        change(&view.settings)
        return router.send(head, view, port: port)?.forwarded?.headers ?? []
    }

    static func value(_ name: String, _ headers: [HeaderField]) -> String? {
        headers.first { $0.name == name }?.value
    }

    @Test func `the peer is appended to the forwarded addresses`() {
        let plain = Self.headers(get())
        #expect(Self.value("X-Forwarded-For", plain) == "10.9.8.7")
        let chained = Self.headers(
            get("/", [HeaderField("x-forwarded-for", "1.1.1.1"), HeaderField("X-Forwarded-For", "2.2.2.2")]))
        #expect(Self.value("X-Forwarded-For", chained) == "1.1.1.1, 2.2.2.2, 10.9.8.7")
        #expect(chained.count { $0.isNamed("x-forwarded-for") } == 1)
    }

    @Test func `forwarded addresses can be preserved, removed or carry the port`() {
        let head = get("/", [HeaderField("X-Forwarded-For", "1.1.1.1")])
        #expect(Self.value("X-Forwarded-For", Self.headers(head) { $0.forwardedFor = .preserve }) == "1.1.1.1")
        #expect(Self.value("X-Forwarded-For", Self.headers(head) { $0.forwardedFor = .remove }) == nil)
        var six = get()
        six.sourceIP = "2001:db8::1"
        six.sourcePort = 4711
        #expect(
            Self.value("X-Forwarded-For", Self.headers(six) { $0.forwardedForHasPort = true }) == "[2001:db8::1]:4711")
        #expect(Self.value("X-Forwarded-For", Self.headers(six)) == "2001:db8::1")
    }

    @Test func `protocol and port are those of the listener whatever the client claims`() {
        let forged = get("/", [HeaderField("X-Forwarded-Proto", "https"), HeaderField("x-forwarded-port", "1")])
        let headers = Self.headers(forged, port: 8080)
        #expect(headers.filter { $0.isNamed("x-forwarded-proto") } == [HeaderField("X-Forwarded-Proto", "http")])
        #expect(headers.filter { $0.isNamed("x-forwarded-port") } == [HeaderField("X-Forwarded-Port", "8080")])
    }

    @Test func `a trace id is made, continued or replaced`() {
        let made = Self.value("X-Amzn-Trace-Id", Self.headers(get())) ?? ""
        #expect(made.hasPrefix("Root=1-6955b900-"))
        #expect(made.utf8.count == "Root=1-6955b900-".utf8.count + 24)
        let continued = Self.headers(get("/", [HeaderField("x-amzn-trace-id", "Root=1-2-3;App=x;Self=old")]))
        let value = Self.value("X-Amzn-Trace-Id", continued) ?? ""
        #expect(value.hasPrefix("Self=1-6955b900-"))
        #expect(value.hasSuffix(";Root=1-2-3;App=x"))
    }

    @Test func `the host is in lower case with the listener's port unless that is the default`() {
        let head = RequestHead(method: "GET", target: "/", headers: [HeaderField("Host", "Shop.Example:80")])
        #expect(Self.value("Host", Self.headers(head)) == "shop.example")
        #expect(Self.value("Host", Self.headers(head, port: 8080)) == "shop.example:8080")
        #expect(Self.value("Host", Self.headers(head) { $0.preservesHost = true }) == "Shop.Example:80")
        let none = RequestHead(method: "GET", target: "/")
        #expect(Self.value("Host", Self.headers(none)) == "web-1.us-west-2.elb.amazonaws.com")
    }

    @Test func `headers of the connection stay behind and an upgrade goes on`() {
        let head = get(
            "/",
            [
                HeaderField("Connection", "keep-alive, X-Hop"), HeaderField("X-Hop", "1"),
                HeaderField("TE", "trailers"),
                HeaderField("Transfer-Encoding", "chunked"), HeaderField("X-Kept", "yes"), HeaderField("bad_name", "1"),
            ])
        let names = Self.headers(head).map(\.name)
        let forwarded = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Amzn-Trace-Id"]
        #expect(names == ["Host", "X-Kept", "bad_name"] + forwarded)
        #expect(!Self.headers(head) { $0.dropsInvalidHeaders = true }.map(\.name).contains("bad_name"))
        let upgrade = Self.headers(
            get("/", [HeaderField("Connection", "Upgrade"), HeaderField("Upgrade", "websocket")]))
        #expect(Self.value("Connection", upgrade) == "Upgrade")
        #expect(Self.value("Upgrade", upgrade) == "websocket")
    }

    @Test func `more than thirty forwarded addresses are refused`() {
        var router = makeRouter()
        let view = configuration(only(groupA))
        func status(_ count: Int) -> Int? {
            let value = Array(repeating: "1.1.1.1", count: count).joined(separator: ",")
            return router.send(get("/", [HeaderField("X-Forwarded-For", value)]), view)?.answer?.status
        }
        #expect(status(30) == nil)
        #expect(status(31) == 463)
    }

    @Test func `TRACE is refused`() {
        var router = makeRouter()
        let head = RequestHead(method: "TRACE", target: "/")
        #expect(router.send(head, configuration(only(groupA)))?.answer?.status == 405)
    }

    @Test func `a fixed response is given as configured`() {
        var router = makeRouter()
        let action = Action.fixedResponse(.init(statusCode: 418, contentType: "application/json", messageBody: "{}"))
        let answer = router.send(configuration(action))?.answer
        #expect(answer?.status == 418)
        #expect(answer?.body == "{}")
        #expect(
            answer?.headers == [HeaderField("Server", "awselb/2.0"), HeaderField("Content-Type", "application/json")])
    }

    @Test(
        "a redirect fills its placeholders from the request",
        arguments: [
            (
                Redirect(protocol: "HTTPS", port: "443", statusCode: .movedPermanently),
                "https://shop.example:443/a/b?c=d"
            ),
            (Redirect(host: "new.#{host}", statusCode: .found), "http://new.shop.example:80/a/b?c=d"),
            (
                Redirect(path: "/v2/#{path}", query: "from=#{host}&#{query}", statusCode: .found),
                "http://shop.example:80/v2/a/b?from=shop.example&c=d"
            ),
            (Redirect(path: "/", query: "", statusCode: .found), "http://shop.example:80/"),
        ])
    func redirect(redirect: Redirect, location: String) {
        var router = makeRouter()
        let answer = router.send(get("/a/b?c=d"), configuration(.redirect(redirect)))?.answer
        #expect(answer?.status == redirect.statusCode.httpStatus)
        #expect(answer?.headers.last == HeaderField("Location", location))
    }

    @Test func `text from the request is not expanded twice`() {
        var router = makeRouter()
        let action = Action.redirect(Redirect(path: "/x/#{path}", statusCode: .found))
        let answer = router.send(get("/#{host}"), configuration(action))?.answer
        #expect(answer?.headers.last?.value == "http://shop.example:80/x/#{host}")
    }

    @Test func `a location that is too long is refused`() {
        var router = makeRouter()
        let action = Action.redirect(Redirect(protocol: "HTTPS", statusCode: .found))
        let head = get("/" + String(repeating: "a", count: 9000))
        #expect(router.send(head, configuration(action))?.answer?.status == 507)
    }
}
