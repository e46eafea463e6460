import KubernetesModel
import RolloutModel

/// `status.duration`.
///
/// Source: argo-rollouts `calculateStatusDuration`.
extension RolloutPass {
    /// Follows the beginning, the waits for a person and the end of the update.
    mutating func noteDuration(_ current: ReplicaSetView) {
        let time = now.wholeSeconds
        let isThere = isCompleted && current.availableReplicas >= size
        let isRetried = !status.abort && was.conditions[.progressing]?.reason == Reason.aborted
        if let duration = was.duration, !duration.isFinished {
            if needsReset(current) { noteChange(of: duration, to: current, at: time) }
        } else if !isThere, was.stableRS.isEmpty || needsReset(current) || isRetried {
            status.duration = RolloutDuration(startedAt: time)
        }
        guard var duration = status.duration, !duration.isFinished else { return }
        if status.abort {
            duration.completion = nil
            duration.finish(.aborted, now: time)
        } else {
            if was.promoteFull { duration.completion = duration.completion ?? .fastPromoted }
            duration.note(isPaused: waitsForPerson, now: time)
            if isThere { duration.finish(.promoted, now: time) }
        }
        status.duration = duration
    }

    /// An update that another one replaces is over; one that goes back lasts until it is back.
    private mutating func noteChange(of duration: RolloutDuration, to current: ReplicaSetView, at time: Timestamp) {
        guard isRollback(current) else {
            status.duration = RolloutDuration(startedAt: time)
            return
        }
        var longer = duration
        longer.completion = isFastRollback(current) ? .fastRolledBack : .rolledBack
        status.duration = longer
    }

    /// Whether only a person can end the wait.
    private var waitsForPerson: Bool {
        if spec.paused { return true }
        return status.pauses.contains { pause in
            switch pause.reason {
            case RolloutStatus.canaryPauseStep: currentStep?.pause?.seconds == nil
            case RolloutStatus.blueGreenPause: spec.blueGreen?.autoPromotionEnabled == false
            case "InconclusiveAnalysisRun", "InconclusiveExperiment": true
            default: false
            }
        }
    }
}
