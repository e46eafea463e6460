/// A story that is told again and again with other draws: what happens, in which world, and how it has to end.
///
/// The scenarios of `all` come from what users of other controllers have reported.
package struct SimulationScenario: Sendable {
    /// For the command line: `abort-shrunken-stable`.
    package let name: String
    /// A few words for lists.
    package let title: String
    /// What happens, one or two sentences.
    package let about: String
    /// Why it cannot be run; `nil` for those that can.
    package let missingFeature: String?
    let plot: @Sendable (inout ScenarioPlot) -> Void

    init(
        _ name: String, _ title: String, _ about: String, missing: String? = nil,
        plot: @escaping @Sendable (inout ScenarioPlot) -> Void = { _ in }
    ) {
        self.name = name
        self.title = title
        self.about = about
        missingFeature = missing
        self.plot = plot
    }

    /// Every scenario, in the order in which they are listed.
    package static let all: [SimulationScenario] = updates + weights + aws + cluster + people

    /// Those that can be run.
    package static let runnable = all.filter { $0.missingFeature == nil }

    /// The scenario with a name.
    package static func named(_ name: String) throws(SimulationRefusal) -> SimulationScenario {
        guard let found = all.first(where: { $0.name == name }) else { throw .unknownScenario(name) }
        return found
    }

    /// Runs it with one seed.
    ///
    /// - Parameters:
    ///   - omitted: events that do not happen, see `SimulationOutcome.events`.
    ///   - change: changes the world before it begins; to run other controllers than Weir's.
    package func run(
        seed: UInt64, faults: SimulationFaults = .none, omitting omitted: Set<String> = [],
        changing change: (inout SimulationSettings) -> Void = { _ in }
    ) throws(SimulationRefusal) -> SimulationOutcome {
        if let missingFeature { throw .missingFeature(scenario: name, feature: missingFeature) }
        var performance = ScenarioPerformance(self, seed: seed, faults: faults, omitted: omitted, change)
        performance.run()
        return performance.outcome
    }

    /// Runs a case of this or any other scenario.
    package static func run(
        _ ran: SimulationCase, changing change: (inout SimulationSettings) -> Void = { _ in }
    ) throws(SimulationRefusal) -> SimulationOutcome {
        try named(ran.scenario).run(seed: ran.seed, faults: ran.faults, omitting: ran.omitted, changing: change)
    }
}
