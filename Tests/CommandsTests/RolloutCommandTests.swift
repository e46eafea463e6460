import ArgumentParser
import JSON
import KubernetesModel
import RolloutView
import Testing

@testable import Commands

@Suite("Arguments of the commands about Rollouts") struct RolloutArgumentTests {
    @Test(
        "options of every command may come first, and flags may have values",
        arguments: [
            ("-n shop get rollout web", "get rollout web -n shop"),
            ("--namespace=shop --context c status web", "status web --namespace=shop --context c"),
            ("get rollout web -n shop", "get rollout web -n shop"),
            ("status web --watch=false", "status web --no-watch"),
            ("promote web --full=true", "promote web --full"),
            ("promote web --full=false", "promote web"),
            ("--help", "--help"), ("-n", "-n"),
            ("-n shop set image web -- a=b", "set image web -n shop -- a=b"),
        ])
    func order(given: String, expected: String) {
        let arguments = given.split(separator: " ").map(String.init)
        #expect(ArgumentOrder.arranged(arguments).joined(separator: " ") == expected)
    }

    @Test("the name decides what the program is") func roles() {
        func names(_ name: String) -> [String] {
            Invocation(name: name, arguments: []).root.configuration.subcommands.map { $0._commandName }
        }
        #expect(names("kubectl-argo-rollouts").contains("promote"))
        #expect(!names("kubectl-argo-rollouts").contains("sandbox"))
        #expect(names("kubectl-weir").contains("sandbox"))
        #expect(names("weir").contains("why"))
        #expect(Invocation(name: "kubectl-argo-rollouts", arguments: []).spoken == "kubectl argo rollouts")
    }

    @Test(
        "commands that are not there are refused by name",
        arguments: [
            "dashboard --port 3100", "notifications template get", "terminate analysisrun a", "get experiment a",
            "list experiments -A", "retry experiment a", "create analysisrun --from a",
        ])
    func missing(words: String) throws {
        var command = try ArgoRolloutsCommand.parseAsRoot(words.split(separator: " ").map(String.init))
        let problem = #expect(throws: UsageProblem.self) { try command.run() }
        #expect(problem?.description.contains("is not there yet") == true)
    }

    @Test("words are completed as kubectl asks for it") func completion() async {
        let completion = Completion(root: ArgoRolloutsCommand.self)
        let verbs = await completion.candidates(for: ["re"])
        #expect(verbs.map { $0.prefix { $0 != "\t" } } == ["retry", "restart"])
        #expect(await completion.candidates(for: ["get", "r"]).first?.hasPrefix("rollout\t") == true)
        let options = await completion.candidates(for: ["list", "ro", "--all"])
        #expect(options.map { $0.prefix { $0 != "\t" } } == ["--all-namespaces"])
        #expect(await completion.candidates(for: ["version", ""]).isEmpty)
    }
}

@Suite("Lint") struct RolloutLintTests {
    private func rollout(_ steps: JSONValue = [["setWeight": 20]], extra: String = "replicas") -> JSONValue {
        var spec: JSONValue = [
            "selector": ["matchLabels": ["app": "web"]],
            "template": [
                "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "web", "image": "web:1"]]],
            ],
            "strategy": ["canary": ["canaryService": "web-canary", "stableService": "web", "steps": steps]],
        ]
        spec[extra] = 2
        return [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": ["name": "web"], "spec": spec,
        ]
    }

    @Test("a good Rollout passes, with references that are elsewhere") func good() {
        #expect(RolloutLint([rollout()]).findings == [])
    }

    @Test("an unknown field is named") func unknown() throws {
        let finding = try #require(RolloutLint([rollout(extra: "replicsa")]).findings.first)
        #expect(finding.text.contains("unknown field \"spec.replicsa\""))
        var odd = rollout()
        odd.set(["containers": [["name": "web", "image": "web:1", "imagee": "x"]]], at: "spec", "template", "spec")
        #expect(RolloutLint([odd]).findings.first?.text.contains("imagee") == true)
    }

    @Test("a broken rule has a body without its path") func broken() throws {
        let finding = try #require(RolloutLint([rollout([["setWeight": 101]])]).findings.first)
        #expect(finding.text.hasPrefix("spec.strategy.steps[0].setWeight: Invalid value: 101"))
        #expect(finding.body == "Invalid value: 101: SetWeight needs to be between 0 and 100")
    }

    @Test("every broken rule is found, of every Rollout") func several() {
        var first = rollout([["setWeight": 101], ["pause": ["duration": "soon"]], ["setWeight": 20]])
        first.set(-1, at: "spec", "replicas")
        var second = rollout([["setCanaryScale": ["replicas": 1]]])
        second.set("web", at: "spec", "strategy", "canary", "canaryService")
        #expect(
            RolloutLint([first, second]).findings.map(\.text) == [
                "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
                "spec.strategy.steps[1].pause.duration: Invalid value: \"soon\": Duration needs to be greater than 0",
                "spec.strategy.steps[0].setWeight: Invalid value: 101: SetWeight needs to be between 0 and 100",
                "spec.strategy.stableService: Invalid value: \"web\": This rollout uses the same service for the "
                    + "stable and canary services, but two different services are required.",
                "spec.strategy.trafficRouting: Required value: SetCanaryScale requires TrafficRouting to be set",
            ])
    }

    @Test("a Service in the same text is held against the Rollout") func services() {
        let service: JSONValue = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "web"],
            "spec": ["selector": ["app": "other"], "ports": [["port": 80]]],
        ]
        let findings = RolloutLint([rollout(), service]).findings
        #expect(findings.count == 1)
        #expect(findings.first?.body.contains("has unmatch label") == true)
    }
}

@Suite("Plans of updates") struct ForecastTests {
    private func rollout(_ image: String) -> JSONValue {
        [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": ["name": "web"],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": ["containers": [["name": "web", "image": .string(image)]]],
                ],
                "strategy": [
                    "canary": [
                        "maxSurge": 1, "maxUnavailable": 0,
                        "steps": [["setWeight": 50], ["pause": [:]], ["pause": ["duration": 120]]],
                    ]
                ],
            ],
        ]
    }

    @Test("an update is planned from what there is") func update() throws {
        let manifests = try PlannedManifests([rollout("web:2")], namespace: "shop")
        var present = PresentState(documents: [])
        var live = rollout("web:1")
        live.set("shop", at: "metadata", "namespace")
        present.add(KubernetesObject(live))
        let forecast = try Forecast(manifests, present: present, seed: 1, limit: .seconds(3_600)).made()
        #expect(forecast.end == "Rollout shop/web Healthy")
        #expect(forecast.consents == 1)
        #expect(forecast.pods.before == 2)
        #expect(forecast.pods.most == 3)
        #expect(forecast.pods.after == 2)
        #expect(forecast.changes.isEmpty)
        #expect(try #require(forecast.untilHealthy) >= .seconds(119))
        let texts = forecast.entries.map(\.text)
        #expect(texts.contains { $0.hasPrefix("create ReplicaSet shop/web-") })
        #expect(texts.contains { $0.hasPrefix("consent: a person promotes") })
        #expect(forecast == (try Forecast(manifests, present: present, seed: 1, limit: .seconds(3_600)).made()))
    }

    @Test("a Rollout of another controller's instance is planned as that one would") func instance() throws {
        var document = rollout("web:1")
        document.set("blue", at: "metadata", "labels", "argo-rollouts.argoproj.io/controller-instance-id")
        let manifests = try PlannedManifests([document], namespace: "shop")
        let forecast = try Forecast(manifests, present: nil, seed: 1, limit: .seconds(3_600)).made()
        #expect(forecast.end == "Rollout shop/web Healthy")
    }

    @Test("what cannot be planned is refused by name") func refusals() throws {
        #expect(throws: UsageProblem.self) { try PlannedManifests([["kind": "ConfigMap"]], namespace: "shop") }
        var document = rollout("web:1")
        document.set(["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"], at: "spec", "workloadRef")
        let missing = #expect(throws: UsageProblem.self) { try PlannedManifests([document], namespace: "shop") }
        #expect(missing?.description.contains("Deployment shop/web (spec.workloadRef), which is not there") == true)
        document.set("CronJob", at: "spec", "workloadRef", "kind")
        let wrong = #expect(throws: UsageProblem.self) { try PlannedManifests([document], namespace: "shop") }
        #expect(wrong?.description.contains("\"CronJob\"") == true)
    }

    @Test("a template in another workload is planned as if it stood in the Rollout") func workload() throws {
        let own = rollout("web:1")
        let template = own["spec"]?["template"] ?? nil
        var referring = own
        referring.set(nil, at: "spec", "template")
        referring.set(nil, at: "spec", "selector")
        referring.set(["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"], at: "spec", "workloadRef")
        let selector = own["spec"]?["selector"] ?? nil
        let deployment: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": ["replicas": 2, "selector": selector, "template": template],
        ]
        let manifests = try PlannedManifests([deployment, referring], namespace: "shop")
        #expect(manifests.unknown.isEmpty)
        let forecast = try Forecast(manifests, present: nil, seed: 1, limit: .seconds(3_600)).made()
        let plain = try Forecast(
            PlannedManifests([own], namespace: "shop"), present: nil, seed: 1, limit: .seconds(3_600)
        ).made()
        #expect(forecast.end == "Rollout shop/web Healthy")
        #expect(forecast.entries == plain.entries)
        #expect(forecast.assumptions.contains("the pods of Deployment shop/web itself are not simulated"))
    }
}
