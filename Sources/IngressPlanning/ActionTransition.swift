import ELBModel
import Planning

/// How a live action becomes the desired one without sending requests where nobody answers.
///
/// A group that is in no rule is not health-checked, so whether its targets work is not known when it is first named.
/// It is therefore attached with weight 0, and gets its weight when one of its targets is healthy. Weights of groups
/// that are already attached change at once: that is a decision of whoever set them.
struct ActionTransition {
    /// The number of healthy targets of a group; `nil` while it is not known.
    var healthyCount: (TargetGroupARN) -> Int?

    /// What to write now.
    struct Step {
        var action: Action
        /// Groups that must become healthy before the desired action can be written; empty when it is the desired one.
        var waitingFor: [TargetGroupARN] = []
        /// Groups whose health decides; it must be observed.
        var observed: [TargetGroupARN] = []
    }

    private static let groupsPerAction = 5

    /// The next action after `current`, which serves requests now.
    func step(from current: [Action], to desired: Action) -> Step {
        guard case .forward(let wanted) = desired, case .forward(let live)? = current.last else {
            return Step(action: desired)
        }
        let attached = Set(live.targetGroups.map(\.arn))
        let isAlone = wanted.targetGroups.count == 1
        let added = wanted.targetGroups.filter { !attached.contains($0.arn) && (isAlone || $0.weight ?? 1 > 0) }
        guard !added.isEmpty else { return Step(action: desired) }
        let observed = (added + live.targetGroups).map(\.arn)
        let unready = added.map(\.arn).filter { (healthyCount($0) ?? 0) == 0 }
        if unready.isEmpty { return Step(action: desired, observed: observed) }
        // Nothing is lost when the present action does not reach a healthy target either.
        let serving = live.targetGroups.filter { $0.weight ?? 1 > 0 || live.targetGroups.count == 1 }
        if serving.allSatisfy({ healthyCount($0.arn) == 0 }) { return Step(action: desired, observed: observed) }
        guard live.targetGroups.count + added.count <= Self.groupsPerAction else { return Step(action: desired) }
        var interim = live
        if interim.targetGroups.count == 1 {
            interim.targetGroups[0].weight = max(1, interim.targetGroups[0].weight ?? 1)
        }
        interim.targetGroups += added.map { WeightedTargetGroup(arn: $0.arn, weight: 0) }
        return Step(action: .forward(interim), waitingFor: unready, observed: observed)
    }
}
