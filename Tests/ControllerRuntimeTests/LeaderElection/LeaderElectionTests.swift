import ControllerRuntime
import JSON
import KubernetesModel
import Testing

/// Draws the least: waits are three quarters of the retry period. Not 0, which `random(in:)` may reject for ever.
private struct Least: RandomNumberGenerator {
    mutating func next() -> UInt64 { 1 }
}

@Suite("Leader election") struct LeaderElectionTests {
    private let wall = Timestamp(seconds: 1_700_000_000)
    private let key = ObjectKey(namespace: "ops", name: "lock")
    private var generator = Least()

    private func election(_ identity: String = "me") -> LeaderElection {
        LeaderElection(settings: ElectionSettings(lease: key, identity: identity))
    }

    private func at(_ seconds: Double) -> SteadyTime {
        SteadyTime(nanoseconds: Int64(seconds * 1_000_000_000))
    }

    private func lease(holder: String, duration: Int = 15, renewed: String = "r1", transitions: Int = 3) -> JSONValue {
        LeaseRecord(
            holder: holder, durationSeconds: duration, acquireTime: "a", renewTime: renewed, transitions: transitions
        ).written(to: LeaseRecord.newLease(key))
    }

    /// The document of an update; a test fails without one.
    private func update(_ step: LeaderElection.Step) throws -> JSONValue {
        guard case .send(.update(let document)) = step else {
            throw KubernetesFailure.badRequest("no update but \(step)")
        }
        return document
    }

    /// An election that holds the Lease since a renewal sent at 0 and answered at 0.5.
    private mutating func leader() throws -> LeaderElection {
        var election = election()
        election.received(.lease(lease(holder: "")), to: .read, sentAt: at(0), now: at(0), using: &generator)
        let document = try update(election.step(now: at(0), wall: wall))
        election.received(.lease(document), to: .update(document), sentAt: at(0), now: at(0.5), using: &generator)
        return election
    }

    @Test("a Lease that is missing is created with the own identity, and then held") mutating func creates() throws {
        var election = election()
        #expect(election.step(now: at(0), wall: wall) == .send(.read))
        election.received(.notFound, to: .read, sentAt: at(0), now: at(0.1), using: &generator)
        guard case .send(.create(let document)) = election.step(now: at(0.1), wall: wall) else {
            Issue.record("no creation")
            return
        }
        let record = LeaseRecord(document)
        #expect(record.holder == "me")
        #expect(record.durationSeconds == 15)
        #expect(record.renewTime == "2023-11-14T22:13:20.000000Z")
        #expect(KubernetesObject(document).key == key)
        #expect(!election.isLeading(now: at(0.1)))
        election.received(.lease(document), to: .create(document), sentAt: at(0.1), now: at(0.2), using: &generator)
        #expect(election.isLeading(now: at(0.2)))
    }

    @Test("a Lease of another is left alone until it has not changed for its duration, by the own clock")
    mutating func waits() throws {
        var election = election()
        let theirs = lease(holder: "other")
        election.received(.lease(theirs), to: .read, sentAt: at(99), now: at(100), using: &generator)
        #expect(election.step(now: at(100), wall: wall) == .wait(until: at(101.5)))
        // It is renewed: the wait begins anew.
        let renewed = lease(holder: "other", renewed: "r2")
        election.received(.lease(renewed), to: .read, sentAt: at(109), now: at(110), using: &generator)
        for second in [112.0, 116, 120, 124.5] {
            election.received(.lease(renewed), to: .read, sentAt: at(second), now: at(second), using: &generator)
            let step = election.step(now: at(second), wall: wall)
            guard case .wait(let until) = step else {
                Issue.record("at \(second): \(step)")
                return
            }
            // Never later than the end of the Lease.
            #expect(until <= at(125))
        }
        #expect(election.step(now: at(125), wall: wall) == .send(.read))
        election.received(.lease(renewed), to: .read, sentAt: at(125), now: at(125), using: &generator)
        let record = LeaseRecord(try update(election.step(now: at(125), wall: wall)))
        #expect(record.holder == "me")
        #expect(record.transitions == 4)
    }

    @Test("what the holder wrote counts, not what this process would write") mutating func holdersDuration() {
        var election = election()
        let theirs = lease(holder: "other", duration: 60)
        election.received(.lease(theirs), to: .read, sentAt: at(0), now: at(0), using: &generator)
        election.received(.lease(theirs), to: .read, sentAt: at(59), now: at(59), using: &generator)
        #expect(election.step(now: at(59), wall: wall) == .wait(until: at(60)))
    }

    @Test(
        "times in the Lease are never compared with a clock",
        arguments: ["1970-01-01T00:00:00Z", "2999-01-01T00:00:00Z"])
    mutating func foreignClock(renewTime: String) {
        var election = election()
        let theirs = lease(holder: "other", renewed: renewTime)
        election.received(.lease(theirs), to: .read, sentAt: at(0), now: at(0), using: &generator)
        #expect(election.step(now: at(0), wall: wall) == .wait(until: at(1.5)))
    }

    @Test("a Lease that nobody holds is taken at once") mutating func free() throws {
        var election = election()
        election.received(
            .lease(lease(holder: "", duration: 1)), to: .read, sentAt: at(0), now: at(0), using: &generator)
        let record = LeaseRecord(try update(election.step(now: at(0), wall: wall)))
        #expect(record.holder == "me")
        #expect(record.durationSeconds == 15)
    }

    @Test("the tenure counts from when the renewal was sent, and writes end before the Lease does")
    mutating func tenure() throws {
        let election = try leader()
        let tenure = try #require(election.tenure)
        #expect(tenure.validUntil == at(10))
        #expect(tenure.endsAt == at(13.5))
        #expect(election.isLeading(now: at(9.999)))
        #expect(!election.isLeading(now: at(10)))
    }

    @Test("a leader renews every retry period, without changing when it was acquired or the number of transitions")
    mutating func renews() throws {
        var election = try leader()
        let before = try #require(election.record)
        #expect(election.step(now: at(0.5), wall: wall) == .wait(until: at(2)))
        let later = wall.advanced(by: .seconds(2))
        let document = try update(election.step(now: at(2), wall: later))
        let record = LeaseRecord(document)
        #expect(record.acquireTime == before.acquireTime)
        #expect(record.transitions == before.transitions)
        #expect(record.renewTime == later.rfc3339Micro)
        election.received(.lease(document), to: .update(document), sentAt: at(2), now: at(2.5), using: &generator)
        #expect(election.tenure?.validUntil == at(12))
    }

    @Test("a failed renewal extends nothing, and is tried again") mutating func failedRenewal() throws {
        var election = try leader()
        let document = try update(election.step(now: at(2), wall: wall))
        election.received(.failed, to: .update(document), sentAt: at(2), now: at(7), using: &generator)
        #expect(election.tenure?.validUntil == at(10))
        #expect(election.step(now: at(7), wall: wall) == .wait(until: at(8.5)))
        #expect(election.step(now: at(8.5), wall: wall) == .send(.read))
    }

    @Test("a leader that reads another's name in the Lease stops at once") mutating func deposed() throws {
        var election = try leader()
        let document = try update(election.step(now: at(2), wall: wall))
        election.received(.conflict, to: .update(document), sentAt: at(2), now: at(2.1), using: &generator)
        #expect(election.isLeading(now: at(2.1)))
        election.received(.lease(lease(holder: "other")), to: .read, sentAt: at(2.3), now: at(2.4), using: &generator)
        #expect(!election.isLeading(now: at(2.4)))
    }

    @Test("an acquisition whose answer was lost is held only after a renewal was answered") mutating func lostAnswer()
        throws
    {
        var election = election()
        election.received(.lease(lease(holder: "")), to: .read, sentAt: at(0), now: at(0), using: &generator)
        let document = try update(election.step(now: at(0), wall: wall))
        election.received(.failed, to: .update(document), sentAt: at(0), now: at(5), using: &generator)
        election.received(.lease(document), to: .read, sentAt: at(6.5), now: at(6.6), using: &generator)
        #expect(!election.isLeading(now: at(6.6)))
        let renewal = try update(election.step(now: at(6.6), wall: wall))
        #expect(LeaseRecord(renewal).transitions == LeaseRecord(document).transitions)
        election.received(.lease(renewal), to: .update(renewal), sentAt: at(6.6), now: at(6.7), using: &generator)
        #expect(election.isLeading(now: at(6.7)))
    }

    @Test("releasing leaves the Lease to anybody, for one second, and ends the tenure first") mutating func release()
        throws
    {
        var election = try leader()
        election.release()
        #expect(!election.isLeading(now: at(1)))
        let document = try update(election.step(now: at(1), wall: wall))
        let record = LeaseRecord(document)
        #expect(record.holder.isEmpty)
        #expect(record.durationSeconds == 1)
        #expect(record.transitions == 4)
        election.received(.lease(document), to: .update(document), sentAt: at(1), now: at(1.1), using: &generator)
        #expect(election.step(now: at(1.1), wall: wall) == .finished)
    }

    @Test("a release that meets a newer version reads it and tries again; one of another's Lease is not tried")
    mutating func releaseConflict() throws {
        var election = try leader()
        election.release()
        let document = try update(election.step(now: at(1), wall: wall))
        election.received(.conflict, to: .update(document), sentAt: at(1), now: at(1.1), using: &generator)
        #expect(election.step(now: at(1.1), wall: wall) == .send(.read))
        election.received(.lease(lease(holder: "other")), to: .read, sentAt: at(1.1), now: at(1.2), using: &generator)
        #expect(election.step(now: at(1.2), wall: wall) == .finished)
    }

    @Test("a candidate that ends has nothing to release") func candidateEnds() {
        var election = election()
        election.release()
        #expect(election.step(now: at(0), wall: wall) == .finished)
    }

    @Test(
        "durations that do not fit are refused with the reason",
        arguments: [
            (
                ElectionSettings(lease: ObjectKey(name: "l"), identity: "i", leaseDuration: .milliseconds(2_500)),
                "fractions"
            ),
            (ElectionSettings(lease: ObjectKey(name: "l"), identity: "i", leaseDuration: .seconds(10)), "shorter"),
            (ElectionSettings(lease: ObjectKey(name: "l"), identity: "i", retryPeriod: .zero), "above 0"),
            (ElectionSettings(lease: ObjectKey(name: "l"), identity: "i", retryPeriod: .seconds(9)), "1.2 times"),
        ])
    func badSettings(settings: ElectionSettings, word: String) {
        #expect(settings.problem?.contains(word) == true, "\(settings.problem ?? "none")")
    }

    @Test("the defaults fit") func defaults() {
        #expect(election().settings.problem == nil)
    }
}
