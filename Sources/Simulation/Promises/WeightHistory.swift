import KubernetesModel
import LoadBalancerState
import RolloutModel

/// Which weights the rules of one Rollout may have: those it asked for since the last one that was confirmed.
struct WeightHistory: Sendable {
    private(set) var allowed: Set<Int> = [0]
    private var verified: Int?
    private var step: (hash: String, index: Int)?

    /// Takes over what the Rollout says and its Ingresses ask for.
    mutating func note(_ rollout: Rollout, intended: [Int]) {
        if rollout.status.weights?.verified == true, let weight = rollout.status.weights?.canary.weight {
            // What was confirmed has replaced what was before; a newer wish may be under way.
            if verified != weight { allowed = [weight] }
            verified = weight
        } else {
            verified = nil
        }
        allowed.formUnion(intended)
    }

    /// A person has moved on to the step that the Rollout has now.
    mutating func noteSkip(_ rollout: Rollout) {
        step = rollout.status.currentStepIndex.map { (rollout.status.currentPodHash, $0) }
    }

    /// The weight of the `setWeight` step that was left behind just now; `nil` when none was, or a person skipped it.
    mutating func passedWeight(_ rollout: Rollout) -> Int? {
        let status = rollout.status
        guard let index = status.currentStepIndex, !status.abort, !status.promoteFull else {
            step = nil
            return nil
        }
        defer { step = (status.currentPodHash, index) }
        guard let step, step.hash == status.currentPodHash, step.hash != status.stableRS, index == step.index + 1,
            rollout.spec.canary.steps.indices.contains(step.index)
        else { return nil }
        return rollout.spec.canary.steps[step.index].setWeight
    }
}

extension PromiseChecker {
    /// A person moves a Rollout to its next step, whatever the present one waits for.
    mutating func noteSkip(of rollout: Rollout) { weightHistories[rollout.key]?.noteSkip(rollout) }

    /// Weights of rules that the Rollout neither has nor asks for, and steps that went on without theirs.
    mutating func strayWeights(
        of rollout: Rollout, _ observer: SimulatedObserver, _ world: SimulatedWorld, now: Timestamp, _ elapsed: Duration
    ) -> [SimulationViolation] {
        guard let alb = rollout.spec.canary.alb, !environment.explainsRules(now: now) else { return [] }
        if aws?.mutations != world.elbMutations { aws = (world.elbMutations, AWSRecord(world.loadBalancer)) }
        let routed = rollout.spec.canary.routed(stable: rollout.status.stablePingPong)
        var history = weightHistories[rollout.key] ?? WeightHistory()
        defer { weightHistories[rollout.key] = history }
        var intended: [Int] = []
        var shares: [Int] = []
        for name in alb.ingresses {
            let prefix = "\(rollout.key.namespace)/\(name)-"
            let ingress = observer.object(.ingress, ObjectKey(namespace: rollout.key.namespace, name: name))
            let action = ingress?.annotation("\(alb.annotationPrefix)/actions.\(rollout.spec.canary.actionService)")
            if let weight = action.flatMap(ForwardActionText.init(parsing:))?.weight(of: routed.canary) {
                intended.append(weight)
            }
            shares +=
                aws?.record.shares(
                    of: "\(prefix)\(routed.canary):\(alb.servicePort)",
                    beside: "\(prefix)\(routed.stable):\(alb.servicePort)") ?? []
        }
        history.note(rollout, intended: intended)
        var found: [SimulationViolation] = []
        let subject = "Rollout \(rollout.key)"
        if rollout.spec.canary.pingPong == nil, let stray = shares.first(where: { !history.allowed.contains($0) }) {
            let details = "a rule has weight \(stray), only \(history.allowed.sorted()) were asked for"
            found.append(SimulationViolation(.verifiedWeightsAreTrue, subject, details, elapsed: elapsed))
        }
        if let weight = history.passedWeight(rollout), let other = shares.first(where: { $0 != weight }) {
            let details = "the step with weight \(weight) is over, and a rule has \(other)"
            found.append(SimulationViolation(.verifiedWeightsAreTrue, subject, details, elapsed: elapsed))
        }
        return found
    }
}
