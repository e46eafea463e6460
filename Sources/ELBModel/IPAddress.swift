/// An IPv4 or IPv6 address. IPv4-mapped IPv6 addresses read as IPv4.
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The bits, the most significant half first; an IPv4 address is in the low 32 bits of `low`.
    let high: UInt64
    let low: UInt64
    /// Whether this is an IPv6 address.
    package let isIPv6: Bool

    init(high: UInt64, low: UInt64, isIPv6: Bool) {
        let isMapped = isIPv6 && high == 0 && low >> 32 == 0xFFFF
        self.high = high
        self.low = isMapped ? low & 0xFFFF_FFFF : low
        self.isIPv6 = isIPv6 && !isMapped
    }

    /// Reads `10.0.0.1`, `2001:db8::1` or `::ffff:10.0.0.1`, without brackets, zone or port; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        if let four = Self.ipv4(Substring(text)) {
            self.init(high: 0, low: UInt64(four), isIPv6: false)
        } else if let groups = Self.ipv6Groups(Substring(text)) {
            let high = groups[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            let low = groups[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
            self.init(high: high, low: low, isIPv6: true)
        } else {
            return nil
        }
    }

    /// Dotted, or eight groups in hexadecimal.
    package var description: String {
        if !isIPv6 {
            return stride(from: 24, through: 0, by: -8).map { "\(low >> UInt64($0) & 255)" }.joined(separator: ".")
        }
        let groups = stride(from: 48, through: 0, by: -16)
        let parts = groups.map { high >> UInt64($0) & 0xFFFF } + groups.map { low >> UInt64($0) & 0xFFFF }
        return parts.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private static func ipv4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                let byte = UInt8(part), part.utf8.count == 1 || part.first != "0"
            else { return nil }
            result = result << 8 | UInt32(byte)
        }
        return result
    }

    private static func ipv6Groups(_ text: Substring) -> [UInt16]? {
        guard text.utf8.count <= 45, text.contains(":") else { return nil }
        guard let gap = text.firstRange(of: "::") else { return groups(text).flatMap { $0.count == 8 ? $0 : nil } }
        let tail = text[gap.upperBound...]
        guard !tail.contains("::"), let before = groups(text[..<gap.lowerBound]), let after = groups(tail),
            before.count + after.count <= 7
        else { return nil }
        return before + Array(repeating: 0, count: 8 - before.count - after.count) + after
    }

    private static func groups(_ text: Substring) -> [UInt16]? {
        if text.isEmpty { return [] }
        var result: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let four = ipv4(part) {
                result += [UInt16(four >> 16), UInt16(four & 0xFFFF)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
                    part.utf8.first != UInt8(ascii: "-"), let group = UInt16(part, radix: 16)
                else { return nil }
                result.append(group)
            }
        }
        return result
    }
}

/// A block of addresses: `10.0.0.0/8`.
package struct CIDRBlock: Hashable, Sendable, CustomStringConvertible {
    /// An address in the block.
    package let address: IPAddress
    /// How many leading bits count: 0...32 or 0...128.
    package let prefixLength: Int

    /// Reads an address and a prefix length; `nil` for anything else.
    package init?(_ text: some StringProtocol) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let address = IPAddress(halves[0]), let length = Int(halves[1]),
            halves[1].utf8.allSatisfy({ (48...57).contains($0) }), (0...(address.isIPv6 ? 128 : 32)).contains(length)
        else { return nil }
        self.address = address
        prefixLength = length
    }

    /// Whether an address of the same kind lies in the block.
    package func contains(_ other: IPAddress) -> Bool {
        guard other.isIPv6 == address.isIPv6 else { return false }
        let bits = address.isIPv6 ? prefixLength : prefixLength + 96
        let (highMask, lowMask) = (Self.mask(min(bits, 64)), Self.mask(max(bits - 64, 0)))
        return (other.high ^ address.high) & highMask == 0 && (other.low ^ address.low) & lowMask == 0
    }

    /// As written by AWS.
    package var description: String { "\(address)/\(prefixLength)" }

    private static func mask(_ bits: Int) -> UInt64 { bits == 0 ? 0 : UInt64.max << UInt64(64 - bits) }
}
