import ELBModel

/// Which local address and ports stand for a load balancer's.
struct LoopbackPlan: Sendable {
    /// What is added to a port which may not be bound as it is.
    static let portOffset = 8_000

    /// Whether each load balancer gets an address of its own; needs an operating system on which all of 127.0.0.0/8 is
    /// local, which is so on Linux and not on macOS.
    var usesOwnAddresses: Bool
    private var numbers: [LoadBalancerARN: Int] = [:]

    init(usesOwnAddresses: Bool) {
        self.usesOwnAddresses = usesOwnAddresses
    }

    /// The address for a load balancer, the same until it is released: the lowest free one of 127.245.0.1,
    /// 127.245.0.2, …
    mutating func address(of balancer: LoadBalancerARN) -> String {
        guard usesOwnAddresses else { return "127.0.0.1" }
        let taken = Set(numbers.values)
        let number = numbers[balancer] ?? (0...taken.count).first { !taken.contains($0) } ?? taken.count
        numbers[balancer] = number
        return "127.245.\(number / 254 % 256).\(number % 254 + 1)"
    }

    /// Makes a deleted load balancer's address available to others.
    mutating func release(_ balancer: LoadBalancerARN) {
        numbers[balancer] = nil
    }

    /// The ports to try for a listener's port, best first; the last one is any free port.
    static func candidates(for port: Int) -> [Int] {
        let higher = port + portOffset
        return higher <= 65_535 ? [port, higher, 0] : [port, 0]
    }
}
