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

    /// The nodes' numbers.
    let numbers: [UInt8]
    private let channels: [any Channel]

    /// Claims the numbers that are given, and for each `nil` the lowest that is free and not given.
    ///
    /// - Throws: `PodNetworkHeld` when another process has a number that is given; `PodNetworksTaken` when too few
    ///   others are free.
    static func take(
        _ wanted: [UInt8?], translation: PodAddressTranslation, on group: any EventLoopGroup
    ) async throws -> PodNetworkClaim {
        let given = Set(wanted.compactMap(\.self))
        var free = (1...numbersMax).filter { !given.contains($0) }[...]
        // Where all pods share one address, its ports are taken by what is bound to them and nothing can be claimed.
        guard translation.scheme == .ownAddress else {
            return PodNetworkClaim(numbers: wanted.compactMap { $0 ?? free.popFirst() }, channels: [])
        }
        var claimed: [(number: UInt8, channel: any Channel)] = []
        do {
            for number in wanted {
                claimed.append(try await claim(number, of: &free, on: group))
            }
        } catch {
            await PodNetworkClaim(numbers: [], channels: claimed.map(\.channel)).release()
            throw error
        }
        return PodNetworkClaim(numbers: claimed.map(\.number), channels: claimed.map(\.channel))
    }

    private static func claim(
        _ wanted: UInt8?, of free: inout ArraySlice<UInt8>, on group: any EventLoopGroup
    ) async throws -> (number: UInt8, channel: any Channel) {
        if let wanted {
            do {
                return (wanted, try await listen(wanted, on: group))
            } catch {
                throw PodNetworkHeld(number: wanted, reason: "\(error)")
            }
        }
        var reason = ""
        while let number = free.popFirst() {
            do {
                return (number, try await listen(number, on: group))
            } catch {
                reason = "\(error)"
            }
        }
        throw PodNetworksTaken(reason: reason)
    }

    private static func listen(_ number: UInt8, on group: any EventLoopGroup) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { $0.close() }
            .bind(host: "127.244.\(number).1", port: port).get()
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

/// The network of a node that is already known is in use on this machine.
struct PodNetworkHeld: Error, CustomStringConvertible {
    let number: UInt8
    let reason: String

    var description: String {
        "the pod network 127.244.\(number).0/24 belongs to a node that is registered already, and is in use: cannot "
            + "listen at 127.244.\(number).1:10250: \(reason). Another program plays the node or has its network: "
            + "end it. `weir node` can also play nodes of other names, with --name-prefix."
    }
}
