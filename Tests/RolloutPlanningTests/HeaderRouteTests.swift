import JSON
import KubernetesModel
import RolloutModel
import RolloutPlanning
import Testing

@Suite("Header routes") struct HeaderRouteTests {
    static let steps: JSONValue = [
        ["setCanaryScale": ["replicas": 1]],
        [
            "setHeaderRoute": [
                "name": "beta",
                "match": [
                    ["headerName": "X-Beta", "headerValue": ["exact": "yes"]],
                    ["headerName": "X-Team", "headerValue": ["exact": "shop"]],
                    ["headerName": "X-Beta", "headerValue": ["exact": "1"]],
                ],
            ]
        ],
        ["pause": [:]], ["setWeight": 50], ["pause": [:]], ["setHeaderRoute": ["name": "beta"]], ["pause": [:]],
    ]

    private func cluster(
        _ steps: JSONValue = HeaderRouteTests.steps, ingresses: [String] = ["web"],
        edit: (inout JSONValue) -> Void = { _ in }
    ) -> FakeCluster {
        Shop.healthy(steps: steps, ingresses: ingresses) { rollout in
            rollout.set(
                [["name": "alpha"], ["name": "beta"]], at: "spec", "strategy", "canary", "trafficRouting",
                "managedRoutes")
            edit(&rollout)
        }
    }

    private static let prefix = "alb.ingress.kubernetes.io"

    @Test("are annotations and a path, to the byte what Argo Rollouts writes") func bytes() throws {
        var cluster = cluster()
        #expect(cluster.backends == ["web-root"])
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.currentStepIndex == 2 })
        #expect(
            cluster.annotation("\(Self.prefix)/actions.beta")
                == #"{"Type":"forward","ForwardConfig":{"TargetGroups":["#
                + #"{"ServiceName":"web-canary","ServicePort":"80","Weight":100}]}}"#)
        #expect(
            cluster.annotation("\(Self.prefix)/conditions.beta")
                == #"[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Beta","values":["yes","1"]}},"#
                + #"{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Team","values":["shop"]}}]"#)
        #expect(
            cluster.annotation(RolloutKeys.managedALBAnnotations)
                == #"{"web":["\#(Self.prefix)/actions.web-root","\#(Self.prefix)/actions.beta","#
                + #""\#(Self.prefix)/conditions.beta"]}"#)
        #expect(
            cluster.annotation(RolloutKeys.managedALBActions) == "web:\(Self.prefix)/actions.web-root")
        #expect(cluster.backends == ["beta", "web-root"])
        #expect(cluster.violations == [])
    }

    @Test("end with the step that gives no match, and with the promotion") func ends() {
        var cluster = cluster()
        cluster.setImage("web:2")
        cluster.run(
            until: {
                $0.status.currentStepIndex == 4 && $0.status.phase == .paused
                    || $0.status.phase == .healthy && $0.elapsed > 60
            }, limit: .seconds(20))
        cluster.resume()
        cluster.run(until: { $0.status.currentStepIndex == 4 && $0.status.phase == .paused }, limit: .seconds(60))
        #expect(cluster.backends == ["beta", "web-root"])
        cluster.resume()
        cluster.run(until: { $0.status.currentStepIndex == 6 && $0.status.phase == .paused }, limit: .seconds(60))
        #expect(cluster.backends == ["web-root"])
        #expect(cluster.annotation("\(Self.prefix)/actions.beta") == nil)
        #expect(
            cluster.annotation(RolloutKeys.managedALBAnnotations) == #"{"web":["\#(Self.prefix)/actions.web-root"]}"#)
        cluster.finish("web:2")
        #expect(cluster.isDone("web:2"))
        #expect(cluster.violations == [])
    }

    enum End: String, CaseIterable, Sendable {
        case promotion, abort, fullPromotion, superseded, backToStable
    }

    @Test("are gone at the end, whatever the end is", arguments: End.allCases)
    func gone(end: End) {
        var cluster = cluster(.array(Array((Self.steps.arrayValue ?? []).prefix(5))), ingresses: ["web", "admin"])
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.currentStepIndex == 2 && $0.status.phase == .paused })
        #expect(cluster.backends == ["beta", "web-root"])
        switch end {
        case .promotion: cluster.finish("web:2")
        case .abort: cluster.patch(RolloutVerb.abort.body, subresource: "status")
        case .fullPromotion: cluster.patch(["status": ["promoteFull": true]], subresource: "status")
        case .superseded: cluster.setImage("web:3")
        case .backToStable: cluster.setImage("web:1")
        }
        if end == .superseded {
            cluster.run(until: { $0.backends == ["web-root"] }, limit: .seconds(30))
            cluster.finish("web:3")
        }
        cluster.run(for: .seconds(60))
        #expect(cluster.backends == ["web-root"])
        #expect(cluster.annotation("\(Self.prefix)/conditions.beta", of: "admin") == nil)
        #expect(cluster.pods.pods.count == 4)
        #expect(cluster.violations == [])
    }

    @Test("wait for healthy targets of the new version") func waits() {
        var cluster = cluster()
        cluster.balancer.checkTime = .seconds(20)
        cluster.setImage("web:2")
        cluster.run(for: .seconds(12))
        #expect(cluster.status.currentStepIndex == 1)
        #expect(cluster.backends == ["web-root"])
        cluster.run(for: .seconds(30))
        #expect(cluster.status.currentStepIndex == 2)
        #expect(cluster.backends == ["beta", "web-root"])
        #expect(cluster.violations == [])
    }

    @Test("do not hold up a canary that has no pods") func withoutPods() {
        var steps = Self.steps.arrayValue ?? []
        steps.removeFirst()
        var cluster = cluster(.array(steps))
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.currentStepIndex == 1 }, limit: .seconds(30))
        #expect(cluster.status.currentStepIndex == 1)
        cluster.resume()
        cluster.run(until: { $0.status.currentStepIndex == 3 }, limit: .seconds(60))
        #expect(cluster.backends == ["beta", "web-root"])
        #expect(cluster.violations == [])
    }

    @Test("stand in the order of managedRoutes, and take the type of the paths they go before") func precedence() {
        let match: JSONValue = [["headerName": "X-A", "headerValue": ["exact": "a"]]]
        var cluster = cluster([
            ["setCanaryScale": ["replicas": 1]], ["setHeaderRoute": ["name": "beta", "match": match]],
            ["setHeaderRoute": ["name": "alpha", "match": match]], ["pause": [:]],
        ])
        cluster.edit(.ingress, "web") { document in
            document.set(
                [
                    Self.rule("Prefix", ["/api", "/"]), Self.rule("ImplementationSpecific", ["/a*", "/b*"]),
                    Self.rule("Prefix", ["/"], service: "other"),
                ], at: "spec", "rules")
        }
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.currentStepIndex == 3 })
        let rules = cluster.object(.ingress, "web")?.spec["rules"]?.arrayValue ?? []
        let paths = rules.map { rule in
            (rule.at("http", "paths")?.arrayValue ?? []).map { path in
                "\(path.at("backend", "service", "name")?.stringValue ?? "") \(path["path"]?.stringValue ?? "")"
            }
        }
        #expect(
            paths == [
                ["alpha /api", "alpha /", "beta /api", "beta /", "web-root /api", "web-root /"],
                ["alpha /*", "beta /*", "web-root /a*", "web-root /b*"], ["other /"],
            ])
    }

    private static func rule(_ type: String, _ paths: [String], service: String = "web-root") -> JSONValue {
        [
            "http": [
                "paths": .array(
                    paths.map { path in
                        [
                            "path": .string(path), "pathType": .string(type),
                            "backend": ["service": ["name": .string(service), "port": ["name": "use-annotation"]]],
                        ]
                    })
            ]
        ]
    }

    @Test("have a custom prefix and stickiness like the weighted action") func prefixed() {
        var cluster = cluster { rollout in
            rollout.set("lb.example.com", at: "spec", "strategy", "canary", "trafficRouting", "alb", "annotationPrefix")
            rollout.set(Shop.sticky, at: "spec", "strategy", "canary", "trafficRouting", "alb", "stickinessConfig")
        }
        cluster.setImage("web:2")
        cluster.run(until: { $0.status.currentStepIndex == 2 })
        #expect(cluster.annotation("lb.example.com/conditions.beta") != nil)
        #expect(cluster.annotation("lb.example.com/actions.beta")?.contains("TargetGroupStickinessConfig") == true)
        #expect(cluster.annotation("lb.example.com/actions.web-root") != nil)
    }
}
