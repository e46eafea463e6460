import NIOCore
import NIOPosix

/// The pod networks that belong to this process as long as the claim is not released.
///
/// All sandboxes of a machine share its loopback addresses, and the addresses of a node's pods follow from the node's
/// number. Two sandboxes with the same numbers would answer each other's probes and requests; so each listens at the
/// first address of its nodes' networks, `127.244.<number>.1`, at the kubelet's port, and passes over numbers which
/// another process holds.
struct PodNetworkClaim: Sendable {
    private static let port = 10_250
    private static let numbersMax: UInt8 = 200

    /// The nodes' numbers, ascending.
    let numbers: [UInt8]
    private let channels: [any Channel]

    /// Claims the `count` lowest numbers that are free.
    ///
    /// - Throws: `PodNetworksTaken` when fewer than `count` are free.
    static func take(
        _ count: Int, translation: PodAddressTranslation, on group: any EventLoopGroup
    ) async throws -> PodNetworkClaim {
        // Where all pods share one address, its ports are taken by what is bound to them and nothing can be claimed.
        guard translation.scheme == .ownAddress else {
            return PodNetworkClaim(numbers: Array(1...UInt8(count)), channels: [])
        }
        var numbers: [UInt8] = []
        var channels: [any Channel] = []
        var reason = ""
        for number in 1...numbersMax where numbers.count < count {
            do {
                let channel = try await ServerBootstrap(group: group)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .childChannelInitializer { $0.close() }
                    .bind(host: "127.244.\(number).1", port: port).get()
                numbers.append(number)
                channels.append(channel)
            } catch {
                reason = "\(error)"
            }
        }
        let claim = PodNetworkClaim(numbers: numbers, channels: channels)
        guard numbers.count == count else {
            await claim.release()
            throw PodNetworksTaken(reason: reason)
        }
        return claim
    }

    /// Lets other processes have the numbers.
    func release() async {
        for channel in channels { try? await channel.close() }
    }
}

/// No network is left for this sandbox's pods.
struct PodNetworksTaken: Error, CustomStringConvertible {
    let reason: String

    var description: String {
        "none of the pod networks 127.244.1.0/24 to 127.244.200.0/24 is free: cannot listen at port 10250 of "
            + "their first addresses: \(reason). End other sandboxes, or make 127.0.0.0/8 reachable on the "
            + "loopback interface."
    }
}
