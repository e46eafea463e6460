import Simulation
import Testing

@Suite("Controllers in the peers' order") struct PeerTests {
    @Test(
        "lose requests where users have lost them, and Weir does not, on the same seeds",
        arguments: [
            "superseded-in-flight", "abort-shrunken-stable", "selector-swap-throttled-register",
        ])
    func lose(scenario: String) throws {
        let scenario = try SimulationScenario.named(scenario)
        let peers = try scenario.run(seed: 1) { settings in
            settings.controllers = SimulationSettings.peers(settings.loadBalancing)
        }
        #expect(!peers.violations.isEmpty)
        let weir = try scenario.run(seed: 1)
        #expect(weir.violations.isEmpty)
    }
}
