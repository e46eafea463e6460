import KubernetesModel
package import Planning

/// A read of AWS that is to be carried out.
package struct ReadOrder: Sendable {
    package var subject: ObservationSubject
    /// How; it knows what other reads have found.
    package var procedure: ObservationProcedure
    package var lane: CallLane

    package init(subject: ObservationSubject, procedure: ObservationProcedure, lane: CallLane) {
        self.subject = subject
        self.procedure = procedure
        self.lane = lane
    }
}

/// What the keys of a runtime want to know about AWS, and what is being read.
///
/// Keys wait, not workers. A subject that several keys want is read once. Keys are served by lane, then in the order in
/// which they began to wait, and each gets all it wants before the next, so that its facts are of about one time.
struct PendingReads: Sendable {
    private struct Wish: Sendable {
        var requests: [ObservationRequest]
        var lane: CallLane
        var number: UInt64
        var since: Timestamp
    }

    /// When more keys wait than can be served soon, facts may be this old, so that they can be shared.
    static let sharedAgeMax = Duration.seconds(5)
    /// What one waiting key adds to that age: a few calls at the published rate, of which others spend some.
    static let agePerKey = Duration.milliseconds(150)

    private var wishes: [WorkKey: Wish] = [:]
    private(set) var reading: Set<ObservationSubject> = []
    private var nextNumber: UInt64 = 0
    /// What is read is not read again sooner.
    let interval: Duration

    init(interval: Duration) {
        self.interval = interval
    }

    /// How many keys wait.
    var count: Int { wishes.count }

    /// The age that facts may have now, at least.
    var ageFloor: Duration { max(interval, min(Self.sharedAgeMax, Self.agePerKey * wishes.count)) }

    /// Replaces what a key wants; `false` when it has all of it.
    mutating func want(_ plan: Plan, by key: WorkKey, _ known: Observations, now: Timestamp) -> Bool {
        guard !missing(plan.observations, known, now: now).isEmpty else {
            wishes[key] = nil
            return false
        }
        nextNumber += 1
        let lane = CallLane(readsOf: plan)
        let place = wishes[key].flatMap { $0.lane <= lane ? $0.number : nil } ?? nextNumber
        let since = wishes[key]?.since ?? now
        wishes[key] = Wish(requests: plan.observations, lane: lane, number: place, since: since)
        return true
    }

    /// Since when a key has waited without getting what it wants; `nil` when it does not wait.
    func since(_ key: WorkKey) -> Timestamp? { wishes[key]?.since }

    /// The next subject to read, with the strictest wish for it; it is being read from now on.
    mutating func next(_ known: Observations, now: Timestamp) -> (request: ObservationRequest, lane: CallLane)? {
        guard wishes.values.contains(where: { $0.requests.contains { !reading.contains($0.subject) } }) else {
            return nil
        }
        let order = wishes.sorted { ($0.value.lane, $0.value.number) < ($1.value.lane, $1.value.number) }
        for (_, wish) in order {
            let needed = missing(wish.requests, known, now: now).filter { !reading.contains($0.subject) }
            guard var request = needed.first else { continue }
            for other in wishes.values.flatMap(\.requests) where other.subject == request.subject {
                request.maxAge = min(request.maxAge, other.maxAge)
                if let after = other.after { request.after = max(request.after ?? after, after) }
            }
            reading.insert(request.subject)
            return (request, wish.lane)
        }
        return nil
    }

    /// A read is over, whatever came of it; the keys that now have all they want, in their order.
    mutating func ended(_ subject: ObservationSubject, _ known: Observations, now: Timestamp) -> [WorkKey] {
        reading.remove(subject)
        let served = wishes.filter { missing($0.value.requests, known, now: now).isEmpty }
            .sorted { $0.value.number < $1.value.number }.map(\.key)
        for key in served { wishes[key] = nil }
        return served
    }

    /// What of these requests is not known.
    private func missing(
        _ requests: [ObservationRequest], _ known: Observations, now: Timestamp
    ) -> [ObservationRequest] {
        let floor = ageFloor
        return requests.filter { request in
            var relaxed = request
            relaxed.maxAge = max(request.maxAge, floor)
            return !known.satisfies(relaxed, now: now)
        }
    }
}
