import JSON
import KubernetesModel
import Planning
import RolloutModel

/// The weights on the Ingresses.
extension RolloutPass {
    /// Moves every Ingress towards the weight the state asks for, as far as healthy targets permit.
    mutating func reconcileWeights() {
        guard let alb = canary.alb, let current, let stable else {
            if !spec.isTrafficRouted { (status.weights, status.albs) = (nil, []) }
            return
        }
        guard let goal = goalWeight(current, stable) else { return }
        var reached: [Int] = []
        for name in alb.ingresses {
            guard let ingress = snapshot.ingresses[name] else { continue }
            let action = writtenAction(on: name)
            if let action, !formerDestinations(in: action).isEmpty {
                let next = handOver(action, on: name, current, stable)
                write(next, on: ingress, current)
                reached.append(next.weight(of: routed.canary) ?? 0)
                continue
            }
            let written = action.map { $0.weight(of: routed.canary) ?? 0 }
            let weight = permittedWeight(goal, from: written, on: name, current, stable)
            write(weighted(weight, on: name, alb), on: ingress, current)
            reached.append(weight)
        }
        noteWeights(reached.max() ?? 0, isUniform: Set(reached).count == 1, current, stable)
    }

    /// The canary weight that the step, an abort or a promotion asks for; `nil` while nothing is to be routed.
    private mutating func goalWeight(_ current: ReplicaSetView, _ stable: ReplicaSetView) -> Int? {
        let written = status.weights?.canary.weight ?? 0
        let isFirst = status.weights == nil
        var goal: Int
        if isFullyPromoted {
            goal = DynamicScale(self).weightWhileRollingBack(current) ?? 0
        } else if !isBound(routed.stable, to: stable), isBound(routed.canary, to: stable) {
            // The roles were exchanged in the middle of an update: the one Service that leads to stable takes all.
            goal = 100
        } else if isAborted {
            goal = DynamicScale(self).rollbackWeight(current, stable)
        } else if current.availableReplicas == 0 || !isBound(routed.canary, to: current) {
            goal = 0
        } else if isAtDesiredScale(current) || (targetWeight < written && carries(targetWeight, current)) {
            // Less weight needs no new pods; the surplus ones can only go when the weight has gone.
            goal = targetWeight
        } else if canary.dynamicStableScale, status.promoteFull {
            goal = min(100, 100 * current.availableReplicas / max(1, size))
        } else {
            goal = min(written, status.promoteFull || currentStep == nil ? written : weightBeforeStep)
        }
        if isFirst, !stableCarries(100 - goal, stable) {
            decide(
                "RoutingWaits", "\(stable.availableReplicas) of \(size) stable pods are available.",
                waitingFor: "\(size) available pods of \(stable.name)")
            return nil
        }
        goal = min(max(goal, 0), 100)
        return goal
    }

    /// The weight of the current step once its pods are there.
    private var targetWeight: Int {
        guard let index = status.currentStepIndex, index < canary.steps.count else { return 100 }
        return lastWeight(through: index)
    }

    /// Whether a version has the pods for what its step wants, or more.
    private func carries(_ weight: Int, _ current: ReplicaSetView) -> Bool {
        current.availableReplicas >= max(wantedCanaryCount(current), podsCarrying(weight))
    }

    /// The weight of the steps before the current one.
    private var weightBeforeStep: Int { lastWeight(through: (status.currentStepIndex ?? 0) - 1) }

    /// The last `setWeight` at or before a step; 0 when there is none.
    func lastWeight(through index: Int) -> Int {
        canary.steps.prefix(max(0, index + 1)).last { $0.setWeight != nil }?.setWeight ?? 0
    }

    /// Whether stable has the pods for a share of the traffic.
    private func stableCarries(_ share: Int, _ stable: ReplicaSetView) -> Bool {
        if stable.availableReplicas >= share * size / 100 { return true }
        return canary.replicaProgressThreshold != nil && hasReached(share * size / 100, stable)
    }

    /// How far one Ingress may move from `written` towards `goal` now.
    private mutating func permittedWeight(
        _ goal: Int, from written: Int?, on ingress: String, _ current: ReplicaSetView, _ stable: ReplicaSetView
    ) -> Int {
        guard let written else {
            // Nothing is routed by this annotation yet: it starts as the others are, or with everything on stable.
            return status.weights.map { $0.canary.weight } ?? 0
        }
        if goal == written { return goal }
        guard let survey, let facts = survey.facts(of: ingress) else {
            let why = survey?.difference(from: goal) ?? "the load balancer"
            hold(ingress, at: written, goal, because: "the targets are not known", waitingFor: why)
            return written
        }
        if goal > written {
            // A rule that is not as it was left: whoever moved it may be at it, and nothing is built upon it.
            if let share = facts.shares.first(where: { $0 != written }) {
                hold(
                    ingress, at: written, goal, because: "a rule has \(share) %, and the Ingress asks for \(written)",
                    waitingFor: "weight \(written) on the rules of Ingress \(ingress) (now \(share))")
                return written
            }
            let bound = isBound(routed.canary, to: current) ? current : stable
            switch facts.canary.readiness(for: snapshot.pods(of: bound), of: bound.name) {
            case .ready: return goal
            case .waiting(let what), .unknown(let what):
                hold(
                    ingress, at: written, goal, because: "the canary's targets are not ready", waitingFor: what,
                    needs: .targets)
                return written
            }
        }
        return weightTowardsStable(goal, from: written, facts, on: ingress, stable)
    }

    /// How much of the traffic may go back to the stable target group.
    private mutating func weightTowardsStable(
        _ goal: Int, from written: Int, _ facts: RoutingSurvey.Facts, on ingress: String, _ stable: ReplicaSetView
    ) -> Int {
        let pods = isAstray ? pods(boundTo: routed.stable) : snapshot.pods(of: stable)
        guard isAstray || isBound(routed.stable, to: stable) else {
            hold(
                ingress, at: written, goal, because: "Service \(routed.stable) does not select \(stable.name)",
                waitingFor: "Service \(routed.stable) to select \(stable.name)", needs: .nothing)
            return written
        }
        if written == 100, !isAborted {
            switch facts.stable.readiness(for: pods, of: stable.name) {
            case .ready:
                if goal < written { tellRegistration(of: facts.stable, pods) }
                return goal
            case .waiting(let what), .unknown(let what):
                hold(
                    ingress, at: written, goal, because: "the stable targets are not ready", waitingFor: what,
                    needs: .targets)
                return written
            }
        }
        guard let healthy = facts.stable.healthyCount(of: pods), healthy > 0 else {
            hold(
                ingress, at: written, goal, because: "no stable pod is a healthy target",
                waitingFor: "a healthy target of \(routed.stable)", needs: .targets)
            return written
        }
        let needed = max(1, size * (100 - goal) / 100 - max(1, spec.canary.maxUnavailable.roundedDown(of: size)))
        if facts.canary.healthyCount == 0 || healthy >= needed { return goal }
        let partial = min(written, max(goal, 100 - 100 * healthy / max(1, size)))
        hold(
            ingress, at: partial, goal, because: "\(healthy) stable pods are healthy targets",
            waitingFor: "\(needed) healthy targets of \(routed.stable)", needs: .targets)
        return partial
    }

    /// What a read of AWS must show for a weight to move on.
    private enum Hindrance {
        case rules, targets, nothing
    }

    private mutating func hold(
        _ ingress: String, at weight: Int, _ goal: Int, because reason: String, waitingFor: String,
        needs hindrance: Hindrance = .rules
    ) {
        decide(
            "WeightHeld", "Weight on Ingress \(ingress) stays \(weight) instead of \(goal): \(reason).",
            waitingFor: waitingFor)
        if hindrance == .nothing { return }
        if hindrance == .rules || canary.alb?.stickinessSeconds != nil { needRules() }
        healthNeeded.insert(routed.canary)
        if goal < weight { healthNeeded.insert(routed.stable) }
    }

    /// Asks for fresh reads of the rules; of the targets as well where cookies may lead to them.
    private mutating func needRules() {
        if canary.alb?.stickinessSeconds != nil { needsFacts = true } else { needsRules = true }
    }

    /// Whether a target group must lose everything before its Service can be bound as it should.
    ///
    /// Cookies outrank weights, so stickiness is off while this lasts.
    var isVacating: Bool {
        if !isBound(routed.stable, to: stable) { return true }
        // In ping-pong, the other Service is left with what was there before, and that may go.
        if canary.pingPong != nil, isAborted || isFullyPromoted { return true }
        return !isBound(routed.canary, to: isAborted || isFullyPromoted ? stable : current)
    }

    /// The stickiness to write: what the spec says, unless a cookie could lead to a group that cannot answer.
    private mutating func stickiness(on ingress: String, _ alb: ALBTrafficRouting) -> Int? {
        guard let wanted = alb.stickinessSeconds else { return nil }
        guard let written = writtenAction(on: ingress) else { return wanted }
        var reason = "a target group is to become unreachable"
        if !isVacating {
            guard let facts = survey?.facts(of: ingress) else {
                if written.stickinessSeconds != wanted { needsFacts = true }
                return written.stickinessSeconds
            }
            if facts.groups.allSatisfy({ $0.healthyCount(of: pods(boundTo: $0.service)) ?? 0 > 0 }) {
                // Pods may have gone because no cookie led to them; it must not lead there again.
                guard written.stickinessSeconds == nil,
                    let group = facts.groups.first(where: { $0.hasTargets(besides: pods(boundTo: $0.service)) })
                else { return wanted }
                reason = "a target group of \(group.service) still has targets that its Service does not select"
            } else {
                reason = "a target group has no healthy target"
            }
        }
        if canary.pingPong != nil, isAborted || isFullyPromoted { return nil }
        needsFacts = true
        decide(
            "StickinessSuspended", "Stickiness is off on Ingress \(ingress): cookies outrank weights, and \(reason).",
            waitingFor: "healthy targets in every target group, and no others")
        return nil
    }

    /// The pods of the ReplicaSet a Service is bound to; whatever it selects while it is not bound.
    private func pods(boundTo service: String) -> [PodView] {
        guard let service = snapshot.services[service] else { return [] }
        let hash = ServiceSelector(service).hash
        let bound = snapshot.replicaSets.first { $0.hash == hash }
        return bound.map(snapshot.pods(of:)) ?? snapshot.pods(selectedBy: service)
    }

    private mutating func weighted(_ weight: Int, on ingress: String, _ alb: ALBTrafficRouting) -> ForwardActionText {
        ForwardActionText(
            destinations: [
                .init(serviceName: routed.canary, servicePort: alb.servicePort, weight: weight),
                .init(serviceName: routed.stable, servicePort: alb.servicePort, weight: 100 - weight),
            ],
            stickinessSeconds: stickiness(on: ingress, alb))
    }

    private mutating func write(_ action: ForwardActionText, on ingress: IngressRoute, _ current: ReplicaSetView) {
        let key = ingress.actionKey(canary)
        var edit = IngressEdit(ingress, rollout: rollout.name)
        edit.setAction(key, action)
        reconcileRoutes(&edit, current, stickiness: action.stickinessSeconds)
        if edit.changes(key) { record.written[ingress.name] = now }
        guard let patch = edit.patch else { return }
        for destination in action.destinations where destination.weight > 0 {
            record.zero["\(ingress.name)/\(destination.serviceName):\(destination.servicePort)"] = nil
            record.zero["\(ingress.name)/\(destination.serviceName)"] = nil
        }
        let weight = action.weight(of: routed.canary) ?? 0
        if edit.changes(key) {
            effects.append(
                .event(
                    event("PatchingALBIngress", "Updating Ingress `\(ingress.name)` to desiredWeight '\(weight)'")))
            decide("WeightWritten", "Weight \(weight) is written to Ingress \(ingress.name).")
        }
        effects.append(.kubernetes(.patch(patch)))
    }

    /// Records the weights and whether reads confirm them.
    private mutating func noteWeights(
        _ weight: Int, isUniform: Bool, _ current: ReplicaSetView, _ stable: ReplicaSetView
    ) {
        var weights = TrafficWeights(
            canary: .init(weight: weight, serviceName: canary.canaryService, podTemplateHash: current.hash),
            stable: .init(weight: 100 - weight, serviceName: canary.stableService, podTemplateHash: stable.hash))
        let difference = survey?.difference(from: weight)
        let isKnown = survey?.routes.allSatisfy { !$0.isManaged || survey?.facts(of: $0.ingress) != nil } ?? false
        var old = was.weights
        old?.verified = nil
        let isWritten = record.written.values.contains(now)
        if isUniform, difference == nil, !isWritten {
            weights.verified = true
        } else if isWritten {
            weights.verified = nil
        } else if isKnown || (hasTrouble && !(old == weights && was.weights?.verified == true)) {
            weights.verified = false
            noteMove(from: old == weights.withoutVerdict ? was.weights : nil)
        } else if old == weights {
            weights.verified = was.weights?.verified
        }
        status.weights = weights
        tellVerification(of: weights)
        noteResources()
        if old != weights.withoutVerdict {
            let detail = old.map { "from \($0.canary.weight) to \(weight)" } ?? "to \(weight)"
            if old?.canary.weight != weight {
                statusEvents.append(event("TrafficWeightUpdated", "Traffic weight updated \(detail)"))
            }
        }
        if weights.verified != true {
            if survey?.isUnprovisioned == false { needRules() }
            decide(
                "WeightUnconfirmed", "Weight \(weight) is asked for and not confirmed.",
                waitingFor: difference ?? "the same weight on every Ingress")
        }
    }
}

extension RolloutPass {
    /// Says who seems to have changed rules whose weight had been confirmed: nobody who writes the Ingress.
    private mutating func noteMove(from confirmed: TrafficWeights?) {
        guard let confirmed, confirmed.verified == true, let survey else { return }
        let weight = confirmed.canary.weight
        for route in survey.routes where route.isManaged {
            guard let share = survey.facts(of: route.ingress)?.shares.first(where: { $0 != weight }) else { continue }
            let message =
                "Weight \(weight) was confirmed on Ingress \(route.ingress), and a rule has \(share) now: somebody has "
                + "changed it in AWS, past the Ingress. The canary gets no more until they agree"
            statusEvents.append(event("WeightMoved", message, severity: .warning))
            decide("WeightMoved", "\(message).", waitingFor: "weight \(weight) on every rule")
        }
    }
}

extension TrafficWeights {
    /// These weights without what reads said about them.
    fileprivate var withoutVerdict: TrafficWeights {
        var result = self
        result.verified = nil
        return result
    }
}
