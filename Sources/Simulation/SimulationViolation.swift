/// What every simulated world promises, whatever is drawn.
package enum SimulationPromise: String, Hashable, Sendable, CaseIterable {
    /// No node of a load balancer sends requests to a target group without a healthy target whose program answers.
    case routedGroupsServe = "a routed target group serves"
    /// No pod whose deletion has been asked for can be reached through a load balancer.
    case reachablePodsLive = "a reachable pod lives"
    /// A weight that a Rollout calls verified is what ELBv2 says, or what it is being moved to.
    case verifiedWeightsAreTrue = "a verified weight is true"
    /// No more pods than the spec allows.
    case podsAreBounded = "pods are bounded"
    /// Not fewer available pods than the spec allows.
    case availabilityHolds = "availability holds"
    /// A Rollout that waits says what for.
    case waitsAreNamed = "a wait names its cause"
    /// Every wait ends as it should, or is escalated.
    case waitsEnd = "a wait ends"
    /// Fields that belong to Git are as they were, but for those the contract of the load balancer needs.
    case gitOwnedFieldsStay = "fields of Git stay"
    /// A rollback reaches the stable version in the time that was said.
    case rollbackIsTimely = "a rollback is timely"
    /// Calls to AWS stay within the account's budget.
    case awsBudgetHolds = "the budget of calls holds"
    /// The world comes to rest.
    case worldEnds = "the world ends"
}

/// A promise that was broken at a moment of the simulation.
package struct SimulationViolation: Equatable, Sendable, CustomStringConvertible {
    package var promise: SimulationPromise
    /// What it is about: a Rollout, a node's rule. The same promise about the same subject is reported once until it
    /// holds again.
    package var subject: String
    package var details: String
    /// Since the start.
    package var elapsed: Duration

    package init(_ promise: SimulationPromise, _ subject: String, _ details: String, elapsed: Duration) {
        self.promise = promise
        self.subject = subject
        self.details = details
        self.elapsed = elapsed
    }

    package var description: String {
        "\(SimulationTrace.label(elapsed)) violation of \"\(promise.rawValue)\": \(subject): \(details)"
    }
}
