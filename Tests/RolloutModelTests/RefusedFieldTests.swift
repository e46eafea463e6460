import JSON
import RolloutModel
import Testing

/// Fields of the API whose feature is not there, each with a value that would be right.
@Suite("Fields without their feature") struct RefusedFieldTests {
    struct Field: Sendable, CustomTestStringConvertible {
        /// The field as the message must name it.
        var name: String
        var path: [String]
        var value: JSONValue
        var testDescription: String { name }
    }

    private static let canary = ["strategy", "canary"]
    private static let runs: JSONValue = ["templates": [["templateName": "success-rate"]]]

    private static func router(_ name: String, _ value: JSONValue) -> Field {
        Field(
            name: "spec.strategy.canary.trafficRouting.\(name)", path: canary + ["trafficRouting", name], value: value)
    }

    private static func step(_ name: String, _ value: JSONValue) -> Field {
        Field(
            name: "spec.strategy.canary.steps[1].\(name)", path: canary + ["steps"],
            value: [["setWeight": 10], [name: value]])
    }

    private static func blueGreen(_ name: String) -> Field {
        Field(
            name: "spec.strategy.blueGreen.\(name)", path: ["strategy"],
            value: ["blueGreen": ["activeService": "active", name: runs]])
    }

    static let fields = [
        Field(name: "spec.analysis", path: ["analysis"], value: ["successfulRunHistoryLimit": 3]),
        Field(name: "spec.strategy.canary.analysis", path: canary + ["analysis"], value: runs),
        blueGreen("prePromotionAnalysis"), blueGreen("postPromotionAnalysis"),
        router("istio", ["virtualService": ["name": "web"]]), router("nginx", ["stableIngress": "web"]),
        router("smi", ["trafficSplitName": "web"]), router("ambassador", ["mappings": ["web"]]),
        router("appMesh", ["virtualService": ["name": "web"]]),
        router("traefik", ["weightedTraefikServiceName": "web"]),
        router("apisix", ["route": ["name": "web"]]), router("plugins", ["example/router": [:]]),
        step("analysis", runs), step("experiment", ["templates": [["name": "a", "specRef": "canary"]]]),
        step("plugin", ["name": "example/step"]),
    ]

    @Test("are refused by name, with what to do", arguments: fields) func refuses(field: Field) throws {
        var document = try JSONValue(parsing: RolloutSpecTests.valid)
        document.set(field.value, path: field.path[...])
        let error = try #require(throws: FieldError.self) { try RolloutSpec(parsing: document) }
        #expect("\(error)".hasPrefix("\(field.name): Forbidden: Weir does not support "), "\(error)")
        #expect("\(error)".hasSuffix("or leave this Rollout to Argo Rollouts."), "\(error)")
    }

    @Test("leave an empty trafficRouting without a router, which is refused too") func noRouter() throws {
        var document = try JSONValue(parsing: RolloutSpecTests.valid)
        document.set([:], path: ["strategy", "canary", "trafficRouting"])
        let error = try #require(throws: FieldError.self) { try RolloutSpec(parsing: document) }
        #expect("\(error)".contains("spec.strategy.canary.trafficRouting.alb"), "\(error)")
    }
}
