/// Base64 with padding. Source: RFC 4648 section 4.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        var result: [UInt8] = []
        var group: UInt32 = 0
        var count = 0
        func flush() {
            let padded = group << UInt32(8 * (3 - count))
            for position in 0..<4 {
                let index = Int(padded >> UInt32(18 - 6 * position)) & 63
                result.append(position <= count ? alphabet[index] : UInt8(ascii: "="))
            }
        }
        for byte in bytes {
            group = group << 8 | UInt32(byte)
            count += 1
            if count == 3 {
                flush()
                group = 0
                count = 0
            }
        }
        if count > 0 { flush() }
        return String(decoding: result, as: UTF8.self)
    }

    /// Where decoding would stop; `nil` where the text is Base64.
    static func firstProblem(in text: String) -> Int? {
        guard decoded(text) == nil else { return nil }
        let bytes = Array(text.utf8)
        let digits = bytes.prefix { alphabet.contains($0) }.count
        let isEnd = digits == bytes.count || bytes[digits] == UInt8(ascii: "=")
        return isEnd ? digits / 4 * 4 : digits
    }

    /// The bytes, or `nil` where `text` is not Base64. White space is not allowed.
    static func decoded(_ text: String) -> [UInt8]? {
        let bytes = Array(text.utf8)
        guard bytes.count % 4 == 0 else { return nil }
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        var result: [UInt8] = []
        var group: UInt32 = 0
        var bits = 0
        for byte in bytes.dropLast(padding) {
            guard let index = alphabet.firstIndex(of: byte) else { return nil }
            group = (group << 6 | UInt32(index)) & 0xFF_FFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return result
    }
}
