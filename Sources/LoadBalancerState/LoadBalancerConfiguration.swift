package import RequestRouting

/// How the embedded load balancing service behaves: identity, network, delays and limits.
package struct LoadBalancerConfiguration: Sendable {
    /// The region in ARNs and DNS names.
    package var region = "us-west-2"
    /// The twelve digits in ARNs.
    package var accountID = "123456789012"
    /// The network that subnets and targets are in.
    package var vpcID = "vpc-0a1b2c3d4e5f60718"
    /// Addresses in these blocks can be targets without naming a zone.
    package var vpcBlocks = ["10.0.0.0/8"]
    /// The subnets that are known, with their zones.
    package var subnets = [
        Subnet(id: "subnet-0a000000000000001", zoneSuffix: "a"),
        Subnet(id: "subnet-0b000000000000002", zoneSuffix: "b"),
        Subnet(id: "subnet-0c000000000000003", zoneSuffix: "c"),
    ]
    /// Whether other subnet and network ids are accepted; each such subnet is taken to be in a zone of its own.
    package var acceptsUnknownNetworks = true
    /// What a load balancer created without security groups gets.
    package var defaultSecurityGroup = "sg-0d000000000000001"
    /// Addresses of instances that may be registered by id.
    package var instances: [String: String] = [:]
    /// How long a load balancer is `provisioning`.
    package var provisioningDelay = Duration.seconds(2)
    /// How long a new target is being registered before its first health check.
    package var registrationDelay = Duration.milliseconds(500)
    /// How long a change takes to reach a node of the data plane; drawn per change and node, the order is kept.
    package var propagationDelay: ClosedRange<Duration> = .zero ... .seconds(2)
    /// How long a new listener is not found by CreateRule, and a group stays in use after its last rule is gone.
    package var controlPlaneLag = Duration.zero
    /// `deregistration_delay.timeout_seconds` of groups that do not set it, 0...3600.
    package var deregistrationDelaySeconds = 300
    /// How many nodes each load balancer has, at least 1.
    package var nodes = 2
    /// What happens to requests where AWS does not document it.
    package var choices = UndocumentedChoices()
    /// How calls are answered where AWS does not document it.
    package var answers = UndocumentedAnswers()
    /// Whether calls beyond the published token buckets are refused.
    package var isThrottling = false
    /// The account's quotas.
    package var quotas = Quotas()

    /// The defaults above.
    package init() {}
}

/// A subnet and where it is.
package struct Subnet: Hashable, Sendable {
    /// `subnet-…`.
    package var id: String
    /// The letter after the region's name: `a`.
    package var zoneSuffix: String

    /// Sets both.
    package init(id: String, zoneSuffix: String) {
        self.id = id
        self.zoneSuffix = zoneSuffix
    }
}

/// The account's quotas; the initial values are those of a new account.
package struct Quotas: Sendable {
    /// `application-load-balancers`.
    package var loadBalancers = 50
    /// `listeners-per-application-load-balancer`.
    package var listenersPerLoadBalancer = 50
    /// `rules-per-application-load-balancer`; default rules do not count.
    package var rulesPerLoadBalancer = 100
    /// `target-groups-per-action-on-application-load-balancer`.
    package var targetGroupsPerAction = 5
    /// `target-groups-per-application-load-balancer`.
    package var targetGroupsPerLoadBalancer = 100
    /// `target-groups`.
    package var targetGroups = 3000
    /// `targets-per-application-load-balancer`.
    package var targetsPerLoadBalancer = 1000
    /// `targets-per-target-group`.
    package var targetsPerTargetGroup = 1000
    /// `condition-values-per-alb-rule`.
    package var conditionValuesPerRule = 5
    /// `condition-wildcards-per-alb-rule`.
    package var conditionWildcardsPerRule = 6
    /// Tags on one resource.
    package var tagsPerResource = 50
    /// The largest page, and the size of one for which none is asked.
    package var pageSizeMax = 400
    /// `certificates-per-application-load-balancer`; default ones do not count.
    package var certificatesPerLoadBalancer = 25

    /// The defaults above.
    package init() {}
}
