import JSON
import KubernetesModel
package import Logging
import Synchronization

/// Takes part in an election: sends what `LeaderElection` decides, and tells `Leadership` what came of it.
package final class LeaderElector: Sendable {
    private let election: Mutex<LeaderElection>
    private let settings: ElectionSettings
    private let api: any KubernetesAPI
    private let clock: RuntimeClock
    private let steady: @Sendable () -> SteadyTime
    private let leadership: Leadership
    private let logger: Logger
    private let changed: @Sendable (_ isLeading: Bool) -> Void
    private let report = Mutex(Report())

    /// What has been told.
    private struct Report {
        var isLeading = false
        var holder: String?
        var lastStepAt: SteadyTime?
    }

    /// - Parameters:
    ///   - api: a connection for the Lease alone, which `Leadership` does not hold back.
    ///   - changed: is told when this process begins and ceases to lead.
    package init(
        settings: ElectionSettings, api: any KubernetesAPI, clock: RuntimeClock,
        steady: @escaping @Sendable () -> SteadyTime, leadership: Leadership, logger: Logger,
        changed: @escaping @Sendable (_ isLeading: Bool) -> Void
    ) {
        election = Mutex(LeaderElection(settings: settings))
        self.settings = settings
        self.api = api
        self.clock = clock
        self.steady = steady
        self.leadership = leadership
        self.logger = logger
        self.changed = changed
    }

    /// Who holds the Lease, as seen last; `nil` before it was seen, empty when nobody does.
    package var holder: String? { election.withLock { $0.record?.holder } }

    /// For how long nothing has been done about the Lease; `nil` before the first look.
    package var silence: Duration? {
        report.withLock { $0.lastStepAt }.map { $0.duration(to: steady()) }
    }

    /// Takes part until the task is cancelled. The Lease stays as it is then.
    package func run() async {
        while !Task.isCancelled {
            guard await takeStep() else { return }
        }
    }

    /// Gives the Lease up if it is held, so that another can take it at once. Only when every write is over, and when
    /// `run` has ended.
    package func release() async {
        election.withLock { $0.release() }
        publish()
        while await takeStep() {}
        logger.info("lease released", metadata: ["lease": "\(settings.lease)"])
    }

    /// Does one thing; `false` when there is nothing more to do.
    private func takeStep() async -> Bool {
        let step = election.withLock { $0.step(now: steady(), wall: clock.now()) }
        report.withLock { $0.lastStepAt = steady() }
        switch step {
        case .finished: return false
        case .wait(let time): await wait(until: time)
        case .send(let request): await send(request)
        }
        publish()
        return true
    }

    /// Also ends when the tenure does, so that its end is told.
    private func wait(until time: SteadyTime) async {
        let now = steady()
        let end = election.withLock { election in
            election.isLeading(now: now) ? election.tenure.map { min(time, $0.validUntil) } ?? time : time
        }
        do { try await clock.sleep(max(now.duration(to: end), .milliseconds(1))) } catch { return }
    }

    private func send(_ request: LeaderElection.Request) async {
        let sentAt = steady()
        let answer = await answer(to: request, within: timeLimit(now: sentAt))
        var generator = SystemRandomNumberGenerator()
        let now = steady()
        election.withLock { $0.received(answer, to: request, sentAt: sentAt, now: now, using: &generator) }
    }

    /// A renewal that hangs must not hide the end of the tenure.
    private func timeLimit(now: SteadyTime) -> Duration {
        let tenure = election.withLock { $0.isLeading(now: now) ? $0.tenure : nil }
        guard let tenure else { return settings.requestTimeout }
        return min(settings.requestTimeout, max(now.duration(to: tenure.validUntil), .milliseconds(10)))
    }

    private func answer(
        to request: LeaderElection.Request, within limit: Duration
    ) async -> LeaderElection.Answer {
        do {
            return .lease(try await perform(request, within: limit).document)
        } catch let failure as KubernetesFailure where failure.isNotFound && request == .read {
            return .notFound
        } catch let failure as KubernetesFailure where failure.isConflict || failure.isAlreadyExists {
            return .conflict
        } catch {
            if !Task.isCancelled {
                let metadata: Logger.Metadata = ["lease": "\(settings.lease)", "error": "\(error)"]
                logger.warning("lease not reached", metadata: metadata)
            }
            return .failed
        }
    }

    private func perform(
        _ request: LeaderElection.Request, within limit: Duration
    ) async throws -> KubernetesObject {
        try await withThrowingTaskGroup(of: KubernetesObject.self) { [api, clock, settings] group in
            group.addTask {
                switch request {
                case .read: return try await api.get(.lease, settings.lease)
                case .create(let document):
                    return try await api.perform(.create(.lease, document)) ?? KubernetesObject(document)
                case .update(let document):
                    let write = KubernetesWrite.update(.lease, settings.lease, subresource: "", document)
                    return try await api.perform(write) ?? KubernetesObject(document)
                }
            }
            group.addTask {
                try await clock.sleep(limit)
                throw LeaseTimeout(limit: limit)
            }
            defer { group.cancelAll() }
            guard let object = try await group.next() else { throw CancellationError() }
            return object
        }
    }

    /// Tells what has changed.
    private func publish() {
        let now = steady()
        let (tenure, isLeading, holder) = election.withLock { ($0.tenure, $0.isLeading(now: now), $0.record?.holder) }
        leadership.renew(tenure)
        let (wasLeading, formerHolder) = report.withLock { report in
            defer {
                report.isLeading = isLeading
                report.holder = holder
            }
            return (report.isLeading, report.holder)
        }
        if holder != formerHolder, let holder {
            logger.info("lease observed", metadata: ["lease": "\(settings.lease)", "holder": "\(holder)"])
        }
        guard isLeading != wasLeading else { return }
        let metadata: Logger.Metadata = ["lease": "\(settings.lease)", "identity": "\(settings.identity)"]
        if isLeading {
            logger.notice("leading", metadata: metadata)
        } else {
            logger.warning("no longer leading", metadata: metadata)
        }
        changed(isLeading)
    }
}

/// No answer about the Lease in time.
private struct LeaseTimeout: Error, CustomStringConvertible {
    var limit: Duration

    var description: String { "no answer within \(limit)" }
}
