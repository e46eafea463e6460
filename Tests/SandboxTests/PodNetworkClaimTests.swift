import NIOPosix
import Testing

@testable import Sandbox

@Suite("Pod networks of several sandboxes", .serialized)
struct PodNetworkClaimTests {
    @Test(
        "Two claims on one machine never share a number, and a released number is free again",
        .enabled(if: PodAddressTranslation().scheme == .ownAddress))
    func claimsAreDisjoint() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let translation = PodAddressTranslation(.ownAddress)
        let first = try await PodNetworkClaim.take([nil, nil], translation: translation, on: group)
        let second = try await PodNetworkClaim.take([nil, nil], translation: translation, on: group)
        #expect(first.numbers.count == 2 && second.numbers.count == 2)
        #expect(Set(first.numbers).isDisjoint(with: second.numbers))
        await second.release()
        let third = try await PodNetworkClaim.take([nil, nil], translation: translation, on: group)
        #expect(third.numbers == second.numbers)
        await third.release()
        await first.release()
    }

    @Test(
        "A number that is given is claimed or refused, and the others pass over it",
        .enabled(if: PodAddressTranslation().scheme == .ownAddress))
    func givenNumbers() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let translation = PodAddressTranslation(.ownAddress)
        let first = try await PodNetworkClaim.take([nil, 199], translation: translation, on: group)
        #expect(first.numbers[1] == 199 && first.numbers[0] < 199)
        await #expect(throws: PodNetworkHeld.self) {
            try await PodNetworkClaim.take([nil, 199], translation: translation, on: group)
        }
        await first.release()
        let second = try await PodNetworkClaim.take([199], translation: translation, on: group)
        #expect(second.numbers == [199])
        await second.release()
    }

    @Test("Where pods share one address there is nothing to claim")
    func sharedAddressesNeedNoClaim() async throws {
        let translation = PodAddressTranslation(.sharedAddress(base: 20_000))
        let claim = try await PodNetworkClaim.take(
            [nil, nil], translation: translation, on: MultiThreadedEventLoopGroup.singleton)
        #expect(claim.numbers == [1, 2])
        await claim.release()
    }

    @Test("Nodes are called by position and addressed by number")
    func nodesHaveNumbers() {
        let nodes = NodeSettings.nodes(numbers: [3, 7]).nodes
        #expect(nodes.map(\.name) == ["node-1", "node-2"])
        #expect(nodes.map(\.address) == ["10.0.3.10", "10.0.7.10"])
        #expect(nodes.map(\.zone) == ["us-west-2a", "us-west-2b"])
    }
}
