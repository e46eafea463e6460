import ELBModel
import RolloutModel

/// `status.alb` and `status.albs`: what AWS calls what is behind the Ingresses.
extension RolloutPass {
    /// Notes what was read; of an Ingress that was not, what was noted before stays.
    mutating func noteResources() {
        guard let alb = canary.alb, let survey else { return }
        var known = Dictionary(was.albs.map { ($0.ingress, $0) }, uniquingKeysWith: { first, _ in first })
        for name in alb.ingresses {
            guard let facts = survey.facts(of: name), let balancer = facts.loadBalancer else { continue }
            var entry = ALBStatus(ingress: name)
            entry.loadBalancer = .loadBalancer(name: balancer.name, arn: balancer.arn.rawValue)
            entry.canaryTargetGroup = Self.resource(of: facts.canary)
            entry.stableTargetGroup = Self.resource(of: facts.stable)
            known[name] = entry
        }
        status.albs = known.isEmpty ? [] : alb.ingresses.map { known[$0] ?? ALBStatus(ingress: $0) }
    }

    private static func resource(of group: GroupSurvey) -> ALBStatus.Resource? {
        guard let arn = group.arns.first?.rawValue else { return nil }
        let name = arn.utf8.firstIndex(of: UInt8(ascii: "/")).map { slash in
            String(Substring(arn.utf8[arn.utf8.index(after: slash)...].prefix { $0 != UInt8(ascii: "/") }))
        }
        return .targetGroup(name: name ?? "", arn: arn)
    }
}
