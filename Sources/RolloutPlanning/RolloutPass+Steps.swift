import KubernetesModel
import RolloutModel

/// Steps, pauses and promotion.
extension RolloutPass {
    /// The step the update is at; `nil` without steps and after the last.
    var currentStep: CanaryStep? {
        guard let index = status.currentStepIndex, canary.steps.indices.contains(index) else { return nil }
        return canary.steps[index]
    }

    /// Moves to the next step or promotes, when what the state asks for has been reached.
    mutating func advance(_ current: ReplicaSetView) {
        if status.promoteFull || (isWithinRollbackWindow(current) && !isFullyPromoted && !isAborted) {
            clearPauses()
            clearAbort()
            status.currentStepIndex = canary.steps.isEmpty ? nil : canary.steps.count
        }
        if let reason = promotionReason(current) {
            promote(current, because: reason)
            return
        }
        if isAborted {
            status.currentStepIndex =
                canary.steps.isEmpty ? nil : (isFullyPromoted ? canary.steps.count : 0)
            return
        }
        if currentStep?.pause == nil, !status.pauses.isEmpty {
            status.pauses.removeAll { $0.reason == RolloutStatus.canaryPauseStep }
            if status.pauses.isEmpty { status.controllerPause = false }
        }
        guard !isScaling, !spec.paused, let step = currentStep, let index = status.currentStepIndex else { return }
        if let pause = step.pause, !isOver(pause) { return }
        if step.setCanaryScale != nil, !isAtDesiredScale(current, reportsWait: true) { return }
        if let weight = step.setWeight {
            guard isAtDesiredScale(current, reportsWait: true) else { return }
            if spec.isTrafficRouted, !(status.weights?.canary.weight == weight && isVerified) {
                decide(
                    "StepWaits", "Step \(index + 1)/\(canary.steps.count) (\(step)) is not confirmed.",
                    waitingFor: survey?.difference(from: weight) ?? "weight \(weight)")
                return
            }
        }
        if let route = step.setHeaderRoute, !isRouted(route, current) { return }
        status.currentStepIndex = index + 1
        status.pauses.removeAll { $0.reason == RolloutStatus.canaryPauseStep }
        if status.pauses.isEmpty { status.controllerPause = false }
        statusEvents.append(
            event("RolloutStepCompleted", "Rollout step \(index + 1)/\(canary.steps.count) completed (\(step))"))
        decide("StepCompleted", "Step \(index + 1)/\(canary.steps.count) (\(step)) is complete.")
        startPause()
    }

    /// Whether the weights that were asked for are those that were read back.
    var isVerified: Bool { !spec.isTrafficRouted || status.weights?.verified == true }

    /// Whether a pause step is over; begins it when it has not begun.
    private mutating func isOver(_ pause: CanaryStep.Pause) -> Bool {
        let condition = status.pauses.first { $0.reason == RolloutStatus.canaryPauseStep }
        guard let condition else {
            if was.controllerPause {
                status.controllerPause = false
                return true
            }
            startPause()
            return false
        }
        guard let seconds = pause.seconds else {
            decide("Paused", "The pause step has no duration.", waitingFor: "a promotion")
            return false
        }
        let end = condition.startTime.advanced(by: .seconds(seconds))
        if end <= now { return true }
        wake(at: end)
        decide("Paused", "The pause step lasts \(seconds) s.", waitingFor: end.rfc3339)
        return false
    }

    /// Begins the pause of the current step, if it is a pause step.
    private mutating func startPause() {
        guard !status.promoteFull, let pause = currentStep?.pause,
            !status.pauses.contains(where: { $0.reason == RolloutStatus.canaryPauseStep })
        else { return }
        status.pauses.append(.init(reason: RolloutStatus.canaryPauseStep, startTime: now.wholeSeconds))
        status.controllerPause = true
        if let seconds = pause.seconds { wake(at: now.wholeSeconds.advanced(by: .seconds(seconds))) }
        decide(
            "Paused", "The pause step begins.",
            waitingFor: pause.seconds.map { "\($0) s to pass" } ?? "a promotion")
    }

    /// Whether the current ReplicaSet has as many available pods as its step wants.
    mutating func isAtDesiredScale(_ current: ReplicaSetView, reportsWait: Bool = false) -> Bool {
        let wanted = wantedCanaryCount(current)
        guard hasReached(wanted, current) else {
            if reportsWait {
                decide(
                    "StepWaits", "ReplicaSet \(current.name) has \(current.availableReplicas) available pods.",
                    waitingFor: "\(wanted) available pods of \(current.name)")
            }
            return false
        }
        if let stable, stable.uid != current.uid, !(spec.isTrafficRouted && canary.dynamicStableScale) {
            let count = wantedStableCount(current)
            guard stable.specReplicas == count, stable.replicas == count else {
                if reportsWait {
                    decide(
                        "StepWaits", "Stable ReplicaSet \(stable.name) has \(stable.replicas) pods.",
                        waitingFor: "\(count) pods of \(stable.name)")
                }
                return false
            }
        }
        if spec.isTrafficRouted { return true }
        return others.allSatisfy { $0.availableReplicas == 0 }
    }

    /// Whether a count is reached, or as much of it as the threshold asks for.
    func hasReached(_ wanted: Int, _ replicaSet: ReplicaSetView) -> Bool {
        let available = replicaSet.availableReplicas
        switch canary.replicaProgressThreshold {
        case nil: return replicaSet.specReplicas == wanted && available == wanted
        case .percent(let share): return wanted == 0 || available * 100 >= share * wanted
        case .pods(let count): return available >= min(count, wanted)
        }
    }

    /// Why the current version may become the stable one; `nil` while it may not.
    private mutating func promotionReason(_ current: ReplicaSetView) -> String? {
        guard !was.stableRS.isEmpty, stable != nil || was.stableRS == current.hash else { return "Initial deploy" }
        guard !isFullyPromoted, !isAborted, !spec.paused else { return nil }
        let isPastSteps = canary.steps.isEmpty || status.currentStepIndex == canary.steps.count
        guard isPastSteps else { return nil }
        guard hasReached(size, current) else {
            decide(
                "PromotionWaits", "\(current.availableReplicas) of \(size) pods of \(current.name) are available.",
                waitingFor: "\(size) available pods of \(current.name)")
            return nil
        }
        if spec.isTrafficRouted, !(status.weights?.canary.weight == 100 && isVerified) {
            decide(
                "PromotionWaits", "All pods of \(current.name) are available, and not all traffic reaches them.",
                waitingFor: survey?.difference(from: 100) ?? "weight 100")
            return nil
        }
        if status.promoteFull { return "Full promotion requested" }
        if isWithinRollbackWindow(current) { return "Rollback within window" }
        return "Completed all \(canary.steps.count) canary steps"
    }

    /// Makes the current version the stable one.
    mutating func promote(_ current: ReplicaSetView, because reason: String) {
        clearPauses()
        clearAbort()
        status.promoteFull = false
        status.currentStepIndex = canary.steps.isEmpty ? nil : canary.steps.count
        guard status.stableRS != current.hash else { return }
        status.stableRS = current.hash
        if canary.pingPong != nil { status.stablePingPong = (status.stablePingPong ?? .pong).other }
        let revision = current.revision.map(String.init) ?? "0"
        statusEvents.append(
            event(
                "RolloutCompleted",
                "Rollout completed update to revision \(revision) (\(current.hash)): \(reason)"))
        decide("Promoted", "Revision \(revision) is stable: \(reason).")
    }
}
