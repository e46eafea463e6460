import ELBModel
import RequestRouting

/// New ARNs and DNS names.
extension LoadBalancerState {
    /// The beginning of every ARN in this region.
    var arnPrefix: String {
        let region = configuration.region
        let partition = region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
        return "arn:\(partition):elasticloadbalancing:\(region):\(configuration.accountID):"
    }

    /// An unused load balancer ARN.
    mutating func makeLoadBalancerARN(name: String) -> LoadBalancerARN {
        LoadBalancerARN(rawValue: "\(arnPrefix)loadbalancer/app/\(name)/\(generator.hexadecimal(16))")
    }

    /// An unused target group ARN.
    mutating func makeTargetGroupARN(name: String) -> TargetGroupARN {
        TargetGroupARN(rawValue: "\(arnPrefix)targetgroup/\(name)/\(generator.hexadecimal(16))")
    }

    /// An unused listener ARN.
    mutating func makeListenerARN(on loadBalancer: LoadBalancerARN) -> ListenerARN {
        let owner = loadBalancer.rawValue.replacing(":loadbalancer/", with: ":listener/", maxReplacements: 1)
        return ListenerARN(rawValue: "\(owner)/\(generator.hexadecimal(16))")
    }

    /// An unused rule ARN.
    mutating func makeRuleARN(on listener: ListenerARN) -> RuleARN {
        let owner = listener.rawValue.replacing(":listener/", with: ":listener-rule/", maxReplacements: 1)
        return RuleARN(rawValue: "\(owner)/\(generator.hexadecimal(16))")
    }

    /// The listener that a rule belongs to, as its ARN says.
    static func listenerARN(of rule: RuleARN) -> ListenerARN {
        let owner = rule.rawValue.replacing(":listener-rule/", with: ":listener/", maxReplacements: 1)
        let end = owner.lastIndex(of: "/") ?? owner.endIndex
        return ListenerARN(rawValue: String(owner[..<end]))
    }

    /// A name that no other load balancer has.
    mutating func makeDNSName(name: String, scheme: Scheme) -> String {
        let number = Int.random(in: 100_000_000...2_099_999_999, using: &generator)
        let prefix = scheme == .internal ? "internal-" : ""
        return "\(prefix)\(name)-\(number).\(configuration.region).elb.amazonaws.com"
    }

    /// The zone for alias records of application load balancers.
    var canonicalHostedZoneID: String {
        let zones = [
            "us-east-1": "Z35SXDOTRQ7X7K", "us-east-2": "Z3AADJGX6KTTL2", "us-west-1": "Z368ELLRRE2KJ0",
            "us-west-2": "Z1H1FL5HABSF5", "eu-west-1": "Z32O12XQLNTSW2", "eu-central-1": "Z215JYRZR1TBD5",
            "ap-northeast-1": "Z14GRHDCWA56QT", "ap-southeast-1": "Z1LMS91P8CMLE5",
        ]
        return zones[configuration.region] ?? "Z2P70J7EXAMPLE"
    }
}
