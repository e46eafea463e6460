import ELBModel
import Planning

/// The calls that turn a listener's rules into the desired ones.
///
/// A rule keeps its ARN as long as its conditions or its priority stay. Rules are moved first, then changed, then
/// created; what is not wanted any more is deleted last, so that no request falls through to a rule it was not meant
/// for while its own is missing.
struct RuleChanges {
    /// An existing rule that stays, and what becomes of it.
    private struct Match {
        var desired: DesiredRule
        var observed: RuleFacts
    }

    /// Rules per load balancer. Source: quota `rules-per-application-load-balancer`.
    static let quota = 100
    private static let lastPriority = 50_000

    var listener: ListenerARN
    var transition: ActionTransition
    var arns: [String: TargetGroupARN]
    private(set) var effects: [Effect] = []
    /// How the action of each kept rule goes on, by priority.
    private(set) var steps: [(priority: Int, step: ActionTransition.Step)] = []
    /// The rules that go on forwarding because what should take the place of their action does not exist.
    private(set) var kept: [(priority: Int, problem: BuildProblem, groups: [TargetGroupARN])] = []

    init(listener: ListenerARN, transition: ActionTransition, arns: [String: TargetGroupARN]) {
        self.listener = listener
        self.transition = transition
        self.arns = arns
    }

    /// Plans every change. Every desired action must be resolvable.
    mutating func plan(desired: [DesiredRule], observed: [RuleFacts]) {
        var (matches, missing, surplus) = Self.match(desired, observed.filter { !$0.rule.isDefault })
        matches.sort { $0.desired.priority < $1.desired.priority }
        move(matches, behind: surplus)
        for match in matches { modify(match) }
        let creations = missing.compactMap(creation)
        let deletions = surplus.map { Effect.elb(.deleteRule(.init(arn: $0.rule.arn))) }
        let room = Self.quota - matches.count - surplus.count
        let early = min(deletions.count, max(0, creations.count - max(0, room)))
        effects += deletions.prefix(early)
        effects += creations
        effects += deletions.dropFirst(early)
        for match in matches {
            effects += TagChanges.effects(
                arn: match.observed.rule.arn.rawValue, desired: match.desired.tags, observed: match.observed.tags)
        }
    }

    private static func match(
        _ desired: [DesiredRule], _ observed: [RuleFacts]
    ) -> (matches: [Match], missing: [DesiredRule], surplus: [RuleFacts]) {
        var matches: [Match] = []
        var missing = desired
        var surplus = observed
        func take(where isMatch: (DesiredRule, RuleFacts) -> Bool) {
            var rest: [DesiredRule] = []
            for rule in missing {
                if let index = surplus.firstIndex(where: { isMatch(rule, $0) }) {
                    matches.append(Match(desired: rule, observed: surplus.remove(at: index)))
                } else {
                    rest.append(rule)
                }
            }
            missing = rest
        }
        func samePriority(_ rule: DesiredRule, _ facts: RuleFacts) -> Bool {
            facts.rule.priority.number == rule.priority
        }
        func sameConditions(_ rule: DesiredRule, _ facts: RuleFacts) -> Bool {
            ConditionEquality.areSame(rule.conditions, facts.rule.conditions)
        }
        take { samePriority($0, $1) && sameConditions($0, $1) }
        take(where: sameConditions)
        take(where: samePriority)
        return (matches, missing, surplus)
    }

    private mutating func move(_ matches: [Match], behind surplus: [RuleFacts]) {
        let moved = matches.filter { $0.observed.rule.priority.number != $0.desired.priority }
        guard !moved.isEmpty else { return }
        var pairs: [RulePriorityPair] = []
        for (index, facts) in surplus.reversed().enumerated() {
            pairs.append(RulePriorityPair(ruleARN: facts.rule.arn, priority: Self.lastPriority - index))
        }
        pairs += moved.map { RulePriorityPair(ruleARN: $0.observed.rule.arn, priority: $0.desired.priority) }
        effects.append(.elb(.setRulePriorities(.init(priorities: pairs))))
    }

    private mutating func modify(_ match: Match) {
        guard let wanted = match.desired.action.resolved(arns) else { return }
        let keepsConditions = ConditionEquality.areSame(match.desired.conditions, match.observed.rule.conditions)
        if keepsConditions, case .missing(_, let problem) = match.desired.action {
            let groups = transition.served(by: match.observed.rule.actions)
            guard groups.isEmpty else { return kept.append((match.desired.priority, problem, groups)) }
        }
        var step = ActionTransition.Step(action: wanted)
        if keepsConditions { step = transition.step(from: match.observed.rule.actions, to: wanted) }
        steps.append((match.desired.priority, step))
        let keepsActions = ActionEquality.areSame([step.action], match.observed.rule.actions)
        guard !keepsConditions || !keepsActions else { return }
        let request = ELBRequest.ModifyRule(
            arn: match.observed.rule.arn, conditions: keepsConditions ? [] : match.desired.conditions,
            actions: keepsActions ? [] : [step.action])
        effects.append(.elb(.modifyRule(request)))
    }

    private func creation(_ rule: DesiredRule) -> Effect? {
        guard let action = rule.action.resolved(arns) else { return nil }
        return .elb(
            .createRule(
                .init(
                    listenerARN: listener, conditions: rule.conditions, priority: rule.priority, actions: [action],
                    tags: rule.tags)))
    }
}
