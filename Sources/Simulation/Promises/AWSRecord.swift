import ELBModel
import LoadBalancerState

/// What the control plane of ELBv2 says about rules and target groups, read without a call.
struct AWSRecord: Sendable {
    /// The forward action of every rule that has one.
    private(set) var rules: [(arn: RuleARN, forward: ForwardAction)] = []
    /// The value of the resource tag of each target group.
    let resources: [TargetGroupARN: String]

    init(_ state: LoadBalancerState) {
        resources = state.targetGroups(taggedWith: "ingress.k8s.aws/resource")
        for rule in state.allRules {
            for case .forward(let forward) in rule.actions { rules.append((rule.arn, forward)) }
        }
    }

    /// The target groups of a Service, behind whatever Ingress.
    func groups(ofService service: String, in namespace: String) -> Set<TargetGroupARN> {
        Set(resources.filter { $0.value.hasPrefix("\(namespace)/") && $0.value.contains("-\(service):") }.map(\.key))
    }

    /// The share of a resource, percent, in every rule that names both it and the other one.
    func shares(of resource: String, beside other: String) -> [Int] {
        rules.compactMap { _, forward in
            func weight(_ name: String) -> Int? {
                let found = forward.targetGroups.filter { resources[$0.arn] == name }
                return found.isEmpty ? nil : found.reduce(0) { $0 + ($1.weight ?? 1) }
            }
            guard let own = weight(resource), let rest = weight(other) else { return nil }
            // Both stand ready beside a group that has everything: no share of theirs is meant yet.
            if own + rest == 0, forward.targetGroups.contains(where: { $0.weight ?? 1 > 0 }) { return nil }
            let total = forward.targetGroups.reduce(0) { $0 + ($1.weight ?? 1) }
            return total == 0 ? 0 : (own * 100 + total - 1) / total
        }
    }
}
