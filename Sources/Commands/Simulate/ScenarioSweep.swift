import JSON
import KubernetesModel
import RolloutView
import Simulation

/// Scenarios with many seeds each.
struct ScenarioSweep: Sendable {
    /// One run, without its trace.
    struct Run: Sendable {
        var ran: SimulationCase
        var violations: [SimulationViolation]
        /// In virtual time.
        var duration: Duration
        var podsMost: Int
        var awsReads: Int
        var awsChanges: Int

        init(_ outcome: SimulationOutcome) {
            ran = outcome.ran
            violations = outcome.violations
            duration = outcome.duration
            podsMost = outcome.statistics.podsMax
            let calls = outcome.statistics.awsCalls
            awsReads = calls.reduce(0) { $0 + ($1.key.hasPrefix("Describe") ? $1.value : 0) }
            awsChanges = outcome.statistics.awsCallCount - awsReads
        }
    }

    /// Scenario by scenario, each with every seed.
    let cases: [SimulationCase]
    /// Those that cannot be run, and why.
    let skipped: [SimulationScenario]

    /// - Parameter names: of scenarios; `all` is every one that can be run.
    /// - Throws: `UsageProblem` for a name that is not known or that stands for something that cannot be run.
    init(_ names: [String], seeds: [UInt64], faults: SimulationFaults, omitted: Set<String>) throws {
        var chosen: [SimulationScenario] = []
        for name in names {
            do throws(SimulationRefusal) {
                let found = name == "all" ? SimulationScenario.runnable : [try SimulationScenario.named(name)]
                for scenario in found where !chosen.contains(where: { $0.name == scenario.name }) {
                    if let feature = scenario.missingFeature {
                        throw .missingFeature(scenario: scenario.name, feature: feature)
                    }
                    chosen.append(scenario)
                }
            } catch {
                throw UsageProblem("\(error). `weir simulate --list` lists them.")
            }
        }
        cases = chosen.flatMap { scenario in
            seeds.map { SimulationCase(scenario: scenario.name, seed: $0, faults: faults, omitted: omitted) }
        }
        skipped = names.contains("all") ? SimulationScenario.all.filter { $0.missingFeature != nil } : []
    }

    /// Runs a case.
    ///
    /// - Parameter asPeer: with controllers in the order of Argo Rollouts and the AWS Load Balancer Controller.
    static func outcome(of ran: SimulationCase, asPeer: Bool) throws -> SimulationOutcome {
        try SimulationScenario.run(ran) { settings in
            if asPeer { settings.controllers = SimulationSettings.peers(settings.loadBalancing) }
        }
    }

    /// What `--list` prints.
    static var list: String {
        var table = TextTable()
        table.add(["SCENARIO", "", "WHAT HAPPENS"])
        for scenario in SimulationScenario.all {
            table.add([scenario.name, scenario.missingFeature == nil ? "" : "not yet", scenario.about])
        }
        table.add([""])
        table.add(["FAULT", "", "WHAT GOES WRONG"])
        for fault in SimulationFault.allCases { table.add([fault.rawValue, "", fault.about]) }
        return table.lines(Paint(isColoured: false)).joined(separator: "\n") + "\n"
    }
}

/// What a sweep came to.
struct SweepReport: Sendable {
    /// In the order of the cases.
    var runs: [ScenarioSweep.Run]
    var faults: SimulationFaults
    var skipped: [SimulationScenario]
    var wallTime: Duration

    /// The runs in which a promise was broken.
    var broken: [ScenarioSweep.Run] { runs.filter { !$0.violations.isEmpty } }

    /// Runs per minute of wall time.
    private var perMinute: Int { Int(Double(runs.count) / max(0.001, wallTime.inSeconds) * 60) }

    /// The runs by scenario, in the order of the cases.
    private var groups: [(name: String, runs: [ScenarioSweep.Run])] {
        var groups: [(name: String, runs: [ScenarioSweep.Run])] = []
        for run in runs {
            if groups.last?.name == run.ran.scenario {
                groups[groups.count - 1].runs.append(run)
            } else {
                groups.append((run.ran.scenario, [run]))
            }
        }
        return groups
    }

    /// The report for a person.
    var text: String {
        var table = TextTable()
        table.add(["SCENARIO", "RUNS", "BROKEN", "VIRTUAL TIME", "AWS CALLS PER RUN", "MOST PODS"])
        for (name, runs) in groups {
            let seconds = Int(runs.reduce(0) { $0 + $1.duration.inSeconds })
            let reads = runs.reduce(0) { $0 + $1.awsReads } / runs.count
            let changes = runs.reduce(0) { $0 + $1.awsChanges } / runs.count
            table.add([
                name, "\(runs.count)", "\(runs.count { !$0.violations.isEmpty })", Self.hours(seconds),
                "\(reads) reads, \(changes) changes", "\(runs.map(\.podsMost).max() ?? 0)",
            ])
        }
        var lines = table.lines(Paint(isColoured: false))
        for scenario in skipped { lines.append("\(scenario.name): not run: \(scenario.missingFeature ?? "")") }
        let virtual = Int(runs.reduce(0) { $0 + $1.duration.inSeconds })
        lines += [
            "",
            "\(runs.count) runs, \(Self.hours(virtual)) of virtual time in \(Int(wallTime.inSeconds.rounded(.up))) s "
                + "(\(perMinute) runs a minute), seeds \(seedText), faults \(faults)",
            broken.isEmpty ? "no promise was broken" : "PROMISES WERE BROKEN in \(broken.count) runs",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    private var seedText: String {
        let seeds = runs.map(\.ran.seed)
        guard let least = seeds.min(), let most = seeds.max() else { return "none" }
        return least == most ? "\(least)" : "\(least) to \(most)"
    }

    /// The same for a program.
    var document: JSONValue {
        var result: JSONValue = [
            "runs": .int(runs.count), "broken": .int(broken.count), "faults": .string("\(faults)"),
            "seeds": .string(seedText), "wallSeconds": .double(wallTime.inSeconds),
            "runsPerMinute": .int(perMinute),
            "virtualSeconds": .double(runs.reduce(0) { $0 + $1.duration.inSeconds }),
        ]
        result["scenarios"] = .array(
            groups.map { name, runs in
                [
                    "name": .string(name), "runs": .int(runs.count),
                    "broken": .int(runs.count { !$0.violations.isEmpty }),
                    "virtualSeconds": .double(runs.reduce(0) { $0 + $1.duration.inSeconds }),
                    "awsReads": .int(runs.reduce(0) { $0 + $1.awsReads }),
                    "awsChanges": .int(runs.reduce(0) { $0 + $1.awsChanges }),
                    "podsMost": .int(runs.map(\.podsMost).max() ?? 0),
                ]
            })
        result["violations"] = .array(broken.map(Self.document))
        result["notRun"] = .array(skipped.map { ["name": .string($0.name), "why": .string($0.missingFeature ?? "")] })
        return result
    }

    private static func document(_ run: ScenarioSweep.Run) -> JSONValue {
        [
            "scenario": .string(run.ran.scenario), "seed": .string("\(run.ran.seed)"),
            "faults": .string("\(run.ran.faults)"),
            "replay": .string("weir simulate \(run.ran.arguments)"),
            "violations": .array(run.violations.map { .string($0.description) }),
        ]
    }

    /// `3h12m`, `4m05s`.
    private static func hours(_ seconds: Int) -> String {
        func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        guard seconds >= 3_600 else { return "\(seconds / 60)m\(padded(seconds % 60))s" }
        return "\(seconds / 3_600)h\(padded(seconds / 60 % 60))m"
    }
}
