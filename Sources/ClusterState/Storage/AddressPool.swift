/// The cluster IPs and node ports that services have.
///
/// Addresses are handed out ascending after the last one, so that a freed address is not given to another service at
/// once. Source: the `--service-cluster-ip-range` and `--service-node-port-range` of the real server.
struct AddressPool: Sendable {
    /// The range, as error texts name it.
    static let range = "10.96.0.0/16"
    /// The ports for services of type NodePort and LoadBalancer.
    static let nodePorts = 30_000...32_767
    /// Addresses below this offset are left for services that ask for one.
    private static let reserved = 256
    private static let size = 65_536

    private var usedOffsets: Set<Int> = []
    private var usedPorts: Set<Int> = []
    private var lastOffset = AddressPool.reserved
    private var lastPort = AddressPool.nodePorts.lowerBound

    /// Where the search for the next free address and port begins.
    struct Cursors: Equatable, Sendable {
        var address: Int
        var port: Int
    }

    var cursors: Cursors {
        get { Cursors(address: lastOffset, port: lastPort) }
        set {
            lastOffset = newValue.address
            lastPort = newValue.port
        }
    }

    /// The next free address; `nil` when all are used.
    mutating func takeAddress() -> String? {
        for step in 1..<Self.size {
            let offset = (lastOffset + step) % (Self.size - 1)
            guard offset >= Self.reserved, !usedOffsets.contains(offset) else { continue }
            usedOffsets.insert(offset)
            lastOffset = offset
            return Self.address(offset)
        }
        return nil
    }

    /// Whether `address` lies in the range.
    static func contains(_ address: String) -> Bool { offset(address) != nil }

    /// Takes a chosen address; `false` when another service has it.
    mutating func take(_ address: String) -> Bool {
        guard let offset = Self.offset(address) else { return false }
        return usedOffsets.insert(offset).inserted
    }

    mutating func release(_ address: String) {
        if let offset = Self.offset(address) { usedOffsets.remove(offset) }
    }

    /// The next free node port; `nil` when all are used.
    mutating func takePort() -> Int? {
        let count = Self.nodePorts.count
        for step in 1...count {
            let port = Self.nodePorts.lowerBound + (lastPort - Self.nodePorts.lowerBound + step) % count
            guard usedPorts.insert(port).inserted else { continue }
            lastPort = port
            return port
        }
        return nil
    }

    /// Takes a chosen node port; `false` when another service has it.
    mutating func take(port: Int) -> Bool { usedPorts.insert(port).inserted }

    mutating func release(port: Int) { usedPorts.remove(port) }

    private static func address(_ offset: Int) -> String { "10.96.\(offset / 256).\(offset % 256)" }

    private static func offset(_ address: String) -> Int? {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 4, parts[0] == 10, parts[1] == 96, let high = parts[2], let low = parts[3],
            (0...255).contains(high), (0...255).contains(low)
        else { return nil }
        return high * 256 + low
    }
}
