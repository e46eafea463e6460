package import KubernetesModel

/// The decisions of one controller, as pure functions.
///
/// The same value runs in production, in the sandbox and in the simulator. It keeps no state: whatever it must
/// remember is in the objects.
package protocol Controller: Sendable {
    /// A short constant for logs and metric labels: `rollout`, `ingress`.
    var name: String { get }
    /// The kinds that must be in the cache before `plan` is called.
    var watchedKinds: [ResourceKind] { get }
    /// The fields of a watched kind's objects that this controller reads, of changes too; the cache keeps no others.
    func fieldsRead(of kind: ResourceKind) -> FieldSelection
    /// The keys to plan again because an object changed; sorted, without duplicates.
    func keys(for change: ObjectChange, in world: World) -> [ObjectKey]
    /// The Events that tell of a change itself, as soon as it is known; each is about the object of one key.
    func news(of change: ObjectChange) -> [EventRecord]
    /// What to do next for `key`; called also when the object is gone.
    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan
    /// The same plan; what it works out may be taken from, and left in, the key's memory.
    func plan(_ key: ObjectKey, in world: World, now: Timestamp, reusing memory: inout PlanMemory) -> Plan
    /// The Event that tells the object's owner that an effect was refused; `nil` to tell nobody.
    func event(forFailure problem: String, of key: ObjectKey, in world: World) -> EventRecord?
    /// What else to do because of what came of a write: an Event with the name that the server gave, a condition with
    /// the reason of a refusal. It is carried out best-effort and has no follow-up itself.
    func followUp(
        _ outcome: WriteOutcome, of write: KubernetesWrite, for key: ObjectKey, in world: World, now: Timestamp
    ) -> [Effect]
}

extension Controller {
    package func fieldsRead(of kind: ResourceKind) -> FieldSelection { .everything }
    package func news(of change: ObjectChange) -> [EventRecord] { [] }
    package func plan(
        _ key: ObjectKey, in world: World, now: Timestamp, reusing memory: inout PlanMemory
    ) -> Plan {
        plan(key, in: world, now: now)
    }
    package func event(forFailure problem: String, of key: ObjectKey, in world: World) -> EventRecord? { nil }
    package func followUp(
        _ outcome: WriteOutcome, of write: KubernetesWrite, for key: ObjectKey, in world: World, now: Timestamp
    ) -> [Effect] { [] }
}

/// What came of a write to the API server.
package enum WriteOutcome: Equatable, Sendable {
    /// It was done; the answer, `nil` when it was no object.
    case done(KubernetesObject?)
    /// It was refused.
    case refused(KubernetesFailure)
}

/// A change in the cache.
package struct ObjectChange: Equatable, Sendable {
    package var kind: ResourceKind
    /// `nil` when the object has just appeared.
    package var before: KubernetesObject?
    /// `nil` when the object is gone.
    package var after: KubernetesObject?

    package init(kind: ResourceKind, before: KubernetesObject?, after: KubernetesObject?) {
        self.kind = kind
        self.before = before
        self.after = after
    }

    /// The object as it is now, or as it was last.
    package var object: KubernetesObject? { after ?? before }
}
