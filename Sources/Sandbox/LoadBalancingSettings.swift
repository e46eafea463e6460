/// How an embedded ELBv2 and its load balancers behave.
package struct LoadBalancingSettings: Sendable {
    /// The ELBv2 endpoint's port; 0 picks a free one.
    package var port = 0
    /// The port of the control endpoint for tests; 0 picks a free one, `nil` leaves it out.
    package var controlPort: Int?
    /// How long each ELBv2 call takes.
    package var awsLatency: Duration = .zero
    /// The longest time a load balancer's node goes on with former rules, targets and attributes.
    package var propagationDelay: Duration = .seconds(1)
    /// Whether calls beyond the published token buckets are refused.
    package var isThrottling = false
    /// The deregistration delay of target groups that do not set the attribute, 0...3600 s; `nil` for 300 s.
    package var deregistrationDelay: Duration?
    /// How long a new load balancer is in state `provisioning`.
    package var provisioningDelay: Duration = .seconds(1)
    /// Determines ids and the load balancer's draws.
    package var seed: UInt64 = 1
    package var region = "us-west-2"
    package var vpcID = "vpc-0123456789abcdef0"
    package var subnets = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]

    package init() {}
}
