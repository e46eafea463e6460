/// What a group sends requests to.
package struct Target: WireStructure, Hashable {
    /// An IP address or instance id.
    package var id: String
    /// The target's port; `nil` means the group's.
    package var port: Int?
    /// A zone, or `all` for addresses outside the VPC.
    package var availabilityZone: String?

    /// Sets every part.
    package init(id: String, port: Int? = nil, availabilityZone: String? = nil) {
        self.id = id
        self.port = port
        self.availabilityZone = availabilityZone
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(id: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.required("Id", &id)
        wire.field("Port", &port)
        wire.field("AvailabilityZone", &availabilityZone)
    }
}

/// A target and its health as DescribeTargetHealth shows them.
package struct TargetHealthDescription: WireStructure {
    /// The target with its resolved port.
    package var target: Target
    /// The resolved port number.
    package var healthCheckPort: String?
    /// Its health.
    package var health: TargetHealth

    /// Sets every part.
    package init(target: Target, healthCheckPort: String? = nil, health: TargetHealth) {
        self.target = target
        self.healthCheckPort = healthCheckPort
        self.health = health
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(target: .blank, health: .blank) }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("Target", &target)
        wire.field("HealthCheckPort", &healthCheckPort)
        wire.field("TargetHealth", &health)
    }
}

/// Whether a target receives requests, and why not.
package struct TargetHealth: WireStructure {
    /// See the states.
    package var state: TargetHealth.State
    /// `nil` for healthy targets.
    package var reason: Reason?
    /// A sentence for people; `nil` for healthy targets.
    package var details: String?

    /// Sets every part.
    package init(state: TargetHealth.State, reason: Reason? = nil, details: String? = nil) {
        self.state = state
        self.reason = reason
        self.details = details
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self(state: "") }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("State", &state)
        wire.field("Reason", &reason)
        wire.field("Description", &details)
    }
}

extension TargetHealth {
    /// Where a target is between registration and removal.
    package struct State: WireToken {
        /// The word on the wire.
        package var rawValue: String
        /// Wraps a word.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// Registered, no check finished; goes to `healthy` or `unhealthy`.
        package static let initial: Self = "initial"

        /// Passing its checks; receives requests.
        package static let healthy: Self = "healthy"

        /// Failing its checks; goes to `healthy`.
        package static let unhealthy: Self = "unhealthy"

        /// Not registered, or its group is in no rule; goes to `initial`.
        package static let unused: Self = "unused"

        /// Deregistered, finishing requests; disappears.
        package static let draining: Self = "draining"

        /// Health checks are off.
        package static let unavailable: Self = "unavailable"
    }

    /// Why a target is not healthy.
    package struct Reason: WireToken {
        /// The word on the wire.
        package var rawValue: String
        /// Wraps a word.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// Just registered.
        package static let registrationInProgress: Self = "Elb.RegistrationInProgress"

        /// Its first check has not finished.
        package static let initialHealthChecking: Self = "Elb.InitialHealthChecking"

        /// The load balancer is at fault.
        package static let internalError: Self = "Elb.InternalError"

        /// Checks were answered with the wrong status.
        package static let responseCodeMismatch: Self = "Target.ResponseCodeMismatch"

        /// Checks were not answered in time.
        package static let timeout: Self = "Target.Timeout"

        /// Checks could not connect or got no proper answer.
        package static let failedHealthChecks: Self = "Target.FailedHealthChecks"

        /// The group does not know the target.
        package static let notRegistered: Self = "Target.NotRegistered"

        /// No rule routes to the group.
        package static let notInUse: Self = "Target.NotInUse"

        /// The instance is stopped.
        package static let invalidState: Self = "Target.InvalidState"

        /// The address belongs to a load balancer.
        package static let ipUnusable: Self = "Target.IpUnusable"

        /// Being drained.
        package static let deregistrationInProgress: Self = "Target.DeregistrationInProgress"

        /// Checks are off.
        package static let healthCheckDisabled: Self = "Target.HealthCheckDisabled"
    }
}
