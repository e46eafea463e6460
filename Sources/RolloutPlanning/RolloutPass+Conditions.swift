import JSON
import KubernetesModel
import RolloutModel

/// Conditions, phase and message: what other tools read.
///
/// Source: argo-rollouts `calculateRolloutConditions` and `CalculateRolloutPhase`.
extension RolloutPass {
    /// Completes the status; called once, at the end of a pass.
    mutating func finishStatus() {
        guard let current else { return }
        abortAfterDeadline(current)
        if status.abort {
            clearPauses()
            status.abortedAt = status.abortedAt ?? now.wholeSeconds
        } else {
            status.abortedAt = nil
        }
        noteHealth(current)
        noteProgress(current)
        let isAvailable = spec.blueGreen == nil ? status.availableReplicas >= size : isActiveAvailable
        status.conditions.set(
            .available, .init(isAvailable), reason: "AvailableReason",
            message: isAvailable
                ? "Rollout has minimum availability" : "Rollout does not have minimum availability", now: now)
        noteReplicaFailure(current)
        noteVerificationFailure()
        noteCompletion(current)
        status.observedGeneration = "\(rollout.object.generation)"
        (status.phase, status.message) = phase
        noteDuration(current)
        wakeAtDeadline()
    }

    var isCompleted: Bool { !status.stableRS.isEmpty && status.stableRS == status.currentPodHash }

    private func isHealthy(_ current: ReplicaSetView) -> Bool {
        if let blueGreen = spec.blueGreen {
            return rollout.isObserved && status.updatedReplicas == size && status.availableReplicas == size
                && isCutOver(blueGreen, to: current.hash) && isCompleted
        }
        return isCanaryHealthy(current)
    }

    private func isCanaryHealthy(_ current: ReplicaSetView) -> Bool {
        rollout.isObserved && status.updatedReplicas == size && status.availableReplicas == size
            && current.availableReplicas == size && status.replicas == size && isCompleted
            && (canary.steps.isEmpty || status.currentStepIndex == canary.steps.count)
    }

    private mutating func noteHealth(_ current: ReplicaSetView) {
        let healthy = status.pauses.isEmpty && !spec.paused && isHealthy(current)
        if healthy {
            status.conditions.set(
                .healthy, .yes, reason: "RolloutHealthy", message: "Rollout is healthy", now: now)
        } else if status.conditions[.healthy] != nil {
            status.conditions.set(
                .healthy, .no, reason: "RolloutHealthy", message: "Rollout is not healthy", now: now)
        }
    }

    private mutating func noteProgress(_ current: ReplicaSetView) {
        let progressing = status.conditions[.progressing]
        if status.abort {
            let message =
                "Rollout aborted update to revision \(current.revision.map(String.init) ?? "0")"
                + abortCause
            if progressing?.reason != Reason.aborted {
                statusEvents.append(event(Reason.aborted, message, severity: .warning))
            }
            status.conditions.set(.progressing, .no, reason: Reason.aborted, message: message, now: now)
            return
        }
        if isHealthy(current) {
            status.conditions.set(
                .progressing, .yes, reason: "NewReplicaSetAvailable",
                message: "ReplicaSet \"\(current.name)\" has successfully progressed.", now: now)
        } else if hasProgressed {
            status.conditions.set(
                .progressing, .yes, reason: "ReplicaSetUpdated",
                message: "ReplicaSet \"\(current.name)\" is progressing.", now: now, force: true)
        } else if isCompleted, was.conditions[.healthy]?.state == .yes {
            status.conditions.set(
                .progressing, .yes, reason: "ReplicaSetNotAvailable",
                message: "Rollout does not have minimum availability", now: now, force: true)
        } else if isTimedOut {
            if progressing?.reason != Reason.deadline {
                statusEvents.append(event(Reason.deadline, timeoutMessage(current), severity: .warning))
            }
            status.conditions.set(
                .progressing, .no, reason: Reason.deadline, message: timeoutMessage(current), now: now)
        }
    }

    private func timeoutMessage(_ current: ReplicaSetView) -> String {
        "ReplicaSet \"\(current.name)\" has timed out progressing."
    }

    /// What an abort that a deadline caused adds to its message.
    private var abortCause: String {
        guard !was.abort, let current, was.conditions[.progressing]?.reason == Reason.deadline else { return "" }
        return ": \(timeoutMessage(current))"
    }

    private var hasProgressed: Bool {
        status.updatedReplicas != was.updatedReplicas || status.readyReplicas > was.readyReplicas
            || status.availableReplicas > was.availableReplicas
            || status.replicas - status.updatedReplicas < was.replicas - was.updatedReplicas
            || status.stableRS != was.stableRS || status.currentStepIndex != was.currentStepIndex
            || status.currentStepHash != was.currentStepHash || status.weights?.canary != was.weights?.canary
            || (status.weights?.verified == true && was.weights?.verified != true)
            || status.blueGreen != was.blueGreen
    }

    /// When the update counts as stuck; `nil` while it waits for a person, a pause or a delay.
    private var deadline: Timestamp? {
        guard let progressing = status.conditions[.progressing], let base = progressing.lastUpdateTime,
            ![Reason.aborted, Reason.paused, "NewReplicaSetAvailable"].contains(progressing.reason),
            status.conditions[.paused]?.state != .yes, currentStep?.pause == nil, !spec.paused,
            !others.contains(where: \.hasDeadline)
        else { return nil }
        return base.advanced(by: .seconds(spec.progressDeadlineSeconds))
    }

    private var isTimedOut: Bool {
        if status.conditions[.progressing]?.reason == Reason.deadline { return true }
        return deadline.map { $0 < now } ?? false
    }

    private mutating func wakeAtDeadline() {
        guard !status.abort, status.conditions[.progressing]?.reason != Reason.deadline, let deadline else { return }
        wake(at: max(deadline.advanced(by: .seconds(1)), now.advanced(by: .seconds(1))))
    }

    /// Gives an update up that was already reported as stuck and has not moved since.
    private mutating func abortAfterDeadline(_ current: ReplicaSetView) {
        guard spec.progressDeadlineAbort, !status.abort, !isCompleted, !hasProgressed, currentStep?.pause == nil,
            was.conditions[.progressing]?.reason == Reason.deadline
        else { return }
        abort()
        status.currentStepIndex = canary.steps.isEmpty ? nil : 0
        decide("Aborted", "No progress for \(spec.progressDeadlineSeconds) s, and progressDeadlineAbort is set.")
    }

    private mutating func noteReplicaFailure(_ current: ReplicaSetView) {
        for replicaSet in [current] + older {
            for condition in replicaSet.object.status["conditions"]?.arrayValue ?? [] {
                let found = RolloutCondition(document: condition)
                guard found.type == RolloutCondition.Kind.replicaFailure.rawValue, found.state == .yes else { continue }
                status.conditions.set(
                    .replicaFailure, .yes, reason: found.reason, message: found.message, now: now,
                    force: status.conditions[.replicaFailure]?.message != found.message)
                return
            }
        }
        status.conditions.remove(.replicaFailure)
    }

    private mutating func noteCompletion(_ current: ReplicaSetView) {
        let isFirst = status.conditions[.completed] == nil
        let wasCompleted = status.conditions[.completed]?.state == .yes
        status.conditions.set(
            .completed, .init(isCompleted), reason: Reason.completed, message: Reason.completed, now: now)
        if !isFirst, wasCompleted, !isCompleted {
            statusEvents.append(
                event(
                    "RolloutNotCompleted",
                    "Rollout not completed, started update to revision "
                        + "\(current.revision.map(String.init) ?? "0") (\(current.hash))"))
        }
    }

    private var phase: (RolloutStatus.Phase, String) {
        for condition in status.conditions {
            if [Reason.aborted, Reason.deadline].contains(condition.reason) {
                return (.degraded, "\(condition.reason): \(condition.message)")
            }
        }
        if spec.paused { return (.paused, "manually paused") }
        if let pause = status.pauses.first { return (.paused, pause.reason) }
        if let restartAt = spec.restartAt, restartAt != status.restartedAt, restartAt <= now {
            return (.progressing, "rollout is restarting")
        }
        if status.updatedReplicas < size { return (.progressing, "more replicas need to be updated") }
        if status.availableReplicas < status.updatedReplicas {
            return (.progressing, "updated replicas are still becoming available")
        }
        if spec.blueGreen != nil {
            if status.blueGreen.activeSelector != status.currentPodHash {
                return (.progressing, "active service cutover pending")
            }
            if !isCompleted { return (.progressing, "waiting for post-promotion verification to complete") }
            return (.healthy, "")
        }
        if !spec.isTrafficRouted, status.replicas > status.updatedReplicas {
            return (.progressing, "old replicas are pending termination")
        }
        if !isCompleted { return (.progressing, "waiting for all steps to complete") }
        return (.healthy, "")
    }
}
