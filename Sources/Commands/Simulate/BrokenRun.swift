import Simulation

/// A run in which a promise was broken, for a person who wants to see why.
struct BrokenRun: Sendable {
    /// So many lines of the trace are shown.
    private static let traceMax = 40
    /// How often smaller cases are tried.
    private static let triesMax = 100

    private let found: SimulationCase
    private let smallest: SimulationOutcome

    /// Runs it again to have its trace, and looks for a smaller case that breaks the same promise.
    ///
    /// - Throws: `SimulationRefusal` when it cannot be run.
    init(_ run: ScenarioSweep.Run) throws {
        found = run.ran
        smallest = try SimulationShrinker(runsMax: Self.triesMax).shrunken(try SimulationScenario.run(run.ran))
    }

    var text: String {
        var lines = ["", "BROKEN in scenario \(found.scenario), seed \(found.seed):"]
        lines += smallest.violations.map { "  \($0)" }
        let needed = smallest.events.filter { !smallest.ran.omitted.contains($0) }
        lines.append(
            "  needed for it: \(needed.isEmpty ? "nothing but the beginning" : needed.joined(separator: ", "))"
                + " (of \(smallest.events.count) events)")
        let shown = smallest.trace.suffix(Self.traceMax)
        let before = smallest.trace.count - shown.count
        if before > 0 { lines.append("  … \(before) lines before") }
        lines += shown.map { "  \($0)" }
        lines.append("again: weir simulate \(smallest.ran.arguments) --trace")
        if smallest.ran != found { lines.append("as found: weir simulate \(found.arguments) --trace") }
        return lines.joined(separator: "\n") + "\n"
    }
}
