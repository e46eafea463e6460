import ArgumentParser
import JSON
import KubernetesModel
import Logging
import RolloutView
import Simulation
import Testing

@testable import Commands

@Suite("weir simulate") struct SimulateTests {
    @Test(
        "options that do not go together are refused, with what to give instead",
        arguments: [
            ("--seeds 0", "give 1 to 1000000"), ("--jobs 65", "give 1 to 64"),
            ("--set image=a:1", "name them with -f"), ("-f x --scenario node-drain", "leave out -f"),
            ("-f x --set tag=1", "--set image="), ("-f x --timeline course.png", ".svg or .html"),
            ("--trace --seed 1", "give one --scenario"), ("--trace --scenario node-drain", "one --seed"),
            ("-f x --rate 0", "1 to 100000"),
        ])
    func arguments(given: String, remedy: String) {
        let error = #expect(throws: (any Error).self) {
            _ = try SimulateCommand.parse(given.split(separator: " ").map(String.init))
        }
        let message = error.map { SimulateCommand.message(for: $0) } ?? ""
        #expect(message.contains(remedy), "\(message)")
    }

    @Test("a name that is no scenario is refused with those that are") func unknownScenario() {
        let error = #expect(throws: UsageProblem.self) {
            _ = try ScenarioSweep(["nonsense"], seeds: [1], faults: .none, omitted: [])
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains("node-drain"))
    }

    @Test("all scenarios with all seeds are run, each once, and those left out are told") func cases() throws {
        let sweep = try ScenarioSweep(["all", "node-drain"], seeds: [7, 8], faults: .none, omitted: [])
        #expect(sweep.cases.count == 2 * SimulationScenario.runnable.count)
        #expect(Set(sweep.cases).count == sweep.cases.count)
        #expect(sweep.skipped.allSatisfy { $0.missingFeature != nil })
    }

    @Test("the results of a sweep are in the order of what was asked, on one job and on many", arguments: [1, 4])
    func order(jobs: Int) async throws {
        let outcome = try await Sweep.run(Array(0..<50), jobs: jobs, logger: Logger(label: "test")) { $0 * $0 }
        #expect(outcome.outputs == (0..<50).map { $0 * $0 })
        #expect(!outcome.isInterrupted)
    }

    @Test("the first failure of a sweep ends it") func failure() async {
        await #expect(throws: UsageProblem.self) {
            _ = try await Sweep.run([1, 2, 3], jobs: 2, logger: Logger(label: "test")) { number in
                if number == 2 { throw UsageProblem("two") }
                return number
            }
        }
    }

    @Test("an update of one's own manifests is rehearsed: Healthy, nothing at risk, an abort at every step is safe")
    func rehearsal() throws {
        let rehearsal = try ManifestRehearsal(
            Self.manifests, namespace: "shop", image: "example.com/web:2", limit: .seconds(3_600))
        let (run, recorder) = try rehearsal.recorded(seed: 1, forks: true)
        #expect(run.forecast.untilHealthy != nil)
        #expect(run.forecast.violations.isEmpty)
        #expect(run.failingTime == .zero)
        let aborts = ManifestRehearsal.aborts(recorder)
        #expect(aborts.contains { $0.step.hasSuffix("50 %") })
        #expect(aborts.allSatisfy { $0.timeToSafe != nil }, "\(aborts)")
        let report = RehearsalReport(runs: [run], aborts: aborts, rate: 100)
        #expect(report.isSuccess)
        #expect(report.document.at("runs")?.arrayValue?.first?["requestsAtRisk"]?.doubleValue == 0)
        #expect(report.text.contains("Promises  kept in every run"))
        let timeline = ManifestRehearsal.timeline(run.forecast, recorder)
        #expect(timeline.versions.count == 2 && timeline.versions[0].hasPrefix("web:1"))
        #expect(timeline.moments.last?.shares == [0, 1])
    }

    @Test("equal seeds give equal reports") func determinism() throws {
        let rehearsal = try ManifestRehearsal(
            Self.manifests, namespace: "shop", image: "example.com/web:2", limit: .seconds(3_600))
        #expect(try rehearsal.run(seed: 9).forecast == rehearsal.run(seed: 9).forecast)
    }

    @Test("an image that the Rollout has already is refused") func sameImage() {
        #expect(throws: UsageProblem.self) {
            _ = try ManifestRehearsal(
                Self.manifests, namespace: "shop", image: "example.com/web:1", limit: .seconds(3_600))
        }
    }

    @Test("calls are counted in the budgets in which AWS counts them") func buckets() {
        var forecast = UpdateForecast(basis: "")
        forecast.reads = 7
        forecast.changes = [
            .init("CreateLoadBalancer", 1), .init("DeregisterTargets", 2), .init("ModifyRule", 3),
            .init("RegisterTargets", 4),
        ]
        #expect(CallBucket.counts(of: forecast).map(\.1) == [7, 3, 6, 1])
    }

    /// A canary behind an Ingress with one pause.
    private static let manifests: [JSONValue] = {
        let names = ["web", "web-canary", "web-root"]
        let services = names.map { name -> JSONValue in
            [
                "apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name)],
                "spec": ["selector": ["app": "web"], "ports": [["port": 80, "targetPort": 8080]]],
            ]
        }
        let ingress: JSONValue = [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": [
                "name": "web",
                "annotations": ["kubernetes.io/ingress.class": "alb", "alb.ingress.kubernetes.io/target-type": "ip"],
            ],
            "spec": [
                "rules": [
                    [
                        "http": [
                            "paths": [
                                [
                                    "path": "/", "pathType": "Prefix",
                                    "backend": ["service": ["name": "web-root", "port": ["name": "use-annotation"]]],
                                ]
                            ]
                        ]
                    ]
                ]
            ],
        ]
        let rollout: JSONValue = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": ["name": "web"],
            "spec": [
                "replicas": 2, "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": [
                        "containers": [
                            ["name": "web", "image": "example.com/web:1", "ports": [["containerPort": 8080]]]
                        ]
                    ],
                ],
                "strategy": [
                    "canary": [
                        "canaryService": "web-canary", "stableService": "web",
                        "trafficRouting": ["alb": ["ingress": "web", "rootService": "web-root", "servicePort": 80]],
                        "steps": [["setWeight": 50], ["pause": ["duration": 10]]],
                    ]
                ],
            ],
        ]
        return services + [ingress, rollout]
    }()
}
