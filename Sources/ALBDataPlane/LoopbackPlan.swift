/// Which local address and ports stand for a load balancer's.
struct LoopbackPlan: Sendable {
    /// What is added to a port which may not be bound as it is.
    static let portOffset = 8_000

    /// Whether each load balancer gets an address of its own; needs an operating system on which all of 127.0.0.0/8 is
    /// local, which is so on Linux and not on macOS.
    var usesOwnAddresses: Bool

    /// The address for the load balancer in a slot (`LoadBalancerState.slot(of:)`): 127.245.0.1, 127.245.0.2, …
    func address(ofSlot slot: Int) -> String {
        guard usesOwnAddresses else { return "127.0.0.1" }
        return "127.245.\(slot / 254 % 256).\(slot % 254 + 1)"
    }

    /// The ports to try for a listener's port, best first; the last one is any free port.
    static func candidates(for port: Int) -> [Int] {
        let higher = port + portOffset
        return higher <= 65_535 ? [port, higher, 0] : [port, 0]
    }
}
