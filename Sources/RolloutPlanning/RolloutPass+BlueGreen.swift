import JSON
import KubernetesModel
import RolloutModel

/// The blue-green strategy: two full versions, and one Service that goes from the old to the new at once.
///
/// Source: argo-rollouts blue-green. What differs: a version counts as active only when the load balancers have been
/// read to send requests to it, and no version shrinks that one of them may still reach.
extension RolloutPass {
    /// The hash that the active Service was read to select; empty before it selects one.
    private var activeHash: String { status.blueGreen.activeSelector }

    /// Everything between the ReplicaSets being known and the status being written.
    mutating func runBlueGreen(_ strategy: BlueGreenStrategy, _ current: ReplicaSetView) {
        if status.promoteFull { clearPauses() }
        bindPreview(strategy, current)
        reconcileReplicaSets()
        let isPauseOver = notePause(strategy, current)
        bindActive(strategy, current, isPauseOver: isPauseOver)
        if let count = strategy.previewReplicaCount, isPauseOver, current.availableReplicas == count,
            !isFastTracked(current)
        {
            status.blueGreen.scaleUpPreviewCheckPoint = true
        }
        tellActivation(strategy, current)
        guard let reason = activationReason(strategy, current) else { return }
        if let former = stable, former.uid != current.uid { retire(former, in: strategy, for: current) }
        promote(current, because: reason)
    }

    /// Begins the delay of a version that is about to be stable no more, so that going back to it needs no pause from
    /// this moment on; the delay is counted anew when nothing reaches the version any more.
    private mutating func retire(
        _ former: ReplicaSetView, in strategy: BlueGreenStrategy, for current: ReplicaSetView
    ) {
        guard let survey else { return }
        for route in survey.routes {
            guard case .known(let facts) = route.state, let group = facts.serving(strategy.activeService) else {
                continue
            }
            tellRegistration(of: group, snapshot.pods(of: current))
        }
        guard spec.scaleDownDelay > .zero, former.specReplicas > 0 else { return }
        setDeadline(of: former, at: now.advanced(by: spec.scaleDownDelay))
    }

    /// Notes what the Services select, and counts the active version's pods alone.
    mutating func takeStock(of strategy: BlueGreenStrategy) {
        (status.weights, status.albs) = (nil, [])
        status.blueGreen.activeSelector = selectedHash(strategy.activeService)
        status.blueGreen.previewSelector = selectedHash(strategy.previewService)
        guard let active = snapshot.replicaSets.first(where: { $0.hash == activeHash && !activeHash.isEmpty }) else {
            return
        }
        status.readyReplicas = active.readyReplicas
        status.availableReplicas = active.availableReplicas
        status.hpaReplicas = active.replicas
        let selector = try? LabelSelector(document: active.object.spec["selector"] ?? [:])
        status.selector = (selector ?? spec.selector).description
    }

    private func selectedHash(_ service: String) -> String {
        snapshot.services[service].flatMap { ServiceSelector($0).hash } ?? ""
    }

    /// Whether the active version has all of its pods available.
    var isActiveAvailable: Bool {
        snapshot.replicaSets.contains { $0.hash == activeHash && isSaturated($0) }
    }

    private func isSaturated(_ replicaSet: ReplicaSetView) -> Bool {
        replicaSet.specReplicas == size && replicaSet.availableReplicas == size
    }

    /// Whether the Services that there are select the current version.
    func isCutOver(_ strategy: BlueGreenStrategy, to hash: String) -> Bool {
        activeHash == hash && (strategy.previewService.isEmpty || status.blueGreen.previewSelector == hash)
    }
}

extension RolloutPass {
    /// Whether the current version is an earlier one than the stable one, or that one itself.
    func isRollback(_ current: ReplicaSetView) -> Bool {
        if current.hash == status.stableRS { return true }
        guard let stable, let made = current.object.creationTimestamp, let other = stable.object.creationTimestamp
        else { return false }
        return made < other
    }

    /// Whether this goes back to a version that still has its pods, or is recent enough to be trusted.
    func isFastRollback(_ current: ReplicaSetView) -> Bool {
        guard isRollback(current) else { return false }
        return current.hash == status.stableRS || isWithinRollbackWindow(current) || isReturning(current)
    }

    /// Whether a former version comes back before its delay is over, or with all of its pods still there.
    private func isReturning(_ current: ReplicaSetView) -> Bool {
        guard spec.blueGreen != nil, let deadline = current.deadline, activeHash != current.hash else { return false }
        return isRollback(current) && (deadline > now || isSaturated(current))
    }

    /// Whether nothing has to be waited for but the pods.
    private func isFastTracked(_ current: ReplicaSetView) -> Bool {
        isFullyPromoted || status.promoteFull || activeHash.isEmpty || activeHash == current.hash
            || isFastRollback(current)
    }

    /// How many pods the current version is to have now.
    func wantedCount(_ strategy: BlueGreenStrategy, _ current: ReplicaSetView) -> Int {
        guard let count = strategy.previewReplicaCount, !isFastTracked(current) else { return size }
        let isTested = status.blueGreen.scaleUpPreviewCheckPoint && status.pauses.isEmpty
        return isTested ? size : count
    }

    /// Scales the versions: the stable and the current one to their size, others to nothing after their delay.
    mutating func reconcileReplicaSets(_ strategy: BlueGreenStrategy, _ current: ReplicaSetView) {
        let isGivenUp = isAborted && !isFullyPromoted && stable != nil
        if current.hasDeadline, !isGivenUp, !isReturning(current) { removeDeadline(of: current) }
        if let stable, stable.uid != current.uid {
            if stable.hasDeadline { removeDeadline(of: stable) }
            scale(stable, to: size)
        }
        if isGivenUp {
            scaleAborted(current)
        } else {
            scale(current, to: wantedCount(strategy, current))
        }
        scaleOldRouted()
    }
}

extension RolloutPass {
    /// The preview Service shows the current version; an aborted one only while it is to be kept.
    private mutating func bindPreview(_ strategy: BlueGreenStrategy, _ current: ReplicaSetView) {
        guard !strategy.previewService.isEmpty else { return }
        if isAborted, !isFullyPromoted, spec.abortScaleDownDelay != nil, let stable {
            return bind(strategy.previewService, to: stable, isGuarded: false)
        }
        bind(strategy.previewService, to: current, isGuarded: false)
    }

    /// Begins, follows and ends the pause before the switch.
    ///
    /// - Returns: whether the current version may become active as far as the pause is concerned.
    private mutating func notePause(_ strategy: BlueGreenStrategy, _ current: ReplicaSetView) -> Bool {
        guard !isAborted, !spec.paused else { return false }
        let wanted = wantedCount(strategy, current)
        guard current.specReplicas == wanted, current.availableReplicas == wanted else {
            decide(
                "PromotionWaits", "\(current.availableReplicas) of \(wanted) pods of \(current.name) are available.",
                waitingFor: "\(wanted) available pods of \(current.name)")
            return false
        }
        if isFastTracked(current) || status.blueGreen.scaleUpPreviewCheckPoint || !strategy.pausesBeforePromotion {
            endBlueGreenPause()
            return true
        }
        guard let pause = status.pauses.first(where: { $0.reason == RolloutStatus.blueGreenPause }) else {
            // The pause was there and is gone: somebody has taken it away, which is a promotion.
            if status.controllerPause { return true }
            beginBlueGreenPause(strategy)
            return false
        }
        guard strategy.autoPromotionEnabled else {
            decide("Paused", "autoPromotionEnabled is false.", waitingFor: "a promotion")
            return false
        }
        let end = pause.startTime.advanced(by: .seconds(strategy.autoPromotionSeconds))
        guard end <= now else {
            wake(at: end)
            decide("Paused", "autoPromotionSeconds is \(strategy.autoPromotionSeconds).", waitingFor: end.rfc3339)
            return false
        }
        endBlueGreenPause()
        return true
    }

    private mutating func beginBlueGreenPause(_ strategy: BlueGreenStrategy) {
        let start = now.wholeSeconds
        status.pauses.append(.init(reason: RolloutStatus.blueGreenPause, startTime: start))
        status.controllerPause = true
        if strategy.autoPromotionEnabled {
            wake(at: start.advanced(by: .seconds(strategy.autoPromotionSeconds)))
        }
        decide(
            "Paused", "The new version is ready and not active yet.",
            waitingFor: strategy.autoPromotionEnabled ? "\(strategy.autoPromotionSeconds) s to pass" : "a promotion")
    }

    private mutating func endBlueGreenPause() {
        status.pauses.removeAll { $0.reason == RolloutStatus.blueGreenPause }
        if status.pauses.isEmpty { status.controllerPause = false }
    }

    /// Switches the active Service to the current version when it is ready, and back to the stable one on an abort.
    private mutating func bindActive(_ strategy: BlueGreenStrategy, _ current: ReplicaSetView, isPauseOver: Bool) {
        guard !spec.paused else { return }
        if isAborted, !isFullyPromoted {
            if let stable { bind(strategy.activeService, to: stable, isGuarded: false) }
            return
        }
        guard isPauseOver, isSaturated(current) else { return }
        bind(strategy.activeService, to: current, isGuarded: false)
        if activeHash != current.hash { needsFacts = true }
    }

    /// Why the current version may become the stable one; `nil` while it may not.
    private mutating func activationReason(_ strategy: BlueGreenStrategy, _ current: ReplicaSetView) -> String? {
        guard !was.stableRS.isEmpty else { return "Initial deploy" }
        guard !isFullyPromoted, !isAborted, !spec.paused, activeHash == current.hash else { return nil }
        for route in survey?.routes ?? [] {
            guard let missing = missing(on: route, strategy, current) else { continue }
            needsFacts = true
            decide(
                "PromotionWaits",
                "Service \(strategy.activeService) selects \(current.name); Ingress "
                    + "\(route.ingress) does not send all requests to it yet.",
                waitingFor: missing)
            return nil
        }
        if status.promoteFull { return "Full promotion requested" }
        if isWithinRollbackWindow(current) { return "Rollback within window" }
        return isFastRollback(current) ? "Fast rollback" : "Completed blue-green update"
    }

    /// What has to happen before a load balancer sends the active Service's requests to a version alone.
    private func missing(
        on route: RoutingSurvey.Route, _ strategy: BlueGreenStrategy, _ current: ReplicaSetView
    ) -> String? {
        switch route.state {
        case .notProvisioned: return nil
        case .unknown(let why): return "a read of Ingress \(route.ingress) (\(why))"
        case .known(let facts):
            guard let group = facts.serving(strategy.activeService) else { return nil }
            switch group.readiness(for: snapshot.pods(of: current), of: current.name) {
            case .ready: return nil
            case .waiting(let what), .unknown(let what): return what
            }
        }
    }
}
