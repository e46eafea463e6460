import Simulation

/// How many rollout lifetimes one core simulates in a minute, and whether any promise is broken.
///
///     WEIR_TARGETS=Simulation WEIR_BENCHMARKS=1 swift build -c release --product SimulationBenchmark
///     .build/release/SimulationBenchmark all|NAME [SEEDS] [FIRST] [FAULTS] [trace]
///
/// A lifetime is one Rollout from its first manifest to the rest after its last update, with an API server, a load
/// balancing service, nodes and pods of its own. One thread does all of the work.
@main
struct SimulationBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        func argument(_ index: Int) -> String? { arguments.indices.contains(index) ? arguments[index] : nil }
        let name = argument(0) ?? "all"
        let seeds = argument(1).flatMap(UInt64.init) ?? 10
        let first = argument(2).flatMap(UInt64.init) ?? 1
        let faults = try SimulationFaults(parsing: argument(3) ?? "all")
        let scenarios = name == "all" ? SimulationScenario.runnable : [try SimulationScenario.named(name)]
        var total = Tally()
        for scenario in scenarios {
            var tally = Tally()
            let began = ContinuousClock.now
            for seed in first..<(first + seeds) {
                let outcome = try scenario.run(seed: seed, faults: faults)
                tally.add(outcome)
                if argument(4) == "trace" { for line in outcome.trace { print(line) } }
            }
            tally.took = ContinuousClock.now - began
            print("\(scenario.name): \(tally)")
            total.add(tally)
        }
        print("total: \(total)")
    }

    struct Tally: CustomStringConvertible {
        var runs = 0
        var violations = 0
        var moments = 0
        var virtual = Duration.zero
        var took = Duration.zero

        mutating func add(_ outcome: SimulationOutcome) {
            runs += 1
            moments += outcome.statistics.moments
            virtual += outcome.duration
            guard let first = outcome.violations.first else { return }
            violations += 1
            print("  \(first)\n    \(outcome.ran.arguments)")
        }

        mutating func add(_ other: Tally) {
            runs += other.runs
            violations += other.violations
            moments += other.moments
            virtual += other.virtual
            took += other.took
        }

        var description: String {
            let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
            let each = runs == 0 ? 0 : seconds / Double(runs)
            return "\(runs) lifetimes, \(violations) with violations, \(moments) moments, "
                + "\(virtual.components.seconds) virtual s in \(seconds) s: "
                + "\(Int(each * 1e6)) us each, \(each == 0 ? 0 : Int(60 / each)) a minute"
        }
    }
}
