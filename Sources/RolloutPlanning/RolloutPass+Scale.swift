import KubernetesModel
import RolloutModel

/// How many pods each ReplicaSet gets.
extension RolloutPass {
    /// The share of the pods or of the traffic that the state asks for, percent.
    var weightOfPods: Int {
        if status.promoteFull || status.stableRS.isEmpty || isFullyPromoted { return 100 }
        if isAborted { return 0 }
        guard let index = status.currentStepIndex, index < canary.steps.count else { return 100 }
        return lastWeight(through: index)
    }

    /// How many pods may be missing.
    var maxUnavailable: Int {
        if size == 0 { return 0 }
        let count = spec.maxUnavailable.roundedDown(of: size)
        let isStuck = count == 0 && spec.blueGreen == nil && canary.maxSurge.roundedUp(of: size) == 0
        return min(isStuck ? 1 : count, size)
    }

    /// The pods that carry a share of the traffic, rounded up.
    func podsCarrying(_ weight: Int) -> Int { (weight * size + 99) / 100 }

    /// The `setCanaryScale` in effect; `nil` when the weight decides.
    private var canaryScale: CanaryStep.CanaryScale? {
        guard let index = status.currentStepIndex, index < canary.steps.count, !isAborted, !status.promoteFull else {
            return nil
        }
        let scale = canary.steps.prefix(index + 1).last { $0.setCanaryScale != nil }?.setCanaryScale
        switch scale {
        case .replicas, .weight: return scale
        case .matchTrafficWeight, .unspecified, nil: return nil
        }
    }

    /// How many pods the current ReplicaSet is to have in the end of the current step.
    func wantedCanaryCount(_ current: ReplicaSetView) -> Int {
        if isFullyPromoted || stable == nil || status.promoteFull { return size }
        guard spec.isTrafficRouted else { return BasicCanary(self, current).desired.canary }
        if isAborted {
            if canary.abortScaleDownDelay == nil { return current.specReplicas }
            return canary.dynamicStableScale
                ? minimal(podsCarrying(confirmedShare(of: routed.canary) ?? 100)) : 0
        }
        switch canaryScale {
        case .replicas(let count): return canary.dynamicStableScale ? minimal(count) : count
        case .weight(let weight): return minimal(podsCarrying(weight))
        case .matchTrafficWeight, .unspecified, nil: return minimal(podsCarrying(weightOfPods))
        }
    }

    /// How many pods the stable ReplicaSet is to have during an update.
    ///
    /// It shrinks to its confirmed share only; while that is not known it stays as it is.
    func wantedStableCount(_ current: ReplicaSetView) -> Int {
        guard spec.isTrafficRouted else {
            return max(BasicCanary(self, current).desired.stable, leastStableBehindService)
        }
        guard canary.dynamicStableScale, !isAborted else { return size }
        // What the canary's Service still leads to was superseded, and gives all of its requests back.
        guard isBound(routed.canary, to: current) else { return size }
        let held = confirmedShare(of: routed.stable).map(podsCarrying) ?? min(size, stable?.specReplicas ?? 0)
        return minimal(max(podsCarrying(100 - weightOfPods), held))
    }

    /// The pods without which the stable Service would have no endpoint, when no load balancer splits the traffic and
    /// the surge leaves room for them.
    private var leastStableBehindService: Int {
        guard !spec.isTrafficRouted, let stable, isBehindStableService(stable), canary.maxSurge.roundedUp(of: size) > 0
        else {
            return 0
        }
        return min(1, stable.specReplicas)
    }

    private func minimal(_ count: Int) -> Int {
        count == 0 ? 0 : max(count, min(canary.minPodsPerReplicaSet ?? 1, size))
    }

    /// The share of a Service that is confirmed by a fresh read and settled; `nil` when there is none.
    private func confirmedShare(of service: String) -> Int? {
        guard let weight = record.weight, survey?.confirmedWeight == weight.canary,
            weight.since.advanced(by: settle) <= now
        else { return nil }
        return service == routed.canary ? weight.canary : 100 - weight.canary
    }

    /// Whether `spec.replicas` changed since the ReplicaSets were last scaled.
    var isResized: Bool {
        guard !spec.paused else { return false }
        return [current, stable].compactMap { $0 }.contains { replicaSet in
            replicaSet.specReplicas > 0 && replicaSet.desiredReplicas.map { $0 != size } ?? false
        }
    }

    /// Scales the ReplicaSets towards what the state asks for.
    mutating func reconcileReplicaSets() {
        guard !spec.paused, let current else { return }
        defer { undrain() }
        if let blueGreen = spec.blueGreen { return reconcileReplicaSets(blueGreen, current) }
        let delaysAbort = isAborted && !isFullyPromoted && spec.isTrafficRouted
        if current.hasDeadline, !delaysAbort { removeDeadline(of: current) }
        if let stable, stable.hasDeadline, stable.uid != current.uid { removeDeadline(of: stable) }
        if spec.isTrafficRouted {
            if let stable, stable.uid != current.uid {
                let count = wantedStableCount(current)
                if count > podsCarrying(100 - weightOfPods), !isAborted, canary.dynamicStableScale { needsRules = true }
                scale(stable, to: count)
            }
            if delaysAbort, stable != nil {
                scaleAborted(current)
            } else {
                scale(current, to: boundCount(current))
            }
            scaleOldRouted()
        } else {
            let counts = BasicCanary(self, current).next
            if let stable, stable.uid != current.uid {
                scale(stable, to: max(counts.stable, leastStableBehindService))
            }
            scale(current, to: counts.canary)
            scaleOldBasic()
        }
    }

    /// How many pods the current ReplicaSet is to have now: with ping-pong no more than it has, until the Service of
    /// its role selects them. Pods get readiness gates when they are made, by the Services that select them then.
    private mutating func boundCount(_ current: ReplicaSetView) -> Int {
        let wanted = wantedCanaryCount(current)
        guard canary.pingPong != nil, !isFullyPromoted, wanted > current.specReplicas,
            !isBound(routed.canary, to: current)
        else { return wanted }
        decide(
            "PodsWaitForService", "\(current.name) gets no more pods before they are selected.",
            waitingFor: "Service \(routed.canary) to select \(current.name)")
        return current.specReplicas
    }

    /// Asks for a number of pods; a shrink is limited to what `Reach` permits.
    mutating func scale(_ replicaSet: ReplicaSetView, to wanted: Int, keepsDeadline: Bool = false) {
        let wanted = surged(replicaSet, wanted)
        var count = wanted
        if survey != nil, wanted < replicaSet.specReplicas {
            let floor = leastPods(of: replicaSet, wanted: wanted)
            if floor > wanted {
                count = min(floor, replicaSet.specReplicas)
                blocked(replicaSet, to: wanted)
            }
            if count > 0, count < replicaSet.specReplicas, !isDrained(replicaSet, for: count) {
                count = replicaSet.specReplicas
            }
        }
        var change = replicaSetChanges[replicaSet.name] ?? ReplicaSetChange()
        change.replicas = count
        if count != replicaSet.specReplicas {
            isScaling = true
            if count == 0, replicaSet.hasDeadline, !keepsDeadline {
                change.annotations.updateValue(nil, forKey: RolloutKeys.scaleDownDeadline)
            }
            decide("Scaled", "ReplicaSet \(replicaSet.name) goes from \(replicaSet.specReplicas) to \(count) pods.")
        }
        if replicaSet.desiredReplicas != size { change.annotations[RolloutKeys.desiredReplicas] = "\(size)" }
        replicaSetChanges[replicaSet.name] = change
    }

    private mutating func blocked(_ replicaSet: ReplicaSetView, to wanted: Int) {
        let reach = reach(of: replicaSet)
        decide(
            "ScaleDownBlocked", "ReplicaSet \(replicaSet.name) is not scaled down to \(wanted): it \(reach).",
            waitingFor: "\(replicaSet.name) to be unreachable")
        follow(reach, of: replicaSet)
    }

    /// The least pods a ReplicaSet may have now, given where requests may go.
    private func leastPods(of replicaSet: ReplicaSetView, wanted: Int) -> Int {
        if reach(of: replicaSet).permitsDestruction { return 0 }
        let isCurrent = replicaSet.uid == current?.uid
        guard isCurrent || replicaSet.hash == status.stableRS else { return replicaSet.specReplicas }
        // One target group has all of the traffic; the pods that stay are the user's decision, down to the last one.
        if spec.blueGreen != nil { return wanted > 0 ? wanted : replicaSet.specReplicas }
        // Pods that the user fixed by number are the user's decision, down to the last one.
        if isCurrent, canaryScale != nil, wanted > 0 { return wanted }
        var share = 0
        for service in [routed.canary, routed.stable] where isBound(service, to: replicaSet) {
            guard let confirmed = confirmedShare(of: service) else { return min(size, replicaSet.specReplicas) }
            share += confirmed
        }
        if share == 0 { return wanted > 0 ? 1 : replicaSet.specReplicas }
        return max(1, podsCarrying(share))
    }
}
