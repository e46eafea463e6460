import ELBModel
import Planning

/// What was found in AWS, matched with what is desired.
struct StackInventory {
    /// The load balancer that is kept.
    var loadBalancer: LoadBalancerFacts?
    /// Load balancers of the stack that cannot become the desired one.
    var surplusLoadBalancers: [LoadBalancerFacts]
    /// The target group of each resource id that is kept.
    var targetGroups: [String: TargetGroupFacts]
    /// Target groups of the stack that are not desired, sorted by name.
    var surplusTargetGroups: [TargetGroupFacts]
    /// The ARN of each resource id.
    var arns: [String: TargetGroupARN] { targetGroups.mapValues(\.targetGroup.arn) }

    /// A load balancer is kept when its type and scheme fit, a target group when its resource tag and its name do: all
    /// that cannot be changed is part of the name.
    init(_ facts: StackFacts, desired: DesiredStack) {
        let fitting = facts.loadBalancers.filter {
            $0.loadBalancer.type == "application" && $0.loadBalancer.scheme == desired.loadBalancer.scheme
        }.sorted { $0.loadBalancer.arn < $1.loadBalancer.arn }
        loadBalancer = fitting.first { $0.loadBalancer.name == desired.loadBalancer.name } ?? fitting.first
        let kept = loadBalancer?.loadBalancer.arn
        surplusLoadBalancers = facts.loadBalancers.filter { $0.loadBalancer.arn != kept }
        targetGroups = [:]
        surplusTargetGroups = []
        let wanted = Dictionary(desired.targetGroups.map { ($0.resourceID, $0.name) }) { first, _ in first }
        for group in facts.targetGroups.sorted(by: { $0.targetGroup.name < $1.targetGroup.name }) {
            if let id = group.tags.value(StackTags.resource), wanted[id] == group.targetGroup.name {
                targetGroups[id] = group
            } else {
                surplusTargetGroups.append(group)
            }
        }
    }

    /// The target groups that any rule or listener of the kept load balancer forwards to.
    var groupsInUse: Set<TargetGroupARN> {
        var used: Set<TargetGroupARN> = []
        for listener in loadBalancer?.listeners ?? [] {
            let actions = listener.listener.defaultActions + listener.rules.flatMap(\.rule.actions)
            used.formUnion(actions.flatMap(\.targetGroupARNs))
        }
        return used
    }
}

extension Action {
    /// The groups that a forward action names.
    var targetGroupARNs: [TargetGroupARN] {
        if case .forward(let forward) = self { forward.targetGroups.map(\.arn) } else { [] }
    }
}

extension [Tag] {
    /// The value of a key.
    func value(_ key: String) -> String? { first { $0.key == key }?.value }
}
