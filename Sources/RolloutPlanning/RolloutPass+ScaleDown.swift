import KubernetesModel
import Planning
import RolloutModel

/// ReplicaSets that are on their way out.
extension RolloutPass {
    mutating func removeDeadline(of replicaSet: ReplicaSetView) {
        replicaSetChanges[replicaSet.name, default: ReplicaSetChange()].annotations
            .updateValue(nil, forKey: RolloutKeys.scaleDownDeadline)
    }

    /// Keeps a ReplicaSet until a time, rounded up to a second.
    mutating func setDeadline(of replicaSet: ReplicaSetView, at exact: Timestamp) {
        let deadline = exact.wholeSeconds == exact ? exact : exact.wholeSeconds.advanced(by: .seconds(1))
        replicaSetChanges[replicaSet.name, default: ReplicaSetChange()]
            .annotations[RolloutKeys.scaleDownDeadline] = deadline.rfc3339
        wake(at: deadline)
        decide(
            "ScaleDownDelayed", "ReplicaSet \(replicaSet.name) is kept for a while.", waitingFor: deadline.rfc3339)
    }

    /// Takes an aborted canary down, once nothing reaches it and its delay has passed.
    mutating func scaleAborted(_ current: ReplicaSetView) {
        guard let stable, let delay = spec.abortScaleDownDelay else {
            return scale(current, to: current.specReplicas)
        }
        if canary.dynamicStableScale, canary.abortScaleDownDelaySeconds == nil {
            return scale(current, to: min(wantedCanaryCount(current), current.specReplicas))
        }
        scale(current, to: current.specReplicas)
        guard current.specReplicas > 0 else { return }
        let reach = reach(of: current)
        guard reach.permitsDestruction else {
            decide(
                "ScaleDownBlocked", "The aborted ReplicaSet \(current.name) keeps its pods: it \(reach).",
                waitingFor: "\(current.name) to be unreachable")
            return follow(reach, of: current)
        }
        if let deadline = current.deadline {
            if deadline <= now { return scale(current, to: 0, keepsDeadline: true) }
            wake(at: deadline)
            decide(
                "ScaleDownDelayed", "The aborted ReplicaSet \(current.name) is kept for a while.",
                waitingFor: deadline.rfc3339)
        } else if stable.availableReplicas >= size {
            setDeadline(of: current, at: now.advanced(by: delay))
        }
    }

    /// Takes down what neither is current nor stable: after its delay when it was stable once, at once when it was an
    /// update that another one replaced; never while a request can arrive.
    mutating func scaleOldRouted() {
        let leaving = others.filter { $0.specReplicas > 0 && !$0.object.isDeleting }
            .sorted { ($0.revision ?? 0, $0.name) > ($1.revision ?? 0, $1.name) }
        guard !leaving.isEmpty else { return }
        var budget = snapshot.replicaSets.reduce(0) { $0 + $1.availableReplicas } - (size - maxUnavailable)
        var waiting = 0
        for old in leaving {
            let reach = reach(of: old)
            guard reach.permitsDestruction else {
                decide(
                    "ScaleDownBlocked", "ReplicaSet \(old.name) keeps its pods: it \(reach).",
                    waitingFor: "\(old.name) to be unreachable")
                follow(reach, of: old)
                continue
            }
            guard budget > 0 || old.availableReplicas == 0 else {
                decide(
                    "ScaleDownBlocked", "ReplicaSet \(old.name) keeps its pods: too few others are available.",
                    waitingFor: "\(size - maxUnavailable) available pods")
                return
            }
            let isFormer = isFullyPromoted || old.hasDeadline || spec.blueGreen != nil
            let count = isFormer ? delayed(old, reach, &waiting) : 0
            guard count < old.specReplicas else { continue }
            budget -= old.specReplicas - count
            scale(old, to: count)
        }
    }

    /// The pods an old ReplicaSet keeps while its delay lasts.
    private mutating func delayed(_ old: ReplicaSetView, _ reach: Reach, _ waiting: inout Int) -> Int {
        if canary.dynamicStableScale { return 0 }
        waiting += 1
        if let limit = spec.scaleDownDelayRevisionLimit, waiting > limit { return 0 }
        if let deadline = old.deadline {
            if let end = earliestEnd(reach), deadline < end {
                setDeadline(of: old, at: end)
                return old.specReplicas
            }
            if deadline <= now { return 0 }
            wake(at: deadline)
            decide(
                "ScaleDownDelayed", "ReplicaSet \(old.name) is kept for a while.", waitingFor: deadline.rfc3339)
            return old.specReplicas
        }
        if spec.scaleDownDelay == .zero { return 0 }
        setDeadline(of: old, at: now.advanced(by: spec.scaleDownDelay))
        return old.specReplicas
    }

    /// When the delay is over that began when something became unreachable; `nil` where a deadline is never set before
    /// that. In blue-green it is, at the promotion.
    private func earliestEnd(_ reach: Reach) -> Timestamp? {
        guard spec.blueGreen != nil, survey != nil, case .unreachable(let since) = reach else { return nil }
        return since.advanced(by: settle + spec.scaleDownDelay)
    }

    /// Takes old pods down as far as enough others are available; pods that are not available go first.
    ///
    /// Source: argo-rollouts `cleanupUnhealthyReplicas` and `scaleDownOldReplicaSetsForCanary`.
    mutating func scaleOldBasic() {
        // What the stable Service still selects goes after the Service does.
        let active = others.filter { $0.specReplicas > 0 && !$0.object.isDeleting && !isBehindStableService($0) }
        guard !active.isEmpty else { return }
        var counts: [String: Int] = [:]
        for old in active { counts[old.name] = min(old.specReplicas, old.availableReplicas) }
        var budget = snapshot.replicaSets.reduce(0) { $0 + $1.availableReplicas } - (size - maxUnavailable)
        for old in active.sorted(by: { ($0.revision ?? 0, $0.name) > ($1.revision ?? 0, $1.name) }) where budget > 0 {
            let count = counts[old.name] ?? 0
            let reduced = max(0, count - budget)
            budget -= count - reduced
            counts[old.name] = reduced
        }
        for old in active { scale(old, to: counts[old.name] ?? 0) }
    }
}
