import JSON
import KubernetesModel
import RolloutModel
import Testing

/// The rules of the Rollout API, in the order in which they are checked, with the texts that users know.
@Suite("Rules") struct RolloutRulesTests {
    struct Rule: Sendable, CustomTestStringConvertible {
        var name: String
        var changes: [([String], JSONValue?)]
        /// The message; `nil` when the spec is accepted.
        var error: String?
        var testDescription: String { name }

        init(_ name: String, _ changes: [([String], JSONValue?)], _ error: String?) {
            self.name = name
            self.changes = changes
            self.error = error
        }
    }

    private static let canary = ["strategy", "canary"]
    private static let routing = ["strategy", "canary", "trafficRouting"]
    private static func steps(_ value: JSONValue) -> ([String], JSONValue?) { (canary + ["steps"], value) }
    private static let unrouted: ([String], JSONValue?) = (routing, nil)
    private static let oneOf =
        "Step must have one of the following set: experiment, setWeight, setCanaryScale, plugin or pause"
    private static let bothZero =
        "spec.strategy.maxSurge: Invalid value: 0: MaxSurge and MaxUnavailable both can not be zero"

    static let spec: [Rule] = [
        Rule("no replicas", [(["replicas"], 0)], nil),
        Rule(
            "negative replicas", [(["replicas"], -3)],
            "spec.replicas: Invalid value: -3: must be greater than or equal to 0"),
        Rule(
            "no selector", [(["selector"], nil)],
            "spec.selector: Required value: Rollout has missing field '.spec.selector'"),
        Rule(
            "empty selector", [(["selector"], ["matchLabels": [:]])],
            "spec.selector: Invalid value: {\"matchLabels\":{}}: empty selector is invalid for deployment"),
        Rule(
            "selector that is none",
            [(["selector"], ["matchExpressions": [["key": "app", "operator": "Near", "values": ["web"]]]])],
            "invalid label selector"),
        Rule(
            "selector of other pods", [(["selector", "matchLabels", "app"], "api")],
            "spec.template.metadata.labels: Invalid value: {\"app\":\"web\"}: `selector` does not match template `labels`"
        ),
        Rule(
            "no containers", [(["template", "spec", "containers"], [])],
            "spec.template.spec.containers: Required value"),
        Rule(
            "pods that are not restarted", [(["template", "spec", "restartPolicy"], "Never")],
            "spec.template.spec.restartPolicy: Invalid value: \"Never\""),
        Rule(
            "negative minReadySeconds", [(["minReadySeconds"], -1)],
            "spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"),
        Rule(
            "negative revisionHistoryLimit", [(["revisionHistoryLimit"], -1)],
            "spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"),
        Rule(
            "negative progressDeadlineSeconds", [(["progressDeadlineSeconds"], -1)],
            "spec.progressDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0"),
        Rule(
            "deadline before ready", [(["progressDeadlineSeconds"], 5), (["minReadySeconds"], 5)],
            "spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"),
        Rule(
            "no strategy", [(["strategy"], [:])],
            "spec.strategy.strategy: Required value: Rollout has missing field '.spec.strategy.canary or "
                + ".spec.strategy.blueGreen'"),
        Rule(
            "both strategies", [(["strategy", "blueGreen"], ["activeService": "a"])],
            "spec.strategy.strategy: Invalid value: blueGreen, canary: Multiple Strategies can not be listed"),
        Rule("restart at no time", [(["restartAt"], "soon")], "spec.restartAt: Invalid value: \"soon\""),
    ]

    static let canaries: [Rule] = [
        Rule("neither surge nor missing", [(canary + ["maxSurge"], 0), (canary + ["maxUnavailable"], 0)], bothZero),
        Rule(
            "neither, as percentages", [(canary + ["maxSurge"], "0%"), (canary + ["maxUnavailable"], "0")], bothZero),
        Rule("no surge alone", [(canary + ["maxSurge"], 0)], nil),
        Rule("nothing may be missing alone", [(canary + ["maxUnavailable"], 0)], nil),
        Rule("surge that is no number", [(canary + ["maxSurge"], "many")], "spec.strategy.canary.maxSurge"),
        Rule(
            "one service twice", [(canary + ["canaryService"], "stable")],
            "spec.strategy.stableService: Invalid value: \"stable\": This rollout uses the same service for the stable "
                + "and canary services, but two different services are required."),
        Rule(
            "no stable service", [(canary + ["stableService"], nil), (canary + ["canaryService"], nil)],
            "spec.strategy.stableService: Invalid value: \"\": Canary service and Stable service must to be set to use "
                + "Traffic Routing"),
        Rule(
            "no canary service", [(canary + ["canaryService"], nil)],
            "spec.strategy.canaryService: Invalid value: \"\": Canary service and Stable service must to be set to use "
                + "Traffic Routing"),
        Rule(
            "delay without routing", [unrouted, steps([]), (canary + ["scaleDownDelaySeconds"], 5)],
            "spec.strategy.scaleDownDelaySeconds: Invalid value: 5: Canary scaleDownDelaySeconds can only be used with "
                + "traffic routing"),
        Rule(
            "dynamic without routing", [unrouted, steps([]), (canary + ["dynamicStableScale"], true)],
            "spec.strategy.dynamicStableScale: Invalid value: true: Canary dynamicStableScale can only be used with "
                + "traffic routing"),
        Rule(
            "dynamic with a delay",
            [(canary + ["dynamicStableScale"], true), (canary + ["scaleDownDelaySeconds"], 5)],
            "spec.strategy.dynamicStableScale: Invalid value: true: Canary dynamicStableScale cannot be used with "
                + "scaleDownDelaySeconds"),
        Rule(
            "neither kind of anti-affinity", [(canary + ["antiAffinity"], [:])],
            "spec.strategy.antiAffinity: Invalid value: {}: AntiAffinity must have exactly one strategy listed"),
        Rule(
            "both kinds of anti-affinity",
            [
                (
                    canary + ["antiAffinity"],
                    [
                        "requiredDuringSchedulingIgnoredDuringExecution": [:],
                        "preferredDuringSchedulingIgnoredDuringExecution": ["weight": 1],
                    ]
                )
            ], "AntiAffinity must have exactly one strategy listed"),
        Rule(
            "anti-affinity of too much weight",
            [(canary + ["antiAffinity"], ["preferredDuringSchedulingIgnoredDuringExecution": ["weight": 101]])],
            "AntiAffinity weight must be between 1-100"),
        Rule(
            "labels that are no text", [(canary + ["canaryMetadata"], ["labels": ["a": 1]])],
            "spec.strategy.canary.canaryMetadata.labels.a: Invalid value: 1: must be a string"),
    ]

    static let stepRules: [Rule] = [
        Rule("step of nothing", [steps([[:]])], oneOf),
        Rule("step of two things", [steps([["setWeight": 5, "pause": [:]]])], oneOf),
        Rule("weight and scale in one step", [steps([["setWeight": 5, "setCanaryScale": ["replicas": 1]]])], nil),
        Rule(
            "weight beyond everything", [steps([["setWeight": 1], ["setWeight": 101]])],
            "spec.strategy.steps[1].setWeight: Invalid value: 101: SetWeight needs to be between 0 and 100"),
        Rule("weight of nothing", [steps([["setWeight": 0]])], nil),
        Rule(
            "negative pause", [steps([["pause": ["duration": -1]]])],
            "spec.strategy.steps[0].pause.duration: Invalid value: -1: Duration needs to be greater than 0"),
        Rule(
            "negative pause in words", [steps([["pause": ["duration": "-5s"]]])],
            "Duration needs to be greater than 0"),
        Rule("pause of nothing", [steps([["pause": ["duration": 0]]])], nil),
        Rule("pause in digits", [steps([["pause": ["duration": "90"]]])], nil),
        Rule("pause in hours", [steps([["pause": ["duration": "1h30m10s"]]])], nil),
        Rule("pause in days", [steps([["pause": ["duration": "1d"]]])], "Duration needs to be greater than 0"),
        Rule(
            "scale without routing", [unrouted, steps([["setCanaryScale": ["replicas": 1]]])],
            "spec.strategy.trafficRouting: Required value: SetCanaryScale requires TrafficRouting to be set"),
    ]

    private static let blueGreen: ([String], JSONValue?) = (canary, nil)
    private static func colours(_ more: JSONValue) -> ([String], JSONValue?) {
        var value: JSONValue = ["activeService": "active"]
        for (key, field) in more.objectValue ?? [:] { value[key] = field }
        return (["strategy", "blueGreen"], value)
    }

    static let blueGreens: [Rule] = [
        Rule("active service alone", [blueGreen, colours([:])], nil),
        Rule(
            "one service twice", [blueGreen, colours(["previewService": "active"])],
            "spec.strategy.activeService: Invalid value: \"active\": This rollout uses the same service for the active "
                + "and preview services, but two different services are required."),
        Rule(
            "more waiting than kept", [blueGreen, colours(["scaleDownDelayRevisionLimit": 11])],
            "spec.strategy.scaleDownDelayRevisionLimit: Invalid value: 11: This rollout's revision history limit can "
                + "not be smaller than the rollout's scale down limit"),
        Rule("as many waiting as kept", [blueGreen, colours(["scaleDownDelayRevisionLimit": 10])], nil),
        Rule(
            "no kind of anti-affinity", [blueGreen, colours(["antiAffinity": [:]])],
            "AntiAffinity must have exactly one strategy listed"),
    ]

    @Test("are checked with the reference's paths and texts", arguments: spec + canaries + stepRules + blueGreens)
    func rule(_ rule: Rule) throws {
        var document = try JSONValue(parsing: RolloutSpecTests.valid)
        for (path, value) in rule.changes { document.set(value, path: path[...]) }
        do {
            _ = try RolloutSpec(parsing: document)
            #expect(rule.error == nil, "accepted")
        } catch {
            let wanted = try #require(rule.error, "\(error)")
            #expect("\(error)".contains(wanted), "\(error)")
        }
    }

    struct Workload: Sendable {
        var reference: JSONValue
        var template: JSONValue?
        var error: String?
    }

    static let workloads: [Workload] = [
        Workload(reference: ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"]),
        Workload(
            reference: ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"],
            template: ["spec": ["containers": [["name": "web", "image": "web:0"]]]]),
        Workload(
            reference: ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"],
            template: ["metadata": ["labels": ["app": "web"]]],
            error: "spec.template: Internal error: template must be empty for workload reference rollout"),
        Workload(
            reference: ["apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web"],
            error: "workload of type apps/StatefulSet is not supported"),
        Workload(
            reference: ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "scaleDown": "later"],
            error: "spec.workloadRef.scaleDown: Invalid value: \"later\""),
        Workload(
            reference: ["apiVersion": "apps/v1", "kind": "PodTemplate", "name": "web"],
            error: "workload of type apps/PodTemplate is not supported"),
        Workload(reference: ["apiVersion": "v1", "kind": "PodTemplate", "name": "web"]),
    ]

    @Test("hold for templates of other workloads", arguments: workloads)
    func workload(_ row: Workload) throws {
        var document = try JSONValue(parsing: RolloutSpecTests.valid)
        let spec = document
        document["workloadRef"] = row.reference
        document["template"] = row.template
        document["selector"] = nil
        let workload = KubernetesObject([
            "spec": ["template": spec["template"] ?? [:], "selector": spec["selector"] ?? [:]],
            "template": spec["template"] ?? [:],
        ])
        do {
            let parsed = try RolloutSpec(parsing: document, workload: workload)
            #expect(row.error == nil, "accepted")
            #expect(parsed.template.document == spec["template"])
            #expect(parsed.selector.description == "app=web")
        } catch {
            let wanted = try #require(row.error, "\(error)")
            #expect("\(error)".contains(wanted), "\(error)")
        }
    }

    @Test("are all found at once, without those that only follow from another") func several() throws {
        var document = try JSONValue(parsing: RolloutSpecTests.valid)
        document["replicas"] = -1
        document["selector"] = nil
        document["progressDeadlineSeconds"] = "long"
        document["restartAt"] = "now"
        document.set(0, at: "strategy", "canary", "trafficRouting", "alb", "servicePort")
        document.set(
            [["analysis": [:]], ["setWeight": 5, "pause": [:]], ["setWeight": -1], ["pause": ["duration": -1]]],
            at: "strategy", "canary", "steps")
        let problems = RolloutSpec.problems(in: document)
        #expect(
            problems.map(\.path) == [
                "spec.replicas", "spec.strategy.canary.steps[0].analysis", "spec.selector",
                "spec.progressDeadlineSeconds", "spec.restartAt", "spec.strategy.steps[3].pause.duration",
                "spec.strategy.canary.trafficRouting.alb.servicePort", "spec.strategy.steps[1]",
                "spec.strategy.steps[2].setWeight",
            ])
        let first = #expect(throws: FieldError.self) { try RolloutSpec(parsing: document) }
        #expect(first == problems.first)
        #expect(RolloutSpec.problems(in: try JSONValue(parsing: RolloutSpecTests.valid)) == [])
    }

    @Test("name a workload that is missing") func missingWorkload() throws {
        var document = try JSONValue(parsing: RolloutSpecTests.valid)
        document["workloadRef"] = ["apiVersion": "apps/v1", "kind": "Deployment", "name": "shop"]
        document["template"] = nil
        let error = #expect(throws: FieldError.self) { try RolloutSpec(parsing: document) }
        #expect(
            error?.description
                == "spec.workloadRef.name: Invalid value: \"shop\": deployments.apps \"shop\" not found")
    }
}
