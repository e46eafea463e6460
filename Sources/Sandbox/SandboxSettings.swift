/// How a sandbox behaves.
package struct SandboxSettings: Sendable {
    /// 0 picks a free port.
    package var kubernetesPort = 0
    /// Determines the API server's ids and generated names.
    package var seed: UInt64 = 1
    package var clusterName = "sandbox"
    /// Where objects and load balancers are kept across restarts; `nil` keeps them in memory only.
    package var dataFolder: String?
    /// ELBv2, and the region of everything.
    package var loadBalancing = LoadBalancingSettings()

    package init() {}
}
