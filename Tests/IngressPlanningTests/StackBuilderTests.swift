import ELBModel
import JSON
import KubernetesModel
import Testing

@testable import IngressPlanning

@Suite("The desired stack") struct StackBuilderTests {
    private func build(
        _ ingress: KubernetesObject, services: [KubernetesObject] = [service("a"), service("b")]
    ) throws(BuildProblem) -> DesiredStack {
        try StackBuilder.build(ingress, settings: testSettings) { name in services.first { $0.name == name } }
    }

    private func patterns(_ rule: DesiredRule) -> [String] {
        rule.conditions.flatMap { if case .pathPattern(let values) = $0 { values } else { [String]() } }
    }

    struct PathCase: Sendable {
        var type: String?
        var path: String
        var patterns: [String]?
    }

    static let paths = [
        PathCase(type: "Prefix", path: "/", patterns: ["/*"]),
        PathCase(type: "Prefix", path: "/foo", patterns: ["/foo", "/foo/*"]),
        PathCase(type: "Prefix", path: "/foo/", patterns: ["/foo", "/foo/*"]),
        PathCase(type: "Prefix", path: "/foo//", patterns: ["/foo/", "/foo//*"]),
        PathCase(type: "Prefix", path: "/f*", patterns: nil),
        PathCase(type: "Exact", path: "/foo", patterns: ["/foo"]),
        PathCase(type: "Exact", path: "/foo/", patterns: ["/foo/"]),
        PathCase(type: "Exact", path: "/f?", patterns: nil),
        PathCase(type: "ImplementationSpecific", path: "/a*b?", patterns: ["/a*b?"]),
        PathCase(type: nil, path: "/*", patterns: ["/*"]),
        PathCase(type: nil, path: "", patterns: ["/*"]),
        PathCase(type: "Regex", path: "/", patterns: nil),
    ]

    @Test("a path becomes patterns", arguments: paths)
    func path(_ one: PathCase) {
        let stack = try? build(ingress(paths: [PathFixture(one.path, one.type, service: "a")]))
        #expect(stack?.listeners[0].rules.map(patterns).first == one.patterns)
    }

    @Test func `exact paths come first, then prefixes from the longest, then the rest as written`() throws {
        let stack = try build(
            ingress(paths: [
                PathFixture("/z*", nil, service: "a"), PathFixture("/a", "Prefix", service: "a"),
                PathFixture("/longer", "Prefix", service: "a"), PathFixture("/b", "Exact", service: "a"),
                PathFixture("/c", "Prefix", service: "b"), PathFixture("/a", "Exact", service: "a"),
                PathFixture("/*", "ImplementationSpecific", service: "a"),
            ]))
        let rules = stack.listeners[0].rules
        let firsts = rules.compactMap { patterns($0).first }
        #expect(firsts == ["/b", "/a", "/longer", "/a", "/c", "/z*", "/*"])
        #expect(rules.map(\.priority) == [1, 2, 3, 4, 5, 6, 7])
    }

    @Test func `the host comes before the path and other conditions before both`() throws {
        let header = #"[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X","values":["1"]}},"#
        let host = #"{"field":"host-header","hostHeaderConfig":{"values":["b.example"]}}]"#
        let stack = try build(
            ingress(
                annotations: ["conditions.a": header + host], host: "a.example",
                paths: [PathFixture("/x", "Exact", service: "a")]))
        let expected: [RuleCondition] = [
            .httpHeader(name: "X", values: ["1"]), .hostHeader(["a.example", "b.example"]), .pathPattern(["/x"]),
        ]
        #expect(stack.listeners[0].rules[0].conditions == expected)
    }

    @Test func `the default action is 404 unless there is a default backend`() throws {
        var object = ingress(paths: [PathFixture(service: "a")])
        #expect(try build(object).listeners[0].defaultAction == .fixedResponse(.notFound))
        object.document.set(["service": ["name": "b", "port": ["number": 80]]], at: "spec", "defaultBackend")
        let stack = try build(object)
        #expect(stack.listeners[0].defaultAction.ownGroups == ["shop/web-b:80"])
        #expect(stack.targetGroups.map(\.resourceID) == ["shop/web-a:80", "shop/web-b:80"])
    }

    @Test func `a missing Service or action answers 503 for its own path only`() throws {
        let stack = try build(
            ingress(paths: [
                PathFixture("/a", "Exact", service: "gone"),
                PathFixture("/b", "Exact", service: "gone", port: useAnnotation),
                PathFixture("/c", "Exact", service: "a"),
            ]))
        let actions = stack.listeners[0].rules.map(\.action)
        #expect(actions[0] == .missing(.missingService, stack.missingBackends[0]))
        #expect(actions[1] == .missing(.missingAction, stack.missingBackends[1]))
        #expect(actions[2].ownGroups == ["shop/web-a:80"])
        let place = "spec.rules[0].http.paths"
        let expected = [
            "\(place)[0] of Ingress shop/web: Service shop/gone does not exist. Create it, or name another "
                + "Service.",
            "\(place)[1] of Ingress shop/web: annotation \(prefix)/actions.gone does not exist. Add it, let a "
                + "Rollout that names this Ingress add it, or name a port of the Service.",
        ]
        #expect(stack.missingBackends.map(\.description) == expected)
    }

    @Test func `a missing backend is reported once for all listeners`() throws {
        let ports = #"[{"HTTP": 80}, {"HTTP": 8080}]"#
        let stack = try build(ingress(annotations: ["listen-ports": ports], paths: [PathFixture(service: "gone")]))
        #expect(stack.listeners.count == 2)
        #expect(stack.missingBackends.count == 1)
    }

    @Test func `a missing Service among weighted ones is a mistake`() throws {
        let object = ingress(
            annotations: ["actions.root": weights(canary: 5)],
            paths: [PathFixture(service: "root", port: useAnnotation)])
        let problem = try #require(throws: BuildProblem.self) { try build(object, services: [service("stable")]) }
        #expect(problem.problem == "Service shop/canary does not exist")
    }

    @Test func `a port by name and the same by number are two groups`() throws {
        let stack = try build(
            ingress(paths: [
                PathFixture("/a", service: "a"), PathFixture("/b", service: "a", port: ["name": "http"]),
            ]))
        #expect(stack.targetGroups.map(\.resourceID) == ["shop/web-a:80", "shop/web-a:http"])
        #expect(stack.targetGroups.map(\.port) == [8_080, 8_080])
    }

    @Test func `a named target port gives the group port 1`() throws {
        let stack = try build(
            ingress(paths: [PathFixture(service: "a")]), services: [service("a", targetPort: "http")])
        #expect(stack.targetGroups[0].port == 1)
    }

    @Test func `an unknown port names those that exist`() throws {
        let problem = try #require(throws: BuildProblem.self) {
            try build(ingress(paths: [PathFixture(service: "a", port: ["number": 81])]))
        }
        #expect(problem.description.contains("Service shop/a has no port '81'; its ports: 80 (http)"))
        #expect(problem.place.hasPrefix("spec.rules[0].http.paths[0]"))
    }

    @Test func `health checks have the peer's defaults and follow the annotations, the Service's first`() throws {
        let standard = try build(ingress(paths: [PathFixture(service: "a")])).targetGroups[0].healthCheck
        let expected = HealthCheck(
            port: "traffic-port", path: "/", intervalSeconds: 15, timeoutSeconds: 5, healthyThreshold: 2,
            unhealthyThreshold: 2, matcher: .http("200"))
        #expect(standard == expected)
        let changed = try build(
            ingress(
                annotations: ["healthcheck-path": "/i", "success-codes": "200-299", "healthcheck-port": "http"],
                paths: [PathFixture(service: "a")]),
            services: [service("a", annotations: ["healthcheck-path": "/s", "healthcheck-interval-seconds": "5"])]
        ).targetGroups[0].healthCheck
        #expect(changed.path == "/s")
        #expect(changed.intervalSeconds == 5)
        #expect(changed.matcher == .http("200-299"))
        #expect(changed.port == "8080")
    }

    @Test func `tags: user tags, default tags over them, tracking tags over both`() throws {
        var settings = testSettings
        settings.defaultTags = ["team": "platform", "elbv2.k8s.aws/cluster": "no"]
        let object = ingress(annotations: ["tags": "team=shop,cost=7"], paths: [PathFixture(service: "a")])
        let stack = try StackBuilder.build(object, settings: settings) { _ in
            service("a", annotations: ["tags": "cost=8"])
        }
        let loadBalancer = stack.loadBalancer.tags.map(\.description)
        #expect(
            loadBalancer == [
                "cost=7", "elbv2.k8s.aws/cluster=test", "ingress.k8s.aws/resource=LoadBalancer",
                "ingress.k8s.aws/stack=shop/web", "team=platform",
            ])
        #expect(stack.targetGroups[0].tags.value("cost") == "8")
        #expect(stack.targetGroups[0].tags.value(StackTags.resource) == "shop/web-a:80")
        #expect(stack.listeners[0].rules[0].tags.value(StackTags.resource) == "80:1")
    }

    @Test func `ssl-redirect turns HTTP listeners into redirects without rules`() throws {
        let stack = try build(
            ingress(
                annotations: [
                    "listen-ports": #"[{"HTTP":80},{"HTTPS":443}]"#, "certificate-arn": "arn:c", "ssl-redirect": "443",
                ], paths: [PathFixture(service: "a")]))
        #expect(stack.listeners.map(\.rules.count) == [0, 1])
        let redirect = Redirect(protocol: "HTTPS", port: "443", statusCode: .movedPermanently)
        #expect(stack.listeners[0].defaultAction == .redirect(redirect))
        #expect(stack.listeners[1].certificateARN == "arn:c")
        #expect(stack.listeners[1].sslPolicy == "ELBSecurityPolicy-2016-08")
    }

    @Test func `a redirect that would loop is left out, and so is what it takes all requests from`() throws {
        let redirect =
            #"{"type":"redirect","redirectConfig":{"protocol":"HTTPS","port":"443","statusCode":"HTTP_301"}}"#
        let stack = try build(
            ingress(
                annotations: [
                    "listen-ports": #"[{"HTTP":80},{"HTTPS":443}]"#, "certificate-arn": "arn:c",
                    "actions.ssl-redirect": redirect,
                ],
                paths: [
                    PathFixture("/*", nil, service: "ssl-redirect", port: useAnnotation),
                    PathFixture("/a*", nil, service: "a"),
                ]))
        #expect(stack.listeners[0].rules.count == 1)
        #expect(stack.listeners[1].rules.map { patterns($0) } == [["/a*"]])
    }

    @Test(
        "what is not supported is refused by name",
        arguments: [
            ("group.name", "shared"), ("inbound-cidrs", "10.0.0.0/8"), ("auth-type", "oidc"),
            ("wafv2-acl-arn", "arn:x"),
            ("target-type", "instance"), ("subnets", "by-name"), ("transforms.a", "[]"),
            ("use-regex-path-match", "true"),
            ("scheme", "public"), ("healthcheck-interval-seconds", "1"), ("load-balancer-attributes", "x"),
            ("load-balancer-name", "a-name-that-is-longer-than-thirty-two"), ("ssl-redirect", "443"),
            ("backend-protocol", "TCP"), ("listen-ports", #"[{"HTTPS":443}]"#),
        ])
    func refused(_ suffix: String, _ value: String) throws {
        let object = ingress(annotations: [suffix: value], paths: [PathFixture(service: "a")])
        let problem = try #require(throws: BuildProblem.self) { try build(object) }
        #expect(problem.description.contains(suffix) || suffix == "listen-ports")
        #expect(problem.description.contains("shop/web"))
    }

    @Test(
        "what is switched off is not refused",
        arguments: [
            ("auth-type", "none"), ("use-regex-path-match", "false"), ("wafv2-acl-arn", "none"),
            ("create-acm-cert", "false"), ("target-type", "ip"),
        ])
    func tolerated(_ suffix: String, _ value: String) throws {
        _ = try build(ingress(annotations: [suffix: value], paths: [PathFixture(service: "a")]))
    }
}
