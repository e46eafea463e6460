/// Finds a smaller case that still breaks the same promise: fewer kinds of faults, then fewer events.
///
/// A pure function of the case: every smaller one is run from its beginning. Each kind of fault draws by itself, so
/// leaving one out changes nothing about the others; and an event that is left out leaves the others where they were.
package struct SimulationShrinker: Sendable {
    /// How often a case may be run.
    package var runsMax: Int
    /// Runs a case.
    private let run: @Sendable (SimulationCase) throws(SimulationRefusal) -> SimulationOutcome

    /// - Parameters:
    ///   - runsMax: how often a case may be run, at least 1.
    ///   - run: how; by default as `SimulationScenario` does.
    package init(
        runsMax: Int = 200,
        run: @escaping @Sendable (SimulationCase) throws(SimulationRefusal) -> SimulationOutcome = {
            (ran) throws(SimulationRefusal) in try SimulationScenario.run(ran)
        }
    ) {
        self.runsMax = runsMax
        self.run = run
    }

    /// The smallest outcome found that breaks the first promise that `outcome` breaks; `outcome` itself when nothing
    /// smaller does.
    package func shrunken(_ outcome: SimulationOutcome) throws(SimulationRefusal) -> SimulationOutcome {
        guard let promise = outcome.violations.first?.promise else { return outcome }
        var best = outcome
        var runs = 0
        func accept(_ smaller: SimulationCase) throws(SimulationRefusal) -> Bool {
            guard runs < runsMax else { return false }
            runs += 1
            let found = try run(smaller)
            guard found.violations.first?.promise == promise else { return false }
            best = found
            return true
        }
        var hasShrunken = true
        while hasShrunken, runs < runsMax {
            hasShrunken = false
            for kind in best.ran.faults.kinds {
                var smaller = best.ran
                smaller.faults = SimulationFaults(smaller.faults.kinds.filter { $0 != kind })
                if try accept(smaller) { hasShrunken = true }
            }
            // The last events first: what happened after the violation is not needed at all.
            for event in best.events.reversed() where !best.ran.omitted.contains(event) {
                var smaller = best.ran
                smaller.omitted.insert(event)
                if try accept(smaller) { hasShrunken = true }
            }
        }
        best.ran.omitted.formIntersection(best.events)
        return best
    }
}
