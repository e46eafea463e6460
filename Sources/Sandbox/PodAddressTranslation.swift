package import RequestRouting

/// Where a pod's address in the objects (`10.244.x.y:port`) is on the wire.
///
/// Real API servers refuse loopback addresses in Endpoints, so pods carry addresses of a pod network that this machine
/// does not have. The node that listens and the load balancer that dials are the only users of this translation.
package struct PodAddressTranslation: Sendable {
    /// How pods share this machine's loopback interface.
    package enum Scheme: Sendable, Equatable {
        /// Each pod has its own address: `10.244.x.y` is `127.244.x.y`, with the same port. Linux answers on all of
        /// 127.0.0.0/8.
        case ownAddress
        /// All pods share 127.0.0.1, each with eight ports of its own from `base` on; two of a pod's ports collide when
        /// they are equal modulo 8. For systems whose loopback interface has one address; holds pods of nodes 0...127.
        case sharedAddress(base: Int)
    }

    package let scheme: Scheme

    /// Uses the given scheme, or the one that fits this system.
    package init(_ scheme: Scheme? = nil) {
        #if os(Linux)
            self.scheme = scheme ?? .ownAddress
        #else
            self.scheme = scheme ?? .sharedAddress(base: 20_000)
        #endif
    }

    /// The address to bind or to connect to; anything but a pod's address is returned as it is.
    package func wireAddress(of address: TargetAddress) -> TargetAddress {
        let parts = address.host.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "10", parts[1] == "244", let node = UInt8(parts[2]),
            let number = UInt8(parts[3])
        else { return address }
        switch scheme {
        case .ownAddress: return TargetAddress(host: "127.244.\(node).\(number)", port: address.port)
        case .sharedAddress(let base):
            let slot = (Int(node) * 256 + Int(number)) * 8 + address.port % 8
            return TargetAddress(host: "127.0.0.1", port: base + slot % (65_536 - base))
        }
    }
}
