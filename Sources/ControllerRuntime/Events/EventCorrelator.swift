package import KubernetesModel

/// Decides what becomes of an Event: a new object, a higher count of one that exists, or nothing.
///
/// The same Event again raises a count. Many that differ only in their message become one. Each object has a budget of
/// writes, which is refilled slowly, so that what stays broken is told now and then instead of every few seconds.
/// Defaults and rules are those of client-go, so that `kubectl describe` shows what people know; but warnings have a
/// budget of their own, or the steps of one update would use up what is to tell of trouble in it.
package struct EventCorrelator: Sendable {
    /// How much is told, and for how much there is memory.
    package struct Limits: Equatable, Sendable {
        /// Writes in a row about one object, for warnings and for other Events each.
        package var burst = 25
        /// After which time one more is allowed.
        package var refill = Duration.seconds(300)
        /// Different messages for one reason from which on they are told as one.
        package var similarMax = 10
        /// What is longer ago than this is not similar any more.
        package var similarWindow = Duration.seconds(600)
        /// How many different Events, groups and objects are remembered, each.
        package var capacity = 4_096

        package init() {}
    }

    /// What is to be done.
    package enum Step: Equatable, Sendable {
        /// The object's budget is used up.
        case drop
        /// `record` with its final message; counted `count` times since `first`.
        case create(record: EventRecord, count: Int, first: Timestamp, identity: Identity)
        /// The Event exists.
        case raise(ObjectKey, count: Int, message: String, identity: Identity)
    }

    /// What is counted together: equal Events, or all similar ones.
    package enum Identity: Hashable, Sendable {
        case exact(EventRecord)
        case similar(EventRecord)
    }

    private struct Similar {
        var messages: Set<String> = []
        var last: Timestamp
    }

    private struct Known {
        var key: ObjectKey?
        var count: Int
        var first: Timestamp
    }

    private struct Subject: Hashable {
        var component: String?
        var kind: ResourceKind
        var key: ObjectKey
        var uid: String
        var isWarning: Bool
    }

    private struct Bucket {
        var tokens: Double
        var filledAt: Timestamp
    }

    private let limits: Limits
    private var groups: RecentlyUsed<EventRecord, Similar>
    private var known: RecentlyUsed<Identity, Known>
    private var buckets: RecentlyUsed<Subject, Bucket>

    package init(limits: Limits = Limits()) {
        self.limits = limits
        groups = RecentlyUsed(capacity: limits.capacity)
        known = RecentlyUsed(capacity: limits.capacity)
        buckets = RecentlyUsed(capacity: limits.capacity)
    }

    /// How many Events, groups and objects are remembered.
    package var rememberedCount: Int { groups.count + known.count + buckets.count }

    /// Counts one occurrence.
    package mutating func admit(_ event: EventRecord, now: Timestamp) -> Step {
        var record = event
        let identity = identity(of: event, now: now)
        if case .similar = identity { record.message = "(combined from similar events): \(event.message)" }
        var entry = known[identity] ?? Known(key: nil, count: 0, first: now)
        entry.count += 1
        known[identity] = entry
        guard takeToken(for: event, now: now) else { return .drop }
        if let key = entry.key {
            return .raise(key, count: entry.count, message: record.message, identity: identity)
        }
        return .create(record: record, count: entry.count, first: entry.first, identity: identity)
    }

    /// Records under which name an Event was created.
    package mutating func created(_ identity: Identity, as key: ObjectKey) {
        guard var entry = known[identity] else { return }
        entry.key = key
        known[identity] = entry
    }

    /// The server has forgotten the Event; the next occurrence is the first again.
    package mutating func vanished(_ identity: Identity) {
        known[identity] = nil
    }

    private mutating func identity(of event: EventRecord, now: Timestamp) -> Identity {
        var group = event
        group.message = ""
        var similar = groups[group] ?? Similar(last: now)
        if similar.last.duration(to: now) > limits.similarWindow { similar = Similar(last: now) }
        if similar.messages.count < limits.similarMax { similar.messages.insert(event.message) }
        similar.last = now
        groups[group] = similar
        return similar.messages.count < limits.similarMax ? .exact(event) : .similar(group)
    }

    private mutating func takeToken(for event: EventRecord, now: Timestamp) -> Bool {
        let subject = Subject(
            component: event.component, kind: event.kind, key: event.key, uid: event.uid,
            isWarning: event.severity == .warning)
        let full = Double(limits.burst)
        var bucket = buckets[subject] ?? Bucket(tokens: full, filledAt: now)
        let gained = max(0, bucket.filledAt.duration(to: now).inSeconds) / limits.refill.inSeconds
        bucket.tokens = min(full, bucket.tokens + gained)
        bucket.filledAt = now
        let isAllowed = bucket.tokens >= 1
        if isAllowed { bucket.tokens -= 1 }
        buckets[subject] = bucket
        return isAllowed
    }
}
