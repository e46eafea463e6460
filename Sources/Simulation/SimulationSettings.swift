import IngressPlanning
package import KubernetesModel
package import LoadBalancerState
package import Planning
import RolloutPlanning

/// What a simulated world is made of, and how it behaves.
package struct SimulationSettings: Sendable {
    /// Determines every draw: ids, names, delays, the load balancer's lag.
    package var seed: UInt64
    /// The controllers under test, as in production.
    package var controllers: [any Controller]
    /// Whether the promises are looked after; a world that only counts can do without.
    package var checksPromises = true
    /// The time at the beginning.
    package var start = usualStart
    /// How late a watch shows a change: drawn from this range for each delivery.
    package var watchDelay: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(20)
    /// From sending a write to the API server until its answer; the write takes effect when it is sent.
    package var kubernetesLatency: ClosedRange<Duration> = .milliseconds(1) ... .milliseconds(8)
    /// From sending a call to AWS until its answer; the call takes effect when it is sent.
    package var awsLatency: ClosedRange<Duration> = .milliseconds(20) ... .milliseconds(80)
    /// How the load balancing service behaves; its propagation delay is drawn from `seed` too.
    package var loadBalancing = LoadBalancerConfiguration()
    /// How many cluster nodes pods are spread over, 1...200.
    package var nodeCount = 2
    /// Whether the Ingress controller runs in a process of its own.
    package var separatesIngress = false
    /// Whether a second process of Weir watches and stands by.
    package var hasStandby = false
    /// By how much the clocks of Weir's processes are ahead, in the order in which they lead; none is wrong without.
    package var clockSkews: [Duration] = []
    /// How long Weir is away after a crash.
    package var restartDelay: Duration = .seconds(2)
    /// How many pods of all versions the world can bear for each pod of the Rollouts' sizes; `nil` without a limit.
    package var podsPerSizeMax: Int?
    /// Whether calls to AWS must stay within the published token buckets; of one process at a time.
    package var checksBudget = false
    /// Whether processes keep to their budget of calls; only the proof that promise 8 can be broken does without.
    package var pacesCalls = true
    /// No more moments than this are simulated; a world that reaches it is called unending.
    package var momentsMax = 500_000

    /// The first second of 2026.
    static let usualStart = Timestamp(seconds: 1_767_225_600)

    /// A world with these controllers, or with Weir's.
    package init(seed: UInt64, controllers: [any Controller]? = nil) {
        self.seed = seed
        self.controllers = controllers ?? Self.weir(LoadBalancerConfiguration())
    }

    /// Weir's controllers with production settings, for an account as configured.
    package static func weir(_ configuration: LoadBalancerConfiguration) -> [any Controller] {
        [RolloutController(), IngressController(settings: ingressSettings(configuration))]
    }

    /// Controllers that act in the order of Argo Rollouts and the AWS Load Balancer Controller, to compare with.
    package static func peers(_ configuration: LoadBalancerConfiguration) -> [any Controller] {
        [PeerRolloutController(), PeerIngressController(settings: ingressSettings(configuration))]
    }

    private static func ingressSettings(_ configuration: LoadBalancerConfiguration) -> IngressSettings {
        var settings = IngressSettings(clusterName: "simulation", vpcID: configuration.vpcID)
        settings.defaultSubnets = configuration.subnets.map(\.id)
        return settings
    }
}
