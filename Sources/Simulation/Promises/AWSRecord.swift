import ELBModel
import KubernetesModel
import LoadBalancerState

/// What the control plane of ELBv2 says about rules and target groups, read without being counted as calls.
struct AWSRecord: Sendable {
    /// The forward action of every rule that has one.
    private(set) var rules: [(arn: RuleARN, forward: ForwardAction)] = []
    /// The value of the resource tag of each target group.
    private(set) var resources: [TargetGroupARN: String] = [:]
    private static let tagBatch = 20

    init(_ state: LoadBalancerState, now: Timestamp) {
        var copy = state
        func ask(_ request: ELBRequest) -> ELBResponse? {
            if case .success(let response) = copy.handle(request, now: now) { return response }
            return nil
        }
        var groups: [TargetGroupARN] = []
        var marker: String?
        repeat {
            guard case .targetGroups(let page, let next)? = ask(.describeTargetGroups(.init(marker: marker))) else {
                break
            }
            groups += page.map(\.arn)
            marker = next
        } while marker != nil
        for start in stride(from: 0, to: groups.count, by: Self.tagBatch) {
            let batch = groups[start..<min(start + Self.tagBatch, groups.count)].map(\.rawValue)
            guard case .tags(let found)? = ask(.describeTags(.init(resourceARNs: batch))) else { continue }
            for description in found {
                let tag = description.tags.first { $0.key == "ingress.k8s.aws/resource" }
                resources[TargetGroupARN(rawValue: description.resourceARN)] = tag?.value
            }
        }
        for loadBalancer in state.allLoadBalancers {
            let call = ELBRequest.describeListeners(.init(loadBalancerARN: loadBalancer.arn))
            guard case .listeners(let listeners, _)? = ask(call) else { continue }
            for listener in listeners {
                let call = ELBRequest.describeRules(.init(listenerARN: listener.arn))
                guard case .rules(let rules, _)? = ask(call) else { continue }
                for rule in rules {
                    for case .forward(let forward) in rule.actions { self.rules.append((rule.arn, forward)) }
                }
            }
        }
    }

    /// The share of a resource, percent, in every rule that names both it and the other one.
    func shares(of resource: String, beside other: String) -> [Int] {
        rules.compactMap { _, forward in
            func weight(_ name: String) -> Int? {
                let found = forward.targetGroups.filter { resources[$0.arn] == name }
                return found.isEmpty ? nil : found.reduce(0) { $0 + ($1.weight ?? 1) }
            }
            guard let own = weight(resource), weight(other) != nil else { return nil }
            let total = forward.targetGroups.reduce(0) { $0 + ($1.weight ?? 1) }
            return total == 0 ? 0 : (own * 100 + total - 1) / total
        }
    }
}
