import KubernetesClient
import Sandbox

/// Where a demonstration plays: an API server, and what is to be known of the load balancers' data plane.
struct DemoPlace: Sendable {
    var kubernetes: ClientConfiguration
    /// How long the load balancers' nodes may go on with former rules.
    var propagationDelay: Duration
    var loadBalancers: @Sendable () throws -> [SandboxLoadBalancer]
    /// The pod addresses to which a new request could go now.
    var reachableAddresses: @Sendable () throws -> [String]

    /// A sandbox in this process.
    init(_ sandbox: Sandbox) {
        kubernetes = sandbox.clientConfiguration
        propagationDelay = sandbox.elb.settings.propagationDelay
        loadBalancers = { sandbox.elb.loadBalancers() }
        reachableAddresses = { sandbox.elb.reachableAddresses() }
    }

    /// Any cluster, with the load balancers of a `weir load-balancer` that keeps a state file.
    ///
    /// - Throws: `ConfigurationError` or `UsageProblem` when one of the files cannot be read.
    init(kubeconfig: String?, stateFile: String) throws {
        kubernetes = try ConfigurationLoader().load(path: kubeconfig)
        propagationDelay = try ELBStateFile(reading: stateFile).propagationDelay
        loadBalancers = { try ELBStateFile(reading: stateFile).loadBalancers }
        reachableAddresses = { try ELBStateFile(reading: stateFile).reachableAddresses }
    }
}
