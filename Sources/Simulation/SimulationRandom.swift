import KubernetesModel

/// The simulation's own generator: SplitMix64, the same on every machine and in every release.
package struct SimulationRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A duration drawn evenly, in whole microseconds.
    package mutating func duration(in range: ClosedRange<Duration>) -> Duration {
        let low = range.lowerBound.wholeMicroseconds
        let high = range.upperBound.wholeMicroseconds
        return .microseconds(Int64.random(in: low...high, using: &self))
    }
}
