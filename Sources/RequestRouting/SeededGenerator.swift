/// A small generator whose whole sequence follows from its seed.
///
/// Source: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// From which the rest of the sequence follows: as a seed it makes a generator that goes on here.
    package private(set) var position: UInt64

    /// Equal seeds give equal sequences.
    package init(seed: UInt64) { position = seed }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        position &+= 0x9E37_79B9_7F4A_7C15
        var mixed = position
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// So many hexadecimal digits in lower case.
    package mutating func hexadecimal(_ count: Int) -> String {
        var text = ""
        while text.utf8.count < count {
            let digits = String(next(), radix: 16)
            text += String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }
        return String(text.prefix(count))
    }
}
