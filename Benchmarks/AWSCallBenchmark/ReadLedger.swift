import KubernetesModel
import Planning
import RolloutPlanning
import Synchronization

/// Notes why reads of AWS are asked for.
final class ReadLedger: Sendable {
    private struct State {
        var counts: [String: Int] = [:]
        /// What each subject was known at when it was asked for last.
        var askedAt: [ObservationSubject: Timestamp?] = [:]
    }

    private let state = Mutex(State())

    func clear() { state.withLock { $0 = State() } }

    /// Takes a plan; a read that several Rollouts ask for counts for the first of them.
    func note(_ plan: Plan, in world: World, now: Timestamp) {
        let wanted = plan.observations.filter { !world.observations.satisfies($0, now: now) }
        guard !wanted.isEmpty else { return }
        let codes = plan.decisions.filter { $0.waitingFor != nil }.map(\.code)
        let reason = codes.isEmpty ? "nothing" : codes.joined(separator: "+")
        state.withLock { state in
            for request in wanted {
                let known = world.observations[request.subject]?.startedAt
                if let asked = state.askedAt[request.subject], asked == known { continue }
                state.askedAt[request.subject] = known
                let kind = if case .targetHealth = request.subject { "targets" } else { "rules" }
                state.counts["\(kind) for \(reason)", default: 0] += 1
            }
        }
    }

    /// One line for each reason, the most frequent first.
    var report: String {
        let counts = state.withLock { $0.counts }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "  \($0.value) \($0.key)" }.joined(separator: "\n")
    }
}

/// Weir's Rollout controller, with notes of what it asks.
struct ObservedRollouts: Controller {
    private let base = RolloutController()
    private let ledger: ReadLedger

    init(ledger: ReadLedger) {
        self.ledger = ledger
    }

    var name: String { base.name }
    var watchedKinds: [ResourceKind] { base.watchedKinds }

    func fieldsRead(of kind: ResourceKind) -> FieldSelection { base.fieldsRead(of: kind) }

    func keys(for change: ObjectChange, in world: World) -> [ObjectKey] { base.keys(for: change, in: world) }

    func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        var memory = PlanMemory()
        return plan(key, in: world, now: now, reusing: &memory)
    }

    func plan(_ key: ObjectKey, in world: World, now: Timestamp, reusing memory: inout PlanMemory) -> Plan {
        let plan = base.plan(key, in: world, now: now, reusing: &memory)
        ledger.note(plan, in: world, now: now)
        return plan
    }

    func followUp(
        _ outcome: WriteOutcome, of write: KubernetesWrite, for key: ObjectKey, in world: World, now: Timestamp
    ) -> [Effect] {
        base.followUp(outcome, of: write, for: key, in: world, now: now)
    }
}
