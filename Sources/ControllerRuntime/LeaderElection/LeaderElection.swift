package import JSON
package import KubernetesModel

/// The decisions of one participant in an election by Lease, as a value: what to send next, and whether it leads.
///
/// Times that other machines wrote are never compared with a clock. A Lease counts as held until it has not changed for
/// its duration by this machine's own time, counted from when the change was seen here; the own tenure counts from when
/// the renewal was *sent*. So the holder always believes in less time than the others grant it.
package struct LeaderElection: Sendable {
    /// A request about the Lease.
    package enum Request: Equatable, Sendable {
        case read
        case create(JSONValue)
        /// A whole document, with the version that it replaces.
        case update(JSONValue)
    }

    /// What became of a request.
    package enum Answer: Equatable, Sendable {
        /// The Lease as the server has it.
        case lease(JSONValue)
        case notFound
        /// Somebody else wrote in between.
        case conflict
        /// Refused for another reason, or no answer in time: it may have been carried out.
        case failed
    }

    /// What to do next.
    package enum Step: Equatable, Sendable {
        case send(Request)
        /// Nothing before this time.
        case wait(until: SteadyTime)
        /// The Lease is not held, and will not be asked for again.
        case finished
    }

    /// What is done when the wait is over.
    private enum Phase: Equatable {
        case looking
        case creating
        /// The newest Lease is known.
        case deciding
    }

    package let settings: ElectionSettings
    /// The time in which this process may write; past ones stay until they are replaced.
    package private(set) var tenure: Tenure?
    /// The Lease as seen last.
    package private(set) var record: LeaseRecord?
    private var document: JSONValue?
    /// When `record` was first seen as it is.
    private var observedAt: SteadyTime?
    private var phase = Phase.looking
    private var nextAt: SteadyTime?
    private var isReleasing = false
    private var releaseTries = 0

    package init(settings: ElectionSettings) {
        self.settings = settings
    }

    /// Whether this process may begin a write.
    package func isLeading(now: SteadyTime) -> Bool {
        tenure.map { now < $0.validUntil } ?? false
    }

    /// Gives the Lease up, or stops asking for it; call it when the last write is over.
    package mutating func release() {
        isReleasing = true
        tenure = nil
        nextAt = nil
    }

    /// What to do now.
    ///
    /// - Parameter wall: what is written into the Lease for people to read.
    package mutating func step(now: SteadyTime, wall: Timestamp) -> Step {
        if isReleasing { return releaseStep(wall: wall) }
        if let nextAt, now < nextAt { return .wait(until: nextAt) }
        switch phase {
        case .looking: return .send(.read)
        case .creating:
            return .send(.create(renewed(LeaseRecord.newLease(settings.lease), wall: wall, transitions: 0)))
        case .deciding:
            guard let document, let record else { return .send(.read) }
            if record.holder == settings.identity {
                return .send(.update(renewed(document, wall: wall, transitions: record.transitions)))
            }
            guard isFree(now: now) else {
                phase = .looking
                return .send(.read)
            }
            return .send(.update(renewed(document, wall: wall, transitions: record.transitions + 1)))
        }
    }

    /// Takes over what became of `request`.
    ///
    /// - Parameters:
    ///   - sentAt: when the request began.
    ///   - generator: draws the wait before the next look, so that candidates do not look all at once.
    package mutating func received(
        _ answer: Answer, to request: Request, sentAt: SteadyTime, now: SteadyTime,
        using generator: inout some RandomNumberGenerator
    ) {
        if isReleasing {
            receivedWhileReleasing(answer, to: request)
            return
        }
        switch (answer, request) {
        case (.lease(let lease), .read): looked(lease, now: now, using: &generator)
        case (.lease(let lease), .create), (.lease(let lease), .update):
            observe(lease, now: now)
            guard record?.holder == settings.identity else { return lost(now: now) }
            tenure = Tenure(renewedAt: sentAt, settings)
            phase = .deciding
            nextAt = max(now, sentAt.advanced(by: settings.retryPeriod))
        case (.notFound, .read):
            tenure = nil
            phase = .creating
            nextAt = nil
        case (.notFound, _), (.conflict, _):
            phase = .looking
            nextAt = now.advanced(by: settings.retryPeriod / 10)
        case (.failed, _):
            phase = .looking
            nextAt = now.advanced(by: pause(using: &generator))
        }
    }
}

extension LeaderElection {
    private mutating func looked(
        _ lease: JSONValue, now: SteadyTime, using generator: inout some RandomNumberGenerator
    ) {
        observe(lease, now: now)
        phase = .deciding
        nextAt = nil
        if record?.holder == settings.identity { return }
        tenure = nil
        guard !isFree(now: now) else { return }
        phase = .looking
        let next = now.advanced(by: pause(using: &generator))
        nextAt = freeAt.map { min($0, next) } ?? next
    }

    private mutating func lost(now: SteadyTime) {
        tenure = nil
        phase = .looking
        nextAt = now.advanced(by: settings.retryPeriod)
    }

    private mutating func observe(_ lease: JSONValue, now: SteadyTime) {
        let seen = LeaseRecord(lease)
        document = lease
        if seen != record {
            record = seen
            observedAt = now
        }
    }

    /// When the Lease may be taken if it does not change; `nil` before it was seen.
    private var freeAt: SteadyTime? {
        guard let record, let observedAt else { return nil }
        if record.holder.isEmpty { return observedAt }
        // The holder counts on what it wrote, whatever we would write.
        let duration = record.durationSeconds > 0 ? Duration.seconds(record.durationSeconds) : settings.leaseDuration
        return observedAt.advanced(by: duration)
    }

    private func isFree(now: SteadyTime) -> Bool {
        freeAt.map { $0 <= now } ?? false
    }

    /// Three quarters of the retry period are certain, the rest is drawn.
    private func pause(using generator: inout some RandomNumberGenerator) -> Duration {
        settings.retryPeriod * Int.random(in: 750...1_000, using: &generator) / 1_000
    }

    private func renewed(_ lease: JSONValue, wall: Timestamp, transitions: Int) -> JSONValue {
        let time = wall.rfc3339Micro
        let isRenewal = record?.holder == settings.identity
        return LeaseRecord(
            holder: settings.identity, durationSeconds: settings.durationSeconds,
            acquireTime: isRenewal ? record?.acquireTime ?? time : time, renewTime: time, transitions: transitions
        ).written(to: lease)
    }

    private mutating func releaseStep(wall: Timestamp) -> Step {
        guard let record, record.holder == settings.identity, releaseTries < 3 else { return .finished }
        guard let document else { return .send(.read) }
        let time = wall.rfc3339Micro
        // The form in which client-go releases: nobody holds it, for one second.
        let free = LeaseRecord(
            holder: "", durationSeconds: 1, acquireTime: time, renewTime: time, transitions: record.transitions)
        return .send(.update(free.written(to: document)))
    }

    private mutating func receivedWhileReleasing(_ answer: Answer, to request: Request) {
        releaseTries += 1
        switch answer {
        case .lease(let lease):
            document = lease
            record = LeaseRecord(lease)
        case .notFound: record = nil
        // Whose it is now has to be read; without a document that is what comes next.
        case .conflict, .failed: document = nil
        }
    }
}

/// The time in which a process may write because it holds the Lease.
package struct Tenure: Equatable, Sendable {
    /// From here on no write is begun.
    package var validUntil: SteadyTime
    /// Here the last write must be over.
    package var endsAt: SteadyTime

    /// The tenure that follows from a successful renewal.
    ///
    /// - Parameter renewedAt: when the renewal was sent, not when it was answered.
    package init(renewedAt: SteadyTime, _ settings: ElectionSettings) {
        endsAt = renewedAt.advanced(by: settings.leaseDuration - settings.margin)
        validUntil = min(renewedAt.advanced(by: settings.renewDeadline), endsAt)
    }
}
