import ClusterPlanning
import Testing

@Suite("Pod address pool") struct PodAddressPoolTests {
    @Test func `a released address is the last to be given again`() {
        var pool = PodAddressPool(node: 3)
        let first = pool.take()
        #expect(first == "10.244.3.2")
        pool.release("10.244.3.2")
        var given: [String] = []
        while let address = pool.take() { given.append(address) }
        #expect(given.count == 253)
        #expect(given.first == "10.244.3.3")
        #expect(given.last == "10.244.3.2")
    }

    @Test func `an address can be claimed once, and only on its node`() {
        var pool = PodAddressPool(node: 1)
        let claims = ["10.244.1.9", "10.244.1.9", "10.244.2.9", "10.244.1.255"].map { pool.take($0) }
        #expect(claims == [true, false, false, false])
    }
}
