import KubernetesModel
import RolloutModel

/// The parts of the status that only count and copy, pauses, and the reset when the update changes.
extension RolloutPass {
    /// Counts pods and notes which ReplicaSet is current.
    mutating func takeStock(of current: ReplicaSetView) {
        let all = snapshot.replicaSets
        status.currentPodHash = current.hash
        status.currentStepHash = spec.stepHash
        status.replicas = all.reduce(0) { $0 + $1.replicas }
        status.updatedReplicas = current.replicas
        status.readyReplicas = all.reduce(0) { $0 + $1.readyReplicas }
        status.availableReplicas = all.reduce(0) { $0 + $1.availableReplicas }
        status.hpaReplicas = status.replicas
        status.selector = spec.selector.description
        if let blueGreen = spec.blueGreen {
            takeStock(of: blueGreen)
        } else {
            status.blueGreen = RolloutStatus.BlueGreen()
        }
        status.conditions.remove(.invalidSpec)
        if was.isFullyPromoted, !was.stableRS.isEmpty { status.promoteFull = false }
        if canary.steps.isEmpty {
            status.currentStepIndex = nil
        } else if let index = status.currentStepIndex {
            status.currentStepIndex = min(max(index, 0), canary.steps.count)
        }
    }

    /// Follows what people changed: a pause that began or ended, an abort that was taken back.
    ///
    /// Source: argo-rollouts `checkPausedConditions`.
    mutating func notePauses() {
        guard rollout.isObserved else { return }
        let isPaused = spec.paused || !was.pauses.isEmpty
        let progressing = was.conditions[.progressing]?.reason ?? ""
        let isCompleted = was.isFullyPromoted && !was.stableRS.isEmpty
        if !was.abort, progressing == Reason.aborted {
            status.conditions.set(
                .progressing, .unknown, reason: "RolloutRetry", message: "Retrying Rollout after abort", now: now)
        } else if progressing != Reason.aborted, !isCompleted, isPaused != (progressing == Reason.paused) {
            let reason = isPaused ? Reason.paused : "RolloutResumed"
            let message = isPaused ? "Rollout is paused" : "Rollout is resumed"
            if isPaused || progressing == Reason.paused {
                status.conditions.set(.progressing, .unknown, reason: reason, message: message, now: now)
            }
        }
        let noted = was.conditions[.paused]?.state == .yes
        guard isPaused != noted, progressing != Reason.aborted else { return }
        status.conditions.set(
            .paused, .init(isPaused), reason: Reason.paused, message: "Rollout is paused", now: now)
        if isPaused {
            statusEvents.append(
                event(Reason.paused, "Rollout is paused (\(was.pauses.first?.reason ?? "manually paused"))"))
        } else if !was.abort {
            statusEvents.append(event("RolloutResumed", "Rollout is resumed"))
        }
    }

    /// Whether the template or the steps are others than those the status was made for.
    func needsReset(_ current: ReplicaSetView) -> Bool {
        was.currentStepHash != spec.stepHash || (!was.currentPodHash.isEmpty && was.currentPodHash != current.hash)
    }

    /// Starts at the first step; or after the last, when this goes back to where the stable version is.
    mutating func reset(_ current: ReplicaSetView) {
        clearPauses()
        clearAbort()
        status.promoteFull = false
        status.restartedAt = spec.restartAt
        status.blueGreen.scaleUpPreviewCheckPoint = false
        guard !canary.steps.isEmpty else { return }
        status.currentStepIndex = 0
        if current.hash == was.stableRS {
            status.currentStepIndex = canary.steps.count
            statusEvents.append(event("SkipSteps", "Rollback to stable ReplicaSets"))
        } else if isWithinRollbackWindow(current), current.availableReplicas > 0 {
            status.currentStepIndex = canary.steps.count
            statusEvents.append(event("SkipSteps", "Rollback to active ReplicaSets within RollbackWindow"))
        }
        decide("UpdateStarted", "The template or the steps changed; step \(status.currentStepIndex ?? 0) is next.")
    }

    /// Whether this is a rollback to a revision recent enough to skip the steps.
    func isWithinRollbackWindow(_ current: ReplicaSetView) -> Bool {
        guard spec.rollbackWindowRevisions > 0, let stable, let made = current.object.creationTimestamp,
            let stableMade = stable.object.creationTimestamp, made < stableMade
        else { return false }
        let between = snapshot.replicaSets.filter { other in
            guard let time = other.object.creationTimestamp else { return false }
            return made < time && time < stableMade
        }
        return between.count < spec.rollbackWindowRevisions
    }

    mutating func clearPauses() {
        status.pauses = []
        status.controllerPause = false
    }

    mutating func clearAbort() {
        status.abort = false
        status.abortedAt = nil
    }

    mutating func abort() {
        status.abort = true
    }
}

/// Condition reasons that more than one stage looks at.
enum Reason {
    static let aborted = "RolloutAborted"
    static let paused = "RolloutPaused"
    static let deadline = "ProgressDeadlineExceeded"
    static let completed = "RolloutCompleted"
}
