/// Finds the first byte at which a run of bytes stops being UTF-8. Only asked after something non-ASCII was seen.
/// Source: the table of well-formed byte sequences, Unicode 3.9 D92, table 3-7.
enum UTF8Check {
    /// The offset of the first byte of the first ill-formed sequence; the count of the bytes when there is none.
    static func firstInvalid(in bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var place = 0
        while place < bytes.count {
            guard let length = sequenceLength(in: bytes, at: place) else { return place }
            place += length
        }
        return place
    }

    private static func sequenceLength(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int? {
        let second: ClosedRange<UInt8>
        let length: Int
        switch bytes[place] {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
        case 0xE0: (second, length) = (0xA0...0xBF, 3)
        case 0xE1...0xEC, 0xEE...0xEF: (second, length) = (0x80...0xBF, 3)
        case 0xED: (second, length) = (0x80...0x9F, 3)
        case 0xF0: (second, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
        case 0xF4: (second, length) = (0x80...0x8F, 4)
        default: return nil
        }
        guard place + length <= bytes.count, second.contains(bytes[place + 1]) else { return nil }
        for later in (place + 2)..<max(place + length, place + 2) where !(0x80...0xBF).contains(bytes[later]) {
            return nil
        }
        return length
    }
}
