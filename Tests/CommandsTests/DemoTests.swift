import JSON
import KubernetesModel
import Testing

@testable import Commands

@Suite("Demonstrations")
struct DemoTests {
    private let now = Timestamp(seconds: 1_767_225_600)

    private func rollout(_ strategy: JSONValue) -> JSONValue {
        [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": ["name": "shop", "generation": 3],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": ["app": "shop"]],
                "template": ["spec": ["containers": [["name": "shop", "image": "example.com/shop:2.0"]]]],
                "strategy": strategy,
            ],
        ]
    }

    private func ingress(to service: String, host: JSONValue? = nil) -> JSONValue {
        let paths: JSONValue = [["path": "/", "backend": ["service": ["name": .string(service)]]]]
        var rule: JSONValue = ["http": ["paths": paths]]
        rule["host"] = host
        return ["kind": "Ingress", "metadata": ["name": "front"], "spec": ["rules": [rule]]]
    }

    private var canary: JSONValue {
        [
            "canary": [
                "stableService": "stable", "canaryService": "canary",
                "trafficRouting": ["alb": ["ingress": "front", "rootService": "root"]],
            ]
        ]
    }

    @Test func `requests go where the Ingress leads to the action or to the active service`() throws {
        let first = try DemoManifests(
            documents: [rollout(canary), ingress(to: "root", host: "shop.example.org")], source: "test")
        #expect(first.action == "root")
        #expect(first.host == "shop.example.org")
        let second = try DemoManifests(
            documents: [rollout(["blueGreen": ["activeService": "live"]]), ingress(to: "live")], source: "test")
        #expect(second.ingress == ObjectKey(namespace: "default", name: "front"))
        #expect(second.action == "live")
        #expect(second.host == "shop.example.com")
    }

    @Test func `manifests without a way in are refused by name`() {
        let problem = #expect(throws: UsageProblem.self) {
            try DemoManifests(documents: [rollout(canary), ingress(to: "other")], source: "here")
        }
        #expect(problem?.description.contains("Ingress front with a path to service root") ?? false)
        #expect(throws: UsageProblem.self) {
            try DemoManifests(documents: [rollout(["canary": [:]]), ingress(to: "root")], source: "here")
        }
    }

    @Test func `versions differ from what the manifests say`() throws {
        let manifests = try DemoManifests(documents: [rollout(canary), ingress(to: "root")], source: "test")
        #expect(manifests.image(.first) == "example.com/shop:2.0")
        #expect(manifests.image(.next) == "example.com/shop:2.1")
        #expect(manifests.image(.afterNext) == "example.com/shop:3.0")
    }

    @Test func `with ping-pong the canary is the service that is not stable`() {
        var document = rollout(["canary": ["pingPong": ["pingService": "ping", "pongService": "pong"]]])
        document["status"] = ["canary": ["stablePingPong": "ping"]]
        var front = ingress(to: "root")
        let action = """
            {"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"pong","ServicePort":"80","Weight":30},\
            {"ServiceName":"ping","ServicePort":"80","Weight":70}]}}
            """
        front["metadata"] = ["annotations": ["alb.ingress.kubernetes.io/actions.root": .string(action)]]
        #expect(snapshot(document, front).annotationWeight == 30)
        document["status"] = ["canary": ["stablePingPong": "pong"]]
        #expect(snapshot(document, front).annotationWeight == 70)
    }

    private func snapshot(
        _ rollout: JSONValue, _ ingress: JSONValue = [:], pods: [KubernetesObject] = []
    ) -> DemoSnapshot {
        DemoSnapshot(
            at: now, rollout: KubernetesObject(rollout), ingress: KubernetesObject(ingress), pods: pods, action: "root")
    }

    private func pod(_ name: String, _ image: String) -> KubernetesObject {
        KubernetesObject(["metadata": ["name": .string(name)], "spec": ["containers": [["image": .string(image)]]]])
    }

    private func image(_ version: DemoImage) -> String { version == .first ? "a" : "b" }

    @Test func `settled is Healthy for the present spec, with the right pods and no others`() {
        var document = rollout(canary)
        document["status"] = ["phase": "Healthy", "observedGeneration": "3"]
        let both = [pod("x", "b"), pod("y", "b")]
        func isSettled(_ document: JSONValue, _ pods: [KubernetesObject]) -> Bool {
            snapshot(document, pods: pods).satisfies(.settled(.next), image: image, former: [])
        }
        #expect(isSettled(document, both))
        #expect(!isSettled(document, [pod("x", "b")]))
        #expect(!isSettled(document, [pod("x", "b"), pod("y", "a")]))
        document["status"] = ["phase": "Healthy", "observedGeneration": "2"]
        #expect(!isSettled(document, both))
    }

    @Test func `restarted is settled without a pod from before`() {
        var document = rollout(canary)
        document["status"] = ["phase": "Healthy", "observedGeneration": "3"]
        let now = snapshot(document, pods: [pod("x", "a"), pod("y", "a")])
        #expect(now.satisfies(.restarted, image: image, former: ["v", "w"]))
        #expect(!now.satisfies(.restarted, image: image, former: ["v", "x"]))
    }

    @Test func `an Ingress is released when its action has one target group and no Rollout is noted on it`() {
        func isReleased(_ annotations: JSONValue) -> Bool {
            let front: JSONValue = ["metadata": ["annotations": annotations]]
            return snapshot(rollout(canary), front).satisfies(.released, image: image, former: [])
        }
        let key = "alb.ingress.kubernetes.io/actions.root"
        let one: JSONValue = #"{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"a","Weight":100}]}}"#
        let two: JSONValue =
            #"{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"a"},{"ServiceName":"b"}]}}"#
        #expect(isReleased([key: one]))
        #expect(!isReleased([key: two]))
        #expect(!isReleased([key: one, "rollouts.argoproj.io/managed-alb-annotations": "{}"]))
        #expect(!isReleased([:]))
    }

    @Test func `a condition that did not come, a failed request and a missed weight are problems`() {
        let log = TrafficLog()
        log.add(TrafficSample(sentAt: now, status: 502))
        let judgement = DemoJudgement(
            scenario: .canary, record: DemoRecord(), log: log,
            missed: (condition: .settled(.next), last: snapshot(rollout(canary))))
        #expect(judgement.problems.count == 3)
        #expect(judgement.problems[0].contains("status 502"))
        #expect(judgement.problems[1].contains("never seen: Healthy with pods of the new version only"))
        #expect(judgement.problems[2] == "the canary never had all of the traffic")
    }

    @Test func `a pod that is deleted while it can be reached is a problem`() {
        var record = DemoRecord()
        var dying = pod("x", "a")
        dying.document.set("10.0.0.7", at: "status", "podIP")
        dying.document.set("2026-01-01T00:00:00Z", at: "metadata", "deletionTimestamp")
        record.add(snapshot(rollout(canary), pods: [dying]))
        record.noteReachable(ip: "10.0.0.7", at: now.advanced(by: .seconds(2)))
        let log = TrafficLog()
        log.add(TrafficSample(sentAt: now, status: 200))
        let judgement = DemoJudgement(scenario: .restart, record: record, log: log, missed: nil)
        #expect(judgement.problems == ["pod x could still be reached 2.0 s after its deletion was asked for"])
    }

    @Test func `every scenario waits for something after the last thing it does, and has manifests`() throws {
        for scenario in DemoScenario.allCases {
            let done = try #require(scenario.acts.lastIndex { !$0.isWaiting }, "\(scenario)")
            let waits = scenario.acts[done...].contains { if case .until = $0 { true } else { false } }
            #expect(waits, "\(scenario)")
            #expect(scenario.manifests.hasPrefix("examples/"))
        }
    }
}

extension DemoAct {
    fileprivate var isWaiting: Bool {
        switch self {
        case .hold, .until: true
        default: false
        }
    }
}
