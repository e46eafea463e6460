import Synchronization

/// Ends this process, if it must, when a write could otherwise outlive its tenure.
package protocol TenureFence: Sendable {
    /// From `time` on no instruction of this process is carried out, stopped or not, unless it is disarmed before.
    func arm(at time: SteadyTime)
    func disarm()
}

/// Whether this process may write; asked immediately before each write.
///
/// A comparison with a clock, never a flag that a task would have to reset in time: a process that was stopped finds
/// its tenure over when it goes on.
package final class Leadership: Sendable {
    private let gate = Mutex(WriteGate())
    private let steady: @Sendable () -> SteadyTime
    private let fence: (any TenureFence)?
    /// Whether nobody competes.
    package let isAlone: Bool

    /// For one of several processes; leads when the elector says so.
    ///
    /// - Parameters:
    ///   - steady: this machine's time.
    ///   - fence: holds back a process that is stopped between a check and its write; `nil` where there is none.
    package init(steady: @escaping @Sendable () -> SteadyTime, fence: (any TenureFence)?) {
        self.steady = steady
        self.fence = fence
        isAlone = false
    }

    private init() {
        steady = { SteadyTime(nanoseconds: 0) }
        fence = nil
        isAlone = true
    }

    /// For a single process that nobody competes with.
    package static let alone = Leadership()

    /// Whether a write may begin now.
    package var isLeading: Bool {
        isAlone || gate.withLock { $0.permits(now: steady()) }
    }

    /// How many writes are open.
    package var openWriteCount: Int { gate.withLock { $0.openCount } }

    /// Carries out a write.
    ///
    /// - Throws: `NotLeading` when it may not begin; what `body` throws.
    package func write<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        try open()
        defer { close() }
        return try await body()
    }

    /// The last check of a request that changes something, immediately before it is sent.
    ///
    /// - Throws: `NotLeading`.
    package func check() throws {
        guard isLeading else { throw NotLeading() }
    }

    /// Takes over a tenure; `nil`: not leading any more.
    package func renew(_ tenure: Tenure?) {
        gate.withLock { obey($0.renew(tenure)) }
    }

    /// Opens a write; each success is followed by exactly one `close`.
    ///
    /// - Throws: `NotLeading`.
    package func open() throws {
        guard !isAlone else { return }
        try gate.withLock { gate in
            guard let order = gate.open(now: steady()) else { throw NotLeading() }
            obey(order)
        }
    }

    /// Closes a write that was opened.
    package func close() {
        guard !isAlone else { return }
        gate.withLock { obey($0.close()) }
    }

    /// Under the lock, so that no order overtakes a later one; none of them waits.
    private func obey(_ order: WriteGate.FenceOrder) {
        switch order {
        case .keep: break
        case .arm(let time): fence?.arm(at: time)
        case .disarm: fence?.disarm()
        }
    }
}

/// Another process leads: nothing was written.
package struct NotLeading: Error, CustomStringConvertible {
    package init() {}

    package var description: String { "this process does not lead" }
}
