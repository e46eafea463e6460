/// How a group's targets are checked; the initial values are the API's defaults for instance and ip groups.
package struct HealthCheck: WireStructure {
    /// Whether targets are checked.
    package var isEnabled: Bool
    /// What the check speaks.
    package var `protocol`: TrafficProtocol
    /// A number, or `traffic-port` for the target's own.
    package var port: String
    /// 1...1024 characters.
    package var path: String
    /// 5...300 s between two checks.
    package var intervalSeconds: Int
    /// 2...120 s until a check without answer has failed.
    package var timeoutSeconds: Int
    /// 2...10 passes in a row bring an unhealthy target back.
    package var healthyThreshold: Int
    /// 2...10 failures in a row make a target unhealthy.
    package var unhealthyThreshold: Int
    /// The answers that pass.
    package var matcher: Matcher

    /// Sets every part.
    package init(
        isEnabled: Bool = true, protocol: TrafficProtocol = .http, port: String = "traffic-port",
        path: String = "/", intervalSeconds: Int = 30, timeoutSeconds: Int = 5, healthyThreshold: Int = 5,
        unhealthyThreshold: Int = 2, matcher: Matcher = .http("200")
    ) {
        self.isEnabled = isEnabled
        self.protocol = `protocol`
        self.port = port
        self.path = path
        self.intervalSeconds = intervalSeconds
        self.timeoutSeconds = timeoutSeconds
        self.healthyThreshold = healthyThreshold
        self.unhealthyThreshold = unhealthyThreshold
        self.matcher = matcher
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self() }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("HealthCheckEnabled", &isEnabled)
        wire.field("HealthCheckProtocol", &`protocol`)
        wire.field("HealthCheckPort", &port)
        wire.field("HealthCheckPath", &path)
        wire.field("HealthCheckIntervalSeconds", &intervalSeconds)
        wire.field("HealthCheckTimeoutSeconds", &timeoutSeconds)
        wire.field("HealthyThresholdCount", &healthyThreshold)
        wire.field("UnhealthyThresholdCount", &unhealthyThreshold)
        wire.field("Matcher", &matcher)
    }
}

/// The part of a health check that a create or modify call names; `nil` is not named.
package struct HealthCheckSettings: WireStructure {
    /// Whether targets are checked.
    package var isEnabled: Bool?
    /// What the check speaks.
    package var `protocol`: TrafficProtocol?
    /// A number, or `traffic-port` for the target's own.
    package var port: String?
    /// 1...1024 characters.
    package var path: String?
    /// 5...300 s between two checks.
    package var intervalSeconds: Int?
    /// 2...120 s until a check without answer has failed.
    package var timeoutSeconds: Int?
    /// 2...10 passes in a row bring an unhealthy target back.
    package var healthyThreshold: Int?
    /// 2...10 failures in a row make a target unhealthy.
    package var unhealthyThreshold: Int?
    /// The answers that pass.
    package var matcher: Matcher?

    /// Sets every part.
    package init(
        isEnabled: Bool? = nil, protocol: TrafficProtocol? = nil, port: String? = nil, path: String? = nil,
        intervalSeconds: Int? = nil, timeoutSeconds: Int? = nil, healthyThreshold: Int? = nil,
        unhealthyThreshold: Int? = nil, matcher: Matcher? = nil
    ) {
        self.isEnabled = isEnabled
        self.protocol = `protocol`
        self.port = port
        self.path = path
        self.intervalSeconds = intervalSeconds
        self.timeoutSeconds = timeoutSeconds
        self.healthyThreshold = healthyThreshold
        self.unhealthyThreshold = unhealthyThreshold
        self.matcher = matcher
    }

    /// Everything empty, to read into.
    package static var blank: Self { Self() }

    /// The wire names.
    package mutating func map(_ wire: inout WireMapper) {
        wire.field("HealthCheckEnabled", &isEnabled)
        wire.field("HealthCheckProtocol", &`protocol`)
        wire.field("HealthCheckPort", &port)
        wire.field("HealthCheckPath", &path)
        wire.field("HealthCheckIntervalSeconds", &intervalSeconds)
        wire.field("HealthCheckTimeoutSeconds", &timeoutSeconds)
        wire.field("HealthyThresholdCount", &healthyThreshold)
        wire.field("UnhealthyThresholdCount", &unhealthyThreshold)
        wire.field("Matcher", &matcher)
    }
}
