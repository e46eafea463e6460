/// A 128-bit secret.
package struct CookieKey: Equatable, Sendable {
    let first: UInt64
    let second: UInt64

    /// Equal seeds give equal keys, so that all nodes of a load balancer understand each other's cookies.
    package init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        first = generator.next()
        second = generator.next()
    }
}

/// SipHash-2-4: a keyed hash which cannot be computed, nor forged, without the key.
///
/// Source: Aumasson, Bernstein: SipHash, a fast short-input PRF.
enum KeyedHash {
    static func hash(_ bytes: some Collection<UInt8>, key: CookieKey) -> UInt64 {
        var state = State(key)
        var word: UInt64 = 0
        var filled: UInt64 = 0
        for byte in bytes {
            word |= UInt64(byte) << filled
            filled += 8
            if filled == 64 {
                state.absorb(word)
                word = 0
                filled = 0
            }
        }
        state.absorb(word | UInt64(truncatingIfNeeded: bytes.count & 0xFF) << 56)
        return state.finish()
    }

    private struct State {
        private var v0: UInt64
        private var v1: UInt64
        private var v2: UInt64
        private var v3: UInt64

        init(_ key: CookieKey) {
            v0 = key.first ^ 0x736F_6D65_7073_6575
            v1 = key.second ^ 0x646F_7261_6E64_6F6D
            v2 = key.first ^ 0x6C79_6765_6E65_7261
            v3 = key.second ^ 0x7465_6462_7974_6573
        }

        mutating func absorb(_ word: UInt64) {
            v3 ^= word
            round()
            round()
            v0 ^= word
        }

        mutating func finish() -> UInt64 {
            v2 ^= 0xFF
            for _ in 0..<4 { round() }
            return v0 ^ v1 ^ v2 ^ v3
        }

        private mutating func round() {
            v0 &+= v1
            v1 = rotated(v1, 13) ^ v0
            v0 = rotated(v0, 32)
            v2 &+= v3
            v3 = rotated(v3, 16) ^ v2
            v0 &+= v3
            v3 = rotated(v3, 21) ^ v0
            v2 &+= v1
            v1 = rotated(v1, 17) ^ v2
            v2 = rotated(v2, 32)
        }

        private func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 { value << count | value >> (64 - count) }
    }
}
