import KubernetesModel
import RequestRouting

/// The simulation's own generator: SplitMix64, the same on every machine and in every release.
package struct SimulationRandom: RandomNumberGenerator, Sendable {
    private var generator: SeededGenerator

    package init(seed: UInt64) {
        generator = SeededGenerator(seed: seed)
    }

    package mutating func next() -> UInt64 { generator.next() }

    /// A duration drawn evenly, in whole microseconds.
    package mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let low = range.lowerBound.wholeMicroseconds
        let high = range.upperBound.wholeMicroseconds
        return .microseconds(Int64.random(in: low...high, using: &self))
    }
}
