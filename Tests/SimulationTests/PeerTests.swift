import Simulation
import Testing

@Suite("Controllers in the peers' order") struct PeerTests {
    @Test(
        "lose requests where users have lost them, and Weir does not, on the same seeds",
        arguments: [
            "superseded-in-flight", "abort-shrunken-stable", "selector-swap-throttled-register",
            "last-step-slow-propagation", "sticky-clients",
        ])
    func lose(scenario: String) throws {
        let scenario = try SimulationScenario.named(scenario)
        var found: [SimulationViolation] = []
        for seed in UInt64(1)...2 {
            let peers = try scenario.run(seed: seed) { settings in
                settings.controllers = SimulationSettings.peers(settings.loadBalancing)
            }
            found += peers.violations
            let weir = try scenario.run(seed: seed)
            #expect(weir.violations.isEmpty, "seed \(seed)")
        }
        #expect(!found.isEmpty)
    }
}
