/// What exactly is run: equal cases give equal outcomes.
package struct SimulationCase: Hashable, Sendable {
    /// The scenario's name.
    package var scenario: String
    package var seed: UInt64
    package var faults: SimulationFaults
    /// Events that do not happen, by their ids: `script/2`, `new-images/0`. See `SimulationOutcome.events`.
    package var omitted: Set<String>

    package init(scenario: String, seed: UInt64, faults: SimulationFaults, omitted: Set<String> = []) {
        self.scenario = scenario
        self.seed = seed
        self.faults = faults
        self.omitted = omitted
    }

    /// The options of `weir simulate` that run this case.
    package var arguments: String {
        var words = ["--scenario \(scenario)", "--seed \(seed)", "--faults \(faults)"]
        if !omitted.isEmpty { words.append("--without \(omitted.sorted().joined(separator: ","))") }
        return words.joined(separator: " ")
    }
}

/// What came of one run of a scenario.
package struct SimulationOutcome: Sendable {
    /// What was run, with exactly the faults that happened.
    package var ran: SimulationCase
    /// The promises that were broken, in the order in which they were.
    package var violations: [SimulationViolation] = []
    /// What happened, one line per event.
    package var trace: [String] = []
    package var statistics = SimulationStatistics()
    /// The virtual time it took.
    package var duration = Duration.zero
    /// The ids of all events that happened or could have: what can be omitted, in order of time.
    package var events: [String] = []

    package init(_ ran: SimulationCase) {
        self.ran = ran
    }

    /// Whether every promise was kept.
    package var isKept: Bool { violations.isEmpty }
}

/// Why a scenario cannot be run.
package enum SimulationRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownScenario(String)
    /// The scenario is about a feature that does not exist yet.
    case missingFeature(scenario: String, feature: String)

    package var description: String {
        switch self {
        case .unknownScenario(let name):
            "there is no scenario named \(name); scenarios are: "
                + SimulationScenario.all.map(\.name).joined(separator: ", ")
        case .missingFeature(let scenario, let feature):
            "scenario \(scenario) cannot be run: \(feature)"
        }
    }
}
