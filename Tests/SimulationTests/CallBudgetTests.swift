import Simulation
import Testing

@Suite("The budget of AWS calls in the scenarios") struct CallBudgetTests {
    private static let scenario = "cold-restart-urgent-rollback"

    @Test func `a process that keeps to no budget asks more than the account allows`() throws {
        let scenario = try SimulationScenario.named(Self.scenario)
        let found = try (1...10).contains { seed in
            let outcome = try scenario.run(seed: UInt64(seed)) { $0.pacesCalls = false }
            return outcome.violations.contains { $0.promise == .awsBudgetHolds }
        }
        #expect(found)
    }

    @Test(arguments: [UInt64(1), 2, 3]) func `Weir's process does not`(seed: UInt64) throws {
        let outcome = try SimulationScenario.named(Self.scenario).run(seed: seed)
        #expect(outcome.violations == [])
    }
}
