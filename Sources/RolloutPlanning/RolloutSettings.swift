/// What an operator can set about rollouts.
package struct RolloutSettings: Hashable, Sendable {
    /// How long the data plane of a load balancer may lag behind a read of its rules. Default 10 s; a Rollout's
    /// annotation `weir.dev/settle-seconds` goes first.
    package var settleTime: Duration
    /// How often AWS is read while something waits for it. Default 1 s; waits that last are read up to ten times
    /// more slowly.
    package var pollInterval: Duration
    /// A read of AWS older than this proves nothing. Default 10 s.
    package var observationAgeMax: Duration
    /// How long a shrinking ReplicaSet waits for a load balancer controller that is not known to honour
    /// `RolloutKeys.drain` to begin taking its pods out of their target groups, before it shrinks as it would without
    /// one. Default 30 s; zero waits for none, known or not.
    package var drainStartMax: Duration
    /// The value of the label `controller-instance-id` of the Rollouts that are served; empty serves those without it.
    package var instanceID: String
    /// The tag by which a target group is known: `namespace/ingress-service:port`.
    package var resourceTagKey: String

    package init(
        settleTime: Duration = .seconds(10), pollInterval: Duration = .seconds(1),
        observationAgeMax: Duration = .seconds(10), drainStartMax: Duration = .seconds(30), instanceID: String = "",
        resourceTagKey: String = "ingress.k8s.aws/resource"
    ) {
        self.settleTime = settleTime
        self.pollInterval = pollInterval
        self.observationAgeMax = observationAgeMax
        self.drainStartMax = drainStartMax
        self.instanceID = instanceID
        self.resourceTagKey = resourceTagKey
    }
}
