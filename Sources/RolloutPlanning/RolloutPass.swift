import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel

/// One plan in the making: what was read (`was…`, constant) and what is wanted so far.
///
/// Stages are extensions in files of their own; each reads the snapshot and adds to the wanted state. Effects are
/// put in order at the end, so that what must be remembered is written before what depends on it.
struct RolloutPass {
    let snapshot: RolloutSnapshot
    let rollout: Rollout
    let now: Timestamp
    /// The status that was read.
    let was: RolloutStatus
    /// What reads were read to have confirmed.
    let wasConfirmed: KnownRecord
    /// The status that is wanted.
    var status: RolloutStatus
    /// What reads of AWS have confirmed, to be written back if it changes.
    var record: ConfirmedRecord
    /// The ReplicaSet of the spec; `nil` when it does not exist yet.
    let current: ReplicaSetView?
    /// The hash that a ReplicaSet made now would get.
    let computedHash: String
    /// The Services whose weights are written.
    let routed: RoutedServices
    /// What AWS is known to do; `nil` when no load balancer routes to the Services, as far as the objects say.
    var survey: RoutingSurvey?

    var annotations: [String: JSONValue] = [:]
    var replicaSetChanges: [String: ReplicaSetChange] = [:]
    /// Names of the pods that are to leave their target groups.
    var draining: Set<String> = []
    var effects: [Effect] = []
    /// Events about the status; they follow its write.
    var statusEvents: [EventRecord] = []
    var decisions: [Decision] = []
    var wakeAt: Timestamp?
    /// Whether something waits for fresh facts about AWS, whatever they are about.
    var needsFacts = false
    /// Whether something waits for the rules only.
    var needsRules = false
    /// The Services whose targets something waits for; the rules are needed only when they are not known.
    var healthNeeded: Set<String> = []
    /// The target groups in which pods may be that something waits for; the rules are needed with them.
    var membersNeeded: Set<TargetGroupARN> = []
    /// The document of a status that need not be written again while it is wanted as it was read.
    var settledStatus: JSONValue?
    /// Whether a ReplicaSet is resized by this plan.
    var isScaling = false

    init(_ snapshot: RolloutSnapshot, _ rollout: Rollout, now: Timestamp, reusing memory: inout RolloutMemory) {
        self.snapshot = snapshot
        self.rollout = rollout
        self.now = now
        was = rollout.status
        status = rollout.status
        wasConfirmed = memory.confirmed(of: rollout)
        record = wasConfirmed.value
        settledStatus = memory.settledStatus
        computedHash = memory.hash(of: rollout.spec.template, collisionCount: rollout.status.collisionCount)
        current = Self.replicaSet(of: rollout, hash: computedHash, among: snapshot.replicaSets)
        status.stablePingPong = PingPongRoles.stable(of: rollout, in: snapshot)
        routed = rollout.spec.canary.routed(stable: status.stablePingPong)
        survey = RoutingSurvey.Scope(snapshot, rollout, routed, record).map { RoutingSurvey(snapshot, $0, now: now) }
    }

    /// A pass that remembers nothing.
    init(_ snapshot: RolloutSnapshot, _ rollout: Rollout, now: Timestamp) {
        var memory = RolloutMemory()
        self.init(snapshot, rollout, now: now, reusing: &memory)
    }

    /// The ReplicaSet of a template: by label, else by what the template says; the oldest when there are several.
    private static func replicaSet(
        of rollout: Rollout, hash: String, among candidates: [ReplicaSetView]
    ) -> ReplicaSetView? {
        let alive = candidates.filter { !$0.object.isDeleting }
        return alive.first { $0.hash == hash && $0.runs(rollout.spec.template) }
            ?? alive.first { $0.runs(rollout.spec.template) }
    }
}

extension RolloutPass {
    var spec: RolloutSpec { rollout.spec }
    var canary: CanaryStrategy { rollout.spec.canary }
    /// `spec.replicas`.
    var size: Int { rollout.spec.replicas }
    var settle: Duration { rollout.settleTime ?? snapshot.settings.settleTime }

    /// The stable ReplicaSet; `nil` before the first one and when it is gone.
    var stable: ReplicaSetView? {
        status.stableRS.isEmpty ? nil : snapshot.replicaSets.first { $0.hash == status.stableRS }
    }

    /// All but the one of the spec.
    var older: [ReplicaSetView] { snapshot.replicaSets.filter { $0.uid != current?.uid } }

    /// All but the one of the spec and the stable one.
    var others: [ReplicaSetView] { older.filter { $0.uid != stable?.uid } }

    /// Whether the ReplicaSet of the spec is the stable one.
    var isFullyPromoted: Bool { status.stableRS == (current?.hash ?? "") }

    var isAborted: Bool { status.abort }

    /// Runs every stage.
    mutating func run() {
        adoptOrphans()
        guard let current else {
            createReplicaSet()
            return
        }
        takeStock(of: current)
        noteWorkload()
        if isFullyPromoted, status.abort { clearAbort() }
        notePauses()
        guard syncRevision(of: current) else {
            // The next plan still has to see that the update is another one.
            status = was
            statusEvents = []
            return
        }
        if needsReset(current) {
            reset(current)
            return finishStatus()
        }
        noteConfirmations()
        if isResized {
            reconcileReplicaSets()
            return finishStatus()
        }
        if restartPods() { return finishStatus() }
        reconcileMetadata()
        trimHistory()
        if let blueGreen = spec.blueGreen {
            runBlueGreen(blueGreen, current)
        } else {
            reconcileServices()
            reconcileWeights()
            reconcileReplicaSets()
            advance(current)
        }
        releaseLeftovers()
        reconcileWorkload(current)
        finishStatus()
    }

    mutating func decide(_ code: String, _ message: String, waitingFor: String? = nil) {
        decisions.append(Decision(rollout.key, code, message, waitingFor: waitingFor))
    }

    mutating func wake(at time: Timestamp) {
        wakeAt = wakeAt.map { min($0, time) } ?? time
    }

    func event(_ reason: String, _ message: String, severity: EventRecord.Severity = .normal) -> EventRecord {
        EventRecord(
            kind: .rollout, key: rollout.key, uid: rollout.object.uid, severity: severity, reason: reason,
            message: message)
    }
}
