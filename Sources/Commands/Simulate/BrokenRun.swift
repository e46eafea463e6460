import Simulation

/// A run in which a promise was broken, for a person who wants to see why.
struct BrokenRun: Sendable {
    /// So many lines of the trace are shown.
    private static let traceMax = 40

    private let ran: SimulationCase
    private let outcome: SimulationOutcome

    /// Runs it again to have its trace.
    ///
    /// - Throws: `SimulationRefusal` when it cannot be run.
    init(_ run: ScenarioSweep.Run) throws {
        ran = run.ran
        outcome = try SimulationScenario.run(run.ran)
    }

    var text: String {
        var lines = ["", "BROKEN in scenario \(ran.scenario), seed \(ran.seed):"]
        lines += outcome.violations.map { "  \($0)" }
        let shown = outcome.trace.suffix(Self.traceMax)
        if shown.count < outcome.trace.count { lines.append("  … \(outcome.trace.count - shown.count) lines before") }
        lines += shown.map { "  \($0)" }
        lines.append("again: weir simulate \(ran.arguments) --trace")
        return lines.joined(separator: "\n") + "\n"
    }
}
