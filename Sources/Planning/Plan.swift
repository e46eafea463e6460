package import ELBModel
package import KubernetesModel

/// What a planner wants done next for one object, and why.
///
/// Effects are executed in order and the first failure ends the list; nothing is rolled back, because the next plan
/// starts from what is then true. A plan without effects, observations and `wakeAt` means: settled until something
/// changes.
package struct Plan: Equatable, Sendable {
    /// Changes, in the order they must happen.
    package var effects: [Effect]
    /// The only way to be asked again without a change: at this time, or earlier if something changes.
    package var wakeAt: Timestamp?
    /// Facts about AWS that the next plan needs, no older than their `maxAge`.
    package var observations: [ObservationRequest]
    /// The reasons, in the order they were reached.
    package var decisions: [Decision]
    /// Whether this brings traffic back to what is known to work: its calls go before all others.
    package var isRollback = false

    package init(
        effects: [Effect] = [], wakeAt: Timestamp? = nil, observations: [ObservationRequest] = [],
        decisions: [Decision] = []
    ) {
        self.effects = effects
        self.wakeAt = wakeAt
        self.observations = observations
        self.decisions = decisions
    }

    /// Whether any effect changes more than the record of Events.
    package var changesTheWorld: Bool {
        effects.contains { effect in
            if case .event = effect { false } else { true }
        }
    }

    /// Asks to be planned again at `time` or earlier.
    package mutating func wake(at time: Timestamp) {
        wakeAt = wakeAt.map { min($0, time) } ?? time
    }

    /// Asks for a fact, keeping the strictest age when it is asked for twice.
    ///
    /// - Parameter after: what was read before this time does not count, whatever its age.
    package mutating func observe(_ subject: ObservationSubject, maxAge: Duration, after: Timestamp? = nil) {
        if let index = observations.firstIndex(where: { $0.subject == subject }) {
            observations[index].maxAge = min(observations[index].maxAge, maxAge)
            if let after { observations[index].after = max(observations[index].after ?? after, after) }
        } else {
            observations.append(ObservationRequest(subject: subject, maxAge: maxAge, after: after))
        }
    }

    /// Appends another plan's wishes.
    package mutating func append(_ other: Plan) {
        effects += other.effects
        decisions += other.decisions
        if let time = other.wakeAt { wake(at: time) }
        isRollback = isRollback || other.isRollback
        for request in other.observations { observe(request.subject, maxAge: request.maxAge, after: request.after) }
    }
}

/// One change to the world.
package enum Effect: Equatable, Sendable, CustomStringConvertible {
    /// A write to the API server.
    case kubernetes(KubernetesWrite)
    /// A mutating ELBv2 call.
    case elb(ELBRequest)
    /// A Kubernetes Event, recorded best-effort: its loss never stops the list.
    case event(EventRecord)

    package var description: String {
        switch self {
        case .kubernetes(let write): "\(write)"
        case .elb(let request): "\(request)"
        case .event(let record): "\(record)"
        }
    }
}

/// A typed reason: what was decided for an object, and what it waits for.
package struct Decision: Equatable, Sendable, CustomStringConvertible {
    package var subject: ObjectKey
    /// PascalCase, from a bounded set per planner: `WeightRaised`, `ScaleDownBlocked`.
    package var code: String
    /// One sentence with the values that were seen.
    package var message: String
    /// What has to become true before the object moves on; `nil` when nothing is awaited.
    package var waitingFor: String?

    package init(_ subject: ObjectKey, _ code: String, _ message: String, waitingFor: String? = nil) {
        self.subject = subject
        self.code = code
        self.message = message
        self.waitingFor = waitingFor
    }

    package var description: String {
        waitingFor.map { "\(code) \(subject): \(message) Waiting for \($0)." } ?? "\(code) \(subject): \(message)"
    }
}
