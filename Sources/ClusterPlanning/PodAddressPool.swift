/// The pod addresses of one node: `10.244.<node>.2` to `10.244.<node>.254`.
///
/// A released address goes to the end of the line, so that it is not soon given to another pod while a load balancer
/// may still hold it.
package struct PodAddressPool: Sendable {
    private let prefix: String
    private var free: [Int]

    /// - Parameter node: the node's number, 0...255.
    package init(node: UInt8) {
        prefix = "10.244.\(node)."
        free = Array(2...254)
    }

    /// The next address; `nil` when all are in use.
    package mutating func take() -> String? {
        free.isEmpty ? nil : prefix + String(free.removeFirst())
    }

    /// Takes this address, if it belongs to the node and is free.
    package mutating func take(_ address: String) -> Bool {
        guard let number = number(of: address), let index = free.firstIndex(of: number) else { return false }
        free.remove(at: index)
        return true
    }

    /// Gives an address back; nothing happens when it is free or belongs to another node.
    package mutating func release(_ address: String) {
        guard let number = number(of: address), !free.contains(number) else { return }
        free.append(number)
    }

    private func number(of address: String) -> Int? {
        guard address.hasPrefix(prefix), let number = Int(address.dropFirst(prefix.count)),
            (2...254).contains(number)
        else { return nil }
        return number
    }
}
