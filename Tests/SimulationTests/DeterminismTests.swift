import FoundationEssentials
import JSON
import Simulation
import Testing

@Suite("A simulation") struct DeterminismTests {
    private static func trace(seed: UInt64) -> [String] {
        var shape = CanaryWorld.Shape()
        shape.steps = CanaryWorld.steps(weights: [20, 60], pause: 600)
        var simulation = CanaryWorld.updating(SimulationSettings(seed: seed), shape, untilPausedAt: 3)
        Expect.convergence(of: &simulation, to: "2.0")
        return simulation.trace
    }

    @Test("with the same seed has the same trace twice") func twice() {
        let first = Self.trace(seed: 3)
        let second = Self.trace(seed: 3)
        #expect(first.count > 50)
        #expect(first == second)
    }

    @Test("with another seed has another trace") func otherSeed() {
        #expect(Self.trace(seed: 3) != Self.trace(seed: 4))
    }

    /// The file was written by another process with other hash seeds; UPDATE_GOLDEN=1 writes it anew.
    @Test("has the trace that another process has written") func golden() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/canary.txt")
        let text = Self.trace(seed: 1).joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let golden = try String(contentsOf: file, encoding: .utf8)
        let lines = zip(text.split(separator: "\n"), golden.split(separator: "\n"))
        if let difference = lines.first(where: { $0 != $1 }) {
            Issue.record("now:    \(difference.0)\ngolden: \(difference.1)")
        }
        #expect(text.count == golden.count)
    }
}
