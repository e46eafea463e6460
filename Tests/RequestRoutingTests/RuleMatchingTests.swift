import ELBModel
import RequestRouting
import Testing

@Suite("Which rule a request falls under") struct RuleMatchingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var condition: RuleCondition
        var head: RequestHead
        var holds: Bool
        var testDescription: String { "\(condition) \(head.method) \(head.target) \(head.headers)" }

        init(_ condition: RuleCondition, _ target: String = "/", host: String = "h.example", holds: Bool) {
            self.condition = condition
            head = RequestHead(method: "GET", target: target, headers: [HeaderField("Host", host)])
            self.holds = holds
        }

        init(_ condition: RuleCondition, headers: [HeaderField], holds: Bool) {
            self.condition = condition
            head = RequestHead(method: "GET", target: "/", headers: headers)
            self.holds = holds
        }

        init(_ condition: RuleCondition, method: String = "GET", source: String = "10.1.2.3", holds: Bool) {
            self.condition = condition
            let forged = [HeaderField("X-Forwarded-For", "192.168.0.1")]
            head = RequestHead(method: method, target: "/", headers: forged, sourceIP: source)
            self.holds = holds
        }
    }

    static let hosts: [Case] = [
        Case(.hostHeader(["h.example"]), host: "H.Example", holds: true),
        Case(.hostHeader(["h.example"]), host: "h.example:8080", holds: true),
        Case(.hostHeader(["*.example.com"]), host: "a.b.example.com", holds: true),
        Case(.hostHeader(["*.example.com"]), host: "example.com", holds: false),
        Case(.hostHeader(["?.example.com", "b.org"]), host: "b.org", holds: true),
        Case(.hostHeader(["?.example.com"]), host: "ab.example.com", holds: false),
        Case(.hostHeader(["h.example"]), "http://h.example/x", host: "other.example", holds: true),
        Case(.hostHeader(["*"]), headers: [], holds: false),
    ]

    static let paths: [Case] = [
        Case(.pathPattern(["/img/*"]), "/img/a/b.png", holds: true),
        Case(.pathPattern(["/img/*"]), "/img", holds: false),
        Case(.pathPattern(["/img/*"]), "/IMG/a", holds: false),
        Case(.pathPattern(["/a?c"]), "/abc", holds: true),
        Case(.pathPattern(["/a?c"]), "/ac", holds: false),
        Case(.pathPattern(["/a"]), "/a?b=c", holds: true),
        Case(.pathPattern(["/a", "/b"]), "/b", holds: true),
        Case(.pathPattern(["/*/x/*/y"]), "/1/x/2/x/3/y", holds: true),
        Case(.pathPattern(["/*a*a*a*a*b"]), "/" + String(repeating: "a", count: 5000), holds: false),
        Case(.pathPattern(["*"]), "/anything", holds: true),
    ]

    static let others: [Case] = [
        Case(
            .httpHeader(name: "x-canary", values: ["ALW*"]), headers: [HeaderField("X-Canary", "always")], holds: true),
        Case(
            .httpHeader(name: "X-Canary", values: ["b"]),
            headers: [HeaderField("X-Canary", "a"), HeaderField("x-canary", "b")], holds: true),
        Case(.httpHeader(name: "X-Canary", values: ["a"]), headers: [HeaderField("X-Other", "a")], holds: false),
        Case(.httpRequestMethod(["POST", "GET"]), method: "GET", holds: true),
        Case(.httpRequestMethod(["GET"]), method: "get", holds: false),
        Case(.queryString([.init(key: "version", value: "v1")]), "/?a=b&VERSION=V1", holds: true),
        Case(.queryString([.init(key: "version", value: "v?")]), "/?version=v12", holds: false),
        Case(.queryString([.init(value: "*needle*")]), "/?x=aneedleb", holds: true),
        Case(.queryString([.init(key: "q", value: "\\*")]), "/?q=*", holds: true),
        Case(.queryString([.init(key: "q", value: "\\*")]), "/?q=abc", holds: false),
        Case(.queryString([.init(key: "q", value: "x")]), "/", holds: false),
        Case(.sourceIP(["10.0.0.0/8"]), source: "10.255.0.1", holds: true),
        Case(.sourceIP(["192.168.0.0/16"]), source: "10.1.2.3", holds: false),
        Case(.sourceIP(["2001:db8::/32", "10.0.0.0/9"]), source: "2001:db8:1::7", holds: true),
        Case(.sourceIP(["10.0.0.0/8"]), source: "::ffff:10.0.0.1", holds: true),
        Case(.other(field: "future"), method: "GET", holds: false),
    ]

    @Test("a condition holds exactly when one of its values matches", arguments: hosts + paths + others)
    func condition(_ example: Case) {
        #expect(RuleMatching.holds(example.condition, for: example.head) == example.holds)
    }

    @Test func `the first rule whose conditions all hold wins, else the default`() {
        let answer = Action.fixedResponse(.init(statusCode: 200))
        let rules = [
            Rule(
                arn: "both", priority: 1, conditions: [.pathPattern(["/a*"]), .hostHeader(["x.example"])],
                actions: [answer]),
            Rule(arn: "path", priority: 2, conditions: [.pathPattern(["/a*"])], actions: [answer]),
            Rule(arn: "late", priority: 3, conditions: [.pathPattern(["/ab"])], actions: [answer]),
            Rule(arn: "default", priority: .last, actions: [answer]),
        ]
        func arn(_ target: String, _ host: String) -> RuleARN? {
            let head = RequestHead(method: "GET", target: target, headers: [HeaderField("Host", host)])
            return RuleMatching.rule(for: head, in: rules)?.arn
        }
        #expect(arn("/ab", "x.example") == "both")
        #expect(arn("/ab", "y.example") == "path")
        #expect(arn("/b", "x.example") == "default")
    }
}
