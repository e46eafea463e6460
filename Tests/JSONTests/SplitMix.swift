import JSON

/// A generator of the same numbers in every run.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Makes documents of every kind of value, with names few enough to meet again in another document.
struct DocumentGenerator {
    var random: SplitMix
    /// Whether documents may hold `null`, which a merge patch cannot set.
    var allowsNull = true

    init(seed: UInt64) { random = SplitMix(state: seed) }

    mutating func value(depth: Int = 4) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 5), using: &random) {
        case 0: return allowsNull ? .null : .bool(false)
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .int(Int.random(in: Int.min...Int.max, using: &random) >> Int.random(in: 0..<64, using: &random))
        case 3: return .double(Double(bitPattern: random.next() & 0x800F_FFFF_FFFF_FFFF | exponent()))
        case 4: return .string(text())
        case 5, 6:
            let count = Int.random(in: 0..<5, using: &random)
            return .array((0..<count).map { _ in value(depth: depth - 1) })
        default:
            var object = JSONObject()
            let isLarge = Int.random(in: 0..<12, using: &random) == 0
            for _ in 0..<Int.random(in: 0..<(isLarge ? 30 : 6), using: &random) {
                let name = Bool.random(using: &random) ? "k\(random.next() % 8)" : text()
                object[name] = value(depth: depth - 1)
            }
            return .object(object)
        }
    }

    private mutating func exponent() -> UInt64 { UInt64.random(in: 0...0x7FE, using: &random) << 52 }

    private mutating func text() -> String {
        let alphabet: [Character] = [
            "a", "b", "0", " ", "\"", "\\", "/", "\n", "\u{1}", "\u{7F}", "é", "e\u{301}", "€", "😀", "~",
            "\u{10FFFF}",
        ]
        return String(
            (0..<Int.random(in: 0..<20, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            })
    }
}
