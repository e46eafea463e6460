import JSON
import RolloutView
import Simulation

/// The same cases with Weir's controllers and with controllers in the peers' order.
struct ComparisonReport: Sendable {
    /// One case.
    struct Pair: Sendable {
        var weir: ScenarioSweep.Run
        var peer: ScenarioSweep.Run
    }

    /// In the order of the cases.
    var pairs: [Pair]
    var faults: SimulationFaults

    private var names: [String] {
        pairs.reduce(into: []) { names, pair in
            if names.last != pair.weir.ran.scenario { names.append(pair.weir.ran.scenario) }
        }
    }

    private func pairs(of name: String) -> [Pair] { pairs.filter { $0.weir.ran.scenario == name } }

    /// The report for a person.
    var text: String {
        var table = TextTable()
        table.add(["SCENARIO", "RUNS", "WEIR BROKE", "PEERS BROKE", "WHAT THE PEERS BROKE FIRST"])
        for name in names {
            let pairs = pairs(of: name)
            let first = pairs.compactMap(\.peer.violations.first).first
            table.add([
                name, "\(pairs.count)", "\(pairs.count { !$0.weir.violations.isEmpty })",
                "\(pairs.count { !$0.peer.violations.isEmpty })", first.map { "\"\($0.promise.rawValue)\"" } ?? "",
            ])
        }
        var lines = table.lines(Paint(isColoured: false))
        lines.append("")
        for (name, runs) in [("Weir", pairs.map(\.weir)), ("the peers' order", pairs.map(\.peer))] {
            let broken = runs.filter { !$0.violations.isEmpty }
            lines.append("\(name): a promise was broken in \(broken.count) of \(runs.count) runs, faults \(faults)")
        }
        lines += [
            "", "The peers' order is Weir's planner with the beliefs of Argo Rollouts and the AWS Load Balancer",
            "Controller with their default flags: a weight that was written is in force, a pod that a Service selects",
            "is a target, nothing has to settle, targets are deregistered before others are registered. None of their",
            "code runs.",
        ]
        if let example = pairs.first(where: { !$0.peer.violations.isEmpty })?.peer {
            lines += ["", "For example, seed \(example.ran.seed) of \(example.ran.scenario):"]
            lines += example.violations.prefix(3).map { "  \($0)" }
            lines.append("line by line: weir simulate \(example.ran.arguments) --as argo --trace")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same for a program.
    var document: JSONValue {
        var result: JSONValue = [
            "runs": .int(pairs.count), "faults": .string("\(faults)"),
            "weirBroke": .int(pairs.count { !$0.weir.violations.isEmpty }),
            "peersBroke": .int(pairs.count { !$0.peer.violations.isEmpty }),
        ]
        result["scenarios"] = .array(
            names.map { name in
                let pairs = pairs(of: name)
                return [
                    "name": .string(name), "runs": .int(pairs.count),
                    "weirBroke": .int(pairs.count { !$0.weir.violations.isEmpty }),
                    "peersBroke": .int(pairs.count { !$0.peer.violations.isEmpty }),
                ]
            })
        result["violations"] = .array(
            pairs.flatMap { pair in
                [("weir", pair.weir), ("peers", pair.peer)].flatMap { who, run in
                    run.violations.map { violation -> JSONValue in
                        [
                            "who": .string(who), "scenario": .string(run.ran.scenario),
                            "seed": .string("\(run.ran.seed)"), "violation": .string(violation.description),
                        ]
                    }
                }
            })
        return result
    }
}
