import JSON
import KubernetesModel
import RolloutModel
import Testing

@Suite("The spec of a Rollout") struct RolloutSpecTests {
    static let valid = #"""
        {"replicas":4,"selector":{"matchLabels":{"app":"web"}},
         "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"web:1"}]}},
         "strategy":{"canary":{"canaryService":"canary","stableService":"stable",
          "trafficRouting":{"alb":{"ingress":"web","rootService":"root","servicePort":80}},
          "steps":[{"setWeight":10},{"pause":{"duration":"1h30m"}},{"pause":{}},{"setCanaryScale":{"replicas":2}}]}}}
        """#

    @Test("is read with its defaults") func defaults() throws {
        let spec = try RolloutSpec(parsing: try JSONValue(parsing: Self.valid))
        #expect(spec.replicas == 4)
        #expect(spec.revisionHistoryLimit == 10)
        #expect(spec.progressDeadlineSeconds == 600)
        #expect(spec.canary.scaleDownDelay == .seconds(30))
        #expect(spec.canary.abortScaleDownDelay == .seconds(30))
        #expect(spec.canary.actionService == "root")
        #expect(
            spec.canary.steps.map(\.description) == [
                "setWeight: 10", "pause: 1h30m", "pause", "setCanaryScale{replicas: 2}",
            ])
        #expect(spec.canary.steps[1].pause?.seconds == 5400)
    }

    struct Refusal: Sendable {
        var path: [String]
        var value: JSONValue?
        var error: String
    }

    static let canary = ["strategy", "canary"]
    static let refusals: [Refusal] = [
        Refusal(
            path: ["replicas"], value: -1, error: "spec.replicas: Invalid value: -1: must be greater than or equal to 0"
        ),
        Refusal(
            path: ["replicas"], value: "two", error: "spec.replicas: Invalid value: \"two\": must be a whole number"),
        Refusal(
            path: ["selector"], value: nil,
            error: "spec.selector: Required value: Rollout has missing field '.spec.selector'"),
        Refusal(path: ["selector"], value: [:], error: "empty selector is invalid for deployment"),
        Refusal(
            path: ["selector", "matchLabels", "app"], value: "x", error: "`selector` does not match template `labels`"),
        Refusal(
            path: ["minReadySeconds"], value: 600,
            error: "spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"),
        Refusal(
            path: ["strategy"], value: nil,
            error: "Rollout has missing field '.spec.strategy.canary or .spec.strategy.blueGreen'"),
        Refusal(
            path: ["strategy", "blueGreen"], value: [:],
            error: "spec.strategy.strategy: Invalid value: blueGreen, canary: Multiple Strategies can not be listed"),
        Refusal(
            path: canary + ["canaryService"], value: "stable",
            error: "spec.strategy.stableService: Invalid value: \"stable\": This rollout uses the same service"),
        Refusal(
            path: canary + ["stableService"], value: nil,
            error: "spec.strategy.stableService: Invalid value: \"\": Canary service and Stable service must"),
        Refusal(
            path: canary + ["steps"], value: [["setWeight": 101]],
            error: "spec.strategy.steps[0].setWeight: Invalid value: 101: SetWeight needs to be between 0 and 100"),
        Refusal(
            path: canary + ["steps"], value: [["pause": ["duration": "soon"]]],
            error: "spec.strategy.steps[0].pause.duration: Invalid value: \"soon\": Duration needs to be greater than 0"
        ),
        Refusal(path: canary + ["steps"], value: [[:]], error: "Step must have one of the following set"),
        Refusal(
            path: canary + ["trafficRouting", "alb", "ingresses"], value: ["a"],
            error:
                "spec.strategy.canary.trafficRouting.alb: Internal error: Either Ingress or Ingresses must be "
                + "configured. Both are configured."
        ),
        Refusal(
            path: canary + ["trafficRouting", "alb", "stickinessConfig"],
            value: ["enabled": true, "durationSeconds": 0],
            error: "TargetGroupStickinessConfig's duration must be between 1 and 604800 seconds (7 days)!"),
    ]

    @Test("is refused with the reference's text", arguments: refusals)
    func refusal(_ refusal: Refusal) throws {
        let message = try error(setting: refusal.path, to: refusal.value)
        #expect(message.contains(refusal.error), "\(message)")
    }

    static let features: [Refusal] = [
        Refusal(path: canary + ["analysis"], value: [:], error: "spec.strategy.canary.analysis"),
        Refusal(
            path: canary + ["trafficRouting", "istio"], value: [:], error: "spec.strategy.canary.trafficRouting.istio"),
        Refusal(
            path: canary + ["steps"], value: [["setWeight": 1], ["analysis": [:]]],
            error: "spec.strategy.canary.steps[1].analysis"),
    ]

    @Test("names the field of a feature that is not there yet", arguments: features)
    func unsupported(_ refusal: Refusal) throws {
        let message = try error(setting: refusal.path, to: refusal.value)
        #expect(message.hasPrefix("\(refusal.error): Forbidden: Weir does not support"), "\(message)")
    }

    private func error(setting path: [String], to value: JSONValue?) throws -> String {
        var document = try JSONValue(parsing: Self.valid)
        document.set(value, path: path[...])
        do {
            _ = try RolloutSpec(parsing: document)
            return "accepted"
        } catch {
            return "\(error)"
        }
    }
}

@Suite("Numbers of pods") struct IntOrPercentTests {
    @Test("from a string are percentages, with or without the sign", arguments: ["1", "1%"])
    func percent(text: String) {
        #expect(IntOrPercent(.string(text)) == .percent(1))
    }

    @Test("round up for a surge and down for what may be missing") func rounding() {
        #expect(IntOrPercent.percent(25).roundedUp(of: 10) == 3)
        #expect(IntOrPercent.percent(25).roundedDown(of: 10) == 2)
        #expect(IntOrPercent.count(2).roundedDown(of: 10) == 2)
    }
}

@Suite("Verbs") struct RolloutVerbTests {
    private func rollout(status: JSONValue) throws -> KubernetesObject {
        KubernetesObject(["spec": try JSONValue(parsing: RolloutSpecTests.valid), "status": status])
    }

    @Test("promote resumes a pause by clearing it") func resume() throws {
        let paused = try rollout(status: ["pauseConditions": [["reason": "CanaryPauseStep"]], "currentStepIndex": 1])
        #expect(try RolloutVerb.promote(paused, .resume).map(\.body) == [["status": ["pauseConditions": nil]]])
    }

    @Test("promote skips the current step of a rollout that is not paused") func skip() throws {
        let patches = try RolloutVerb.promote(try rollout(status: ["currentStepIndex": 1]), .resume)
        #expect(patches.map(\.body) == [["status": ["pauseConditions": nil, "currentStepIndex": 2]]])
    }

    @Test("set image changes one container and names those there are when it is missing") func setImage() throws {
        let rollout = try rollout(status: [:])
        let patch = try RolloutVerb.setImage(of: "web", to: "web:2", in: rollout)
        #expect(patch.body.at("spec", "template", "spec", "containers")?[0]?["image"] == "web:2")
        #expect(throws: RolloutVerb.Refusal.noContainer("db", available: ["web"])) {
            try RolloutVerb.setImage(of: "db", to: "db:2", in: rollout)
        }
    }
}
