/// How a sandbox behaves.
package struct SandboxSettings: Sendable {
    /// 0 picks a free port.
    package var kubernetesPort = 0
    /// 0 picks a free port.
    package var elbPort = 0
    /// How long each ELBv2 call takes.
    package var awsLatency: Duration = .zero
    /// The longest time a load balancer's node goes on with former rules, targets and attributes.
    package var propagationDelay: Duration = .seconds(1)
    /// The deregistration delay of target groups that do not set the attribute, 0...3600 s; `nil` for 300 s.
    package var deregistrationDelay: Duration?
    /// How long a new load balancer is in state `provisioning`.
    package var provisioningDelay: Duration = .seconds(1)
    /// Determines ids, generated names and the load balancer's draws.
    package var seed: UInt64 = 1
    package var region = "us-west-2"
    package var clusterName = "sandbox"
    /// Where the API server's objects are kept across restarts; `nil` keeps them in memory only.
    package var dataFolder: String?
    package var vpcID = "vpc-0123456789abcdef0"
    package var subnets = ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"]

    package init() {}
}
