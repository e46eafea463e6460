/// A target of an ip target group.
struct TargetAddress: Hashable, Comparable, Sendable, CustomStringConvertible {
    var ip: String
    var port: Int

    var description: String { "\(ip):\(port)" }

    /// Orders IPv4 addresses by their numbers, everything else as text.
    static func < (left: TargetAddress, right: TargetAddress) -> Bool {
        (left.octets, left.ip, left.port) < (right.octets, right.ip, right.port)
    }

    private var octets: UInt64 {
        let parts = ip.split(separator: ".", omittingEmptySubsequences: false).map { UInt64($0) ?? 256 }
        guard parts.count == 4, parts.allSatisfy({ $0 < 256 }) else { return .max }
        return parts.reduce(0) { $0 << 8 | $1 }
    }
}
