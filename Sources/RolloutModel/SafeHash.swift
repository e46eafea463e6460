/// Short, DNS-safe, stable fingerprints.
///
/// Source: FNV-1a, 32 bits (offset 0x811c9dc5, prime 0x01000193), its decimal digits mapped onto an alphabet
/// without vowels: what Kubernetes calls `SafeEncodeString`.
package enum SafeHash {
    private static let alphabet: [UInt8] = Array("bcdfghjklmnpqrstvwxz2456789".utf8)

    /// The fingerprint of some text: 1 to 10 characters out of `bcdf456789`.
    package static func of(_ text: String) -> String {
        of(Array(text.utf8))
    }

    /// The fingerprint of some bytes.
    package static func of(_ bytes: [UInt8]) -> String {
        let digits = String(fnv1a(bytes)).utf8.map { alphabet[Int($0) % alphabet.count] }
        return String(decoding: digits, as: UTF8.self)
    }

    /// FNV-1a over bytes, 32 bits.
    package static func fnv1a(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = 0x811c_9dc5
        for byte in bytes {
            sum = (sum ^ UInt32(byte)) &* 0x0100_0193
        }
        return sum
    }
}
