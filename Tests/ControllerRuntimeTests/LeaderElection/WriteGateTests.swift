import ControllerRuntime
import KubernetesModel
import Synchronization
import Testing

@Suite("Write gate") struct WriteGateTests {
    private let settings = ElectionSettings(lease: .init(name: "l"), identity: "i")

    private func at(_ seconds: Int) -> SteadyTime {
        SteadyTime(nanoseconds: Int64(seconds) * 1_000_000_000)
    }

    @Test("without a tenure, and after it, no write begins") func refuses() {
        var gate = WriteGate()
        let early = gate.open(now: at(0))
        #expect(early == nil)
        _ = gate.renew(Tenure(renewedAt: at(0), settings))
        let last = gate.open(now: at(9))
        #expect(last != nil)
        let late = gate.open(now: at(10))
        #expect(late == nil)
        #expect(gate.openCount == 1)
    }

    @Test("the fence stands while a write is open, at the end of the newest tenure") func arms() {
        var gate = WriteGate()
        let tenure = Tenure(renewedAt: at(0), settings)
        var order = gate.renew(tenure)
        #expect(order == .keep)
        #expect(gate.open(now: at(1)) == .arm(tenure.endsAt))
        #expect(gate.open(now: at(1)) == .keep)
        let renewed = Tenure(renewedAt: at(2), settings)
        order = gate.renew(renewed)
        #expect(order == .arm(renewed.endsAt))
        order = gate.close()
        #expect(order == .keep)
        order = gate.close()
        #expect(order == .disarm)
    }

    @Test("losing the Lease leaves the fence for the writes that are open") func keepsFence() {
        var gate = WriteGate()
        _ = gate.renew(Tenure(renewedAt: at(0), settings))
        _ = gate.open(now: at(1))
        let order = gate.renew(nil)
        #expect(order == .keep)
        let refused = gate.open(now: at(1))
        #expect(refused == nil)
        let end = gate.close()
        #expect(end == .disarm)
    }

    @Test("a write is refused when the clock has passed the tenure though nobody has said so") func clock() async throws
    {
        let time = Mutex(at(0))
        let leadership = Leadership(steady: { time.withLock { $0 } }, fence: nil)
        leadership.renew(Tenure(renewedAt: at(0), settings))
        let answer = try await leadership.write { 1 }
        #expect(answer == 1)
        time.withLock { $0 = at(10) }
        await #expect(throws: NotLeading.self) { try await leadership.write { 2 } }
        #expect(throws: NotLeading.self) { try leadership.check() }
    }
}
