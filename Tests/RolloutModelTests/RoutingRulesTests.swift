import JSON
import RolloutModel
import Testing

@Suite("The spec of ping-pong and of header routes") struct RoutingRulesTests {
    private static let canary = ["strategy", "canary"]
    private static let pingPong = canary + ["pingPong"]
    private static let services: JSONValue = ["pingService": "ping", "pongService": "pong"]

    private func read(_ edits: [([String], JSONValue?)]) throws -> RolloutSpec {
        var document = try JSONValue(parsing: RolloutSpecTests.valid)
        for (path, value) in edits { document.set(value, path: path[...]) }
        return try RolloutSpec(parsing: document)
    }

    private func problem(_ edits: [([String], JSONValue?)]) -> String {
        do {
            _ = try read(edits)
            return "accepted"
        } catch {
            return "\(error)"
        }
    }

    @Test("needs neither canaryService nor stableService, and pong is stable while nothing is known") func roles()
        throws
    {
        let spec = try read([
            (Self.pingPong, Self.services), (Self.canary + ["canaryService"], nil),
            (Self.canary + ["stableService"], nil),
        ])
        #expect(spec.canary.routed(stable: nil) == RoutedServices(canary: "ping", stable: "pong"))
        #expect(spec.canary.routed(stable: .pong) == RoutedServices(canary: "ping", stable: "pong"))
        #expect(spec.canary.routed(stable: .ping) == RoutedServices(canary: "pong", stable: "ping"))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var path: [String]
        var value: JSONValue?
        var message: String
        var testDescription: String { message }
    }

    static let wrongPingPong = [
        Case(
            path: pingPong, value: ["pingService": "ping"],
            message:
                "spec.strategy.pingPong.pongService: Invalid value: \"\": Ping service and Pong service must to be "
                + "set to use Ping-Pong feature"),
        Case(
            path: pingPong, value: ["pingService": "a", "pongService": "a"],
            message: "spec.strategy.stableService: Invalid value: \"a\": This rollout uses the same service for the "
                + "ping and pong services, but two different services are required."),
        Case(
            path: canary + ["trafficRouting", "alb", "rootService"], value: nil,
            message:
                "spec.strategy.trafficRouting.alb.rootService: Invalid value: \"\": Root service field is required "
                + "for the configuration with ALB and ping-pong feature enabled"),
    ]

    @Test("is refused with the reference's texts", arguments: wrongPingPong) func refusesPingPong(row: Case) {
        #expect(problem([(Self.pingPong, Self.services), (row.path, row.value)]) == row.message)
    }

    private static let managed = canary + ["trafficRouting", "managedRoutes"]

    private static func step(_ match: JSONValue, name: String = "beta") -> JSONValue {
        [["setHeaderRoute": ["name": .string(name), "match": match]]]
    }

    @Test("groups the values of a header in the order of the manifest") func conditions() throws {
        let match: JSONValue = [
            ["headerName": "B", "headerValue": ["exact": "<1>"]], ["headerName": "A", "headerValue": ["exact": "2"]],
            ["headerName": "B", "headerValue": ["exact": "3"]],
        ]
        let spec = try read([(Self.managed, [["name": "beta"]]), (Self.canary + ["steps"], Self.step(match))])
        #expect(spec.canary.steps[0].description == "setHeaderRoute: beta")
        #expect(
            spec.canary.steps[0].setHeaderRoute?.conditionsText
                == #"[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"B","#
                + #""values":["\u003c1\u003e","3"]}},"#
                + #"{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"A","values":["2"]}}]"#)
    }

    static let wrongSteps = [
        Case(
            path: canary + ["steps"], value: step([["headerName": "A"]]),
            message: "StringMatch value missed, match value must have one of the following: exact, regex, prefix"),
        Case(
            path: canary + ["steps"], value: step([["headerName": "A", "headerValue": ["prefix": "x"]]]),
            message: "SetHeaderRoute match value invalid. ALB supports 'exact' value only"),
        Case(
            path: canary + ["steps"], value: step([], name: "gamma"),
            message: "Steps define a route that does not exist in spec.strategy.canary.trafficRouting.managedRoutes"),
        Case(
            path: canary + ["steps"], value: [["setMirrorRoute": ["name": "beta"]]],
            message: "SetMirrorRoute requires TrafficRouting, supports Istio and Plugins"),
        Case(
            path: canary + ["trafficRouting", "maxTrafficWeight"], value: 1000,
            message: "spec.strategy.trafficRouting.maxTrafficWeight: Invalid value: 1000: Canary maxTrafficWeight in "
                + "traffic routing only supported in Nginx and Plugins"),
    ]

    @Test("refuses what ALB cannot do", arguments: wrongSteps) func refusesStep(row: Case) {
        let message = problem([(Self.managed, [["name": "beta"]]), (row.path, row.value)])
        #expect(message.contains(row.message), "\(message)")
    }

    @Test("needs managedRoutes") func managedRoutes() {
        #expect(
            problem([(Self.canary + ["steps"], Self.step([]))])
                == "spec.strategy.trafficRouting.managedRoutes: Required value: Rollout has missing field "
                + "'spec.strategy.canary.trafficRouting.managedRoutes'")
    }

    @Test("needs trafficRouting for a header route") func withoutRouting() {
        let message = problem([
            (Self.canary + ["trafficRouting"], nil), (Self.canary + ["steps"], Self.step([])),
        ])
        #expect(message.contains("SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix"))
    }
}

@Suite("The older bookkeeping") struct LegacyManagedActionsTests {
    @Test("is a list of pairs, sorted when written") func pairs() {
        var older = LegacyManagedActions(parsing: "zeta:p/actions.a,shop:p/actions.b,broken,a:b:c,:x,y:")
        #expect(older.actions == ["zeta": "p/actions.a", "shop": "p/actions.b"])
        older.actions["new"] = "p/actions.c"
        #expect(older.text == "new:p/actions.c,shop:p/actions.b,zeta:p/actions.a")
        #expect(LegacyManagedActions(parsing: nil).text == nil)
    }
}

@Suite("What AWS calls things") struct ALBStatusTests {
    @Test("is cut from the ARN") func fullNames() {
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/k8s-web/1234567890123456"
        #expect(ALBStatus.Resource.loadBalancer(name: "k8s-web", arn: arn).fullName == "k8s-web/1234567890123456")
        #expect(ALBStatus.Resource.loadBalancer(name: "x", arn: "arn/x").fullName == "")
        let group = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/k8s-tg/abcdef"
        #expect(ALBStatus.Resource.targetGroup(name: "k8s-tg", arn: group).fullName == "k8s-tg/abcdef")
    }
}
