import ControllerRuntime
import Operations
import Testing

@Suite("Process fence") struct TenureFenceTests {
    @Test("the clock goes on and never back") func clock() {
        let first = SteadyClock.now()
        let second = SteadyClock.now()
        #expect(first <= second)
        #expect(first.nanoseconds > 0)
    }

    #if os(Linux)
        @Test("a fence that is disarmed in time kills nobody") func disarmed() async throws {
            let fence = try #require(ProcessFence())
            fence.arm(at: SteadyClock.now().advanced(by: .seconds(60)))
            fence.arm(at: SteadyClock.now().advanced(by: .milliseconds(200)))
            fence.disarm()
            try await Task.sleep(for: .milliseconds(300))
            fence.disarm()
        }
    #endif
}
