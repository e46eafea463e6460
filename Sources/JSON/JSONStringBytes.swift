/// Tells the bytes which a JSON string holds as they are from those that end or interrupt it, eight at a time.
/// Source: RFC 8259 section 7, the rule `unescaped`.
enum JSONStringBytes {
    /// The highest bit of each byte of a word; set in bytes that are not ASCII.
    static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Whether the byte is a quote, a backslash or a control character.
    @inline(__always)
    static func isSpecial(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x5C || byte < 0x20 }

    /// How many bytes of a word loaded from memory come before its first special one, 0...8.
    @inline(__always)
    static func plainCount(in loaded: UInt64) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let word = UInt64(littleEndian: loaded)
        let quote = word ^ (ones &* 0x22)
        let backslash = word ^ (ones &* 0x5C)
        // A subtraction carries into the byte above only from a match, and nobody asks about what is above the first.
        let isQuote = (quote &- ones) & ~quote
        let isBackslash = (backslash &- ones) & ~backslash
        let isControl = (word &- (ones &* 0x20)) & ~word
        return ((isQuote | isBackslash | isControl) & highBits).trailingZeroBitCount >> 3
    }

    /// The first bytes of a word loaded from memory, 0...8 of them, the rest zero.
    @inline(__always)
    static func first(_ count: Int, of loaded: UInt64) -> UInt64 {
        let word = UInt64(littleEndian: loaded)
        return count == 8 ? word : word & ((1 << UInt64(truncatingIfNeeded: count * 8)) &- 1)
    }
}
