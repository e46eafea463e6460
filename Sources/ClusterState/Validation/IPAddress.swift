/// An IP address as far as validation must tell kinds of addresses apart.
struct IPAddress: Equatable {
    /// Four bytes, or sixteen.
    let bytes: [UInt8]

    /// Reads a dotted or colon-separated address; `nil` for anything else, also for leading zeros in IPv4.
    init?(_ text: String) {
        if text.contains(":") {
            guard let bytes = Self.sixteenBytes(text) else { return nil }
            self.bytes = bytes
        } else {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            let bytes = parts.compactMap { part in
                part.count > 1 && part.first == "0" || part.first == "+" ? nil : UInt8(part)
            }
            guard parts.count == 4, bytes.count == 4 else { return nil }
            self.bytes = bytes
        }
    }

    var isIPv4: Bool { bytes.count == 4 }

    /// Whether the text is an address and the length of a prefix: `10.0.0.0/8`.
    static func isRange(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let length = Int(parts[1]) else {
            return false
        }
        return (0...(address.isIPv4 ? 32 : 128)).contains(length)
    }

    /// Why endpoints may not have this address; `nil` for ordinary ones.
    ///
    /// Source: the Endpoints validation of the Kubernetes API.
    var endpointProblem: String? {
        if bytes.allSatisfy({ $0 == 0 }) { return "may not be unspecified (0.0.0.0 or ::)" }
        let isLoopback = isIPv4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
        if isLoopback { return "may not be in the loopback range (127.0.0.0/8, ::1/128)" }
        let isLinkLocal =
            isIPv4 ? bytes[0] == 169 && bytes[1] == 254 : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
        if isLinkLocal { return "may not be in the link-local range (169.254.0.0/16, fe80::/10)" }
        let isMulticast =
            isIPv4
            ? bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0 : bytes[0] == 0xFF && bytes[1] & 0x0F == 2
        if isMulticast { return "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)" }
        return nil
    }

    private static func sixteenBytes(_ text: String) -> [UInt8]? {
        var halves: [[UInt8]] = []
        var rest = text[...]
        var isShortened = false
        while true {
            var end = rest.endIndex
            var next: Substring?
            var index = rest.startIndex
            while index < rest.endIndex {
                let after = rest.index(after: index)
                if rest[index] == ":", after < rest.endIndex, rest[after] == ":" {
                    end = index
                    next = rest[rest.index(after: after)...]
                    break
                }
                index = after
            }
            guard let groups = groups(rest[..<end]) else { return nil }
            halves.append(groups)
            guard let following = next else { break }
            guard !isShortened else { return nil }
            isShortened = true
            rest = following
        }
        let count = halves.reduce(0) { $0 + $1.count }
        guard isShortened else { return count == 16 ? halves[0] : nil }
        guard count <= 14 else { return nil }
        return halves[0] + Array(repeating: 0, count: 16 - count) + halves[1]
    }

    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        for part in text.split(separator: ":", omittingEmptySubsequences: false) {
            guard (1...4).contains(part.count), let value = UInt16(part, radix: 16) else { return nil }
            bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
        }
        return bytes
    }
}
