import ELBModel
import Planning

/// How a live action becomes the desired one without sending requests where nobody answers.
///
/// A group that is in no rule is not health-checked, so whether its targets work is not known when it is first named.
/// It is therefore attached with weight 0, and gets its weight when one of its targets is healthy.
///
/// Among groups that are attached already, a weight is the decision of whoever set it: it is written at once, except
/// that a group at 0 without any target, or with targets that have not been judged yet, waits for the judgement.
struct ActionTransition {
    /// The targets of a group as read last; `nil` while they are not known.
    var health: (TargetGroupARN) -> [TargetHealthDescription]?

    /// What to write now.
    struct Step {
        var action: Action
        /// Groups that must become healthy before the desired action can be written; empty when it is the desired one.
        var waitingFor: [TargetGroupARN] = []
        /// Groups whose health decides; it must be observed.
        var observed: [TargetGroupARN] = []
    }

    private static let groupsPerAction = 5

    /// The groups of `current` that serve requests, or may, so that no answer of a missing backend takes their place.
    ///
    /// The Ingress and its Services are watched apart: what is not there may only not be known yet.
    func served(by current: [Action]) -> [TargetGroupARN] {
        guard case .forward(let live)? = current.last else { return [] }
        let groups = Self.serving(live)
        return groups.contains { health($0) == nil || isHealthy($0) } ? groups : []
    }

    /// The next action after `current`, which serves requests now.
    func step(from current: [Action], to desired: Action) -> Step {
        guard case .forward(let wanted) = desired, case .forward(let live)? = current.last else {
            return Step(action: desired)
        }
        let serving = Set(Self.serving(live))
        let raised = Self.serving(wanted).filter { !serving.contains($0) }
        guard !raised.isEmpty else { return Step(action: desired) }
        let attached = Set(live.targetGroups.map(\.arn))
        let isWeightChange = attached == Set(wanted.targetGroups.map(\.arn))
        let unready = raised.filter { isWeightChange ? isUnjudged($0) : !isHealthy($0) }
        // Nothing is lost when the present action does not reach a healthy target either.
        let canWait = serving.contains { health($0) == nil || isHealthy($0) }
        let added = raised.filter { !attached.contains($0) }
        let fits = live.targetGroups.count + added.count <= Self.groupsPerAction
        let observed = Array(Set(raised + serving)).sorted()
        guard !unready.isEmpty, canWait, fits else { return Step(action: desired, observed: observed) }
        return Step(action: .forward(Self.attaching(added, to: live)), waitingFor: unready, observed: observed)
    }

    /// The groups that get requests.
    private static func serving(_ action: ForwardAction) -> [TargetGroupARN] {
        let isAlone = action.targetGroups.count == 1
        return action.targetGroups.filter { isAlone || $0.weight ?? 1 > 0 }.map(\.arn)
    }

    private static func attaching(_ added: [TargetGroupARN], to live: ForwardAction) -> ForwardAction {
        guard !added.isEmpty else { return live }
        var interim = live
        if interim.targetGroups.count == 1 {
            interim.targetGroups[0].weight = max(1, interim.targetGroups[0].weight ?? 1)
        }
        interim.targetGroups += added.map { WeightedTargetGroup(arn: $0, weight: 0) }
        return interim
    }

    private func isHealthy(_ group: TargetGroupARN) -> Bool {
        health(group)?.contains { $0.health.state == .healthy } ?? false
    }

    /// Whether no target has been found healthy and the checks of at least one have not ended, or there is none.
    private func isUnjudged(_ group: TargetGroupARN) -> Bool {
        guard let targets = health(group)?.filter({ $0.health.state != .draining }) else { return false }
        guard !targets.contains(where: { $0.health.state == .healthy }) else { return false }
        return targets.isEmpty || targets.contains { $0.health.state == .initial || $0.health.state == .unused }
    }
}
