import ELBModel
import JSON
import KubernetesModel
import Testing

@testable import IngressPlanning

/// What a rollout controller writes for a header route becomes rules in the right order.
@Suite("The rules of a header route") struct HeaderRouteRuleTests {
    private static let condition =
        #"[{"field":"http-header","httpHeaderConfig":{"httpHeaderName":"X-Beta","values":["yes","1"]}}]"#

    private static func action(_ groups: String) -> String {
        #"{"Type":"forward","ForwardConfig":{"TargetGroups":[\#(groups)]}}"#
    }

    private static func group(_ service: String, _ weight: Int) -> String {
        #"{"ServiceName":"\#(service)","ServicePort":"80","Weight":\#(weight)}"#
    }

    @Test(
        "come before those of the weighted action, whatever the type of the path", arguments: ["Prefix", "Exact", nil])
    func order(type: String?) throws {
        let path = type == nil ? "/*" : "/"
        let object = ingress(
            annotations: [
                "actions.root": Self.action(Self.group("a", 25) + "," + Self.group("b", 75)),
                "actions.beta": Self.action(Self.group("a", 100)), "conditions.beta": Self.condition,
            ],
            paths: [
                PathFixture(path, type, service: "beta", port: useAnnotation),
                PathFixture(path, type, service: "root", port: useAnnotation),
            ])
        let services = [service("a"), service("b")]
        let stack = try StackBuilder.build(object, settings: testSettings) { name in
            services.first { $0.name == name }
        }
        let rules = stack.listeners[0].rules
        #expect(rules.map(\.action.ownGroups) == [["shop/web-a:80"], ["shop/web-a:80", "shop/web-b:80"]])
        #expect(rules[0].conditions.first == .httpHeader(name: "X-Beta", values: ["yes", "1"]))
        #expect(rules[1].conditions.count == 1)
    }
}
