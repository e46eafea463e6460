import ELBModel

/// What a health check must look like.
enum HealthCheckValidation {
    /// The defaults for a group of that protocol and version.
    static func defaults(version: ProtocolVersion) -> HealthCheck {
        guard version == .grpc else { return HealthCheck() }
        return HealthCheck(path: "/AWS.ALB/healthcheck", matcher: .grpc("12"))
    }

    /// The check with the settings of a call, if it is valid.
    static func applied(_ settings: HealthCheckSettings, to check: HealthCheck) throws(ELBFailure) -> HealthCheck {
        try Names.check(settings.protocol, at: "healthCheckProtocol", in: [.http, .https])
        try Names.check(settings.intervalSeconds, at: "healthCheckIntervalSeconds", in: 5...300)
        try Names.check(settings.timeoutSeconds, at: "healthCheckTimeoutSeconds", in: 2...120)
        try Names.check(settings.healthyThreshold, at: "healthyThresholdCount", in: 2...10)
        try Names.check(settings.unhealthyThreshold, at: "unhealthyThresholdCount", in: 2...10)
        let result = HealthCheck(
            isEnabled: settings.isEnabled ?? check.isEnabled, protocol: settings.protocol ?? check.protocol,
            port: settings.port ?? check.port, path: settings.path ?? check.path,
            intervalSeconds: settings.intervalSeconds ?? check.intervalSeconds,
            timeoutSeconds: settings.timeoutSeconds ?? check.timeoutSeconds,
            healthyThreshold: settings.healthyThreshold ?? check.healthyThreshold,
            unhealthyThreshold: settings.unhealthyThreshold ?? check.unhealthyThreshold,
            matcher: settings.matcher ?? check.matcher)
        guard result.isEnabled else {
            throw .validation("Health check enabled must be true for target groups with target type 'instance' or 'ip'")
        }
        guard result.port == "traffic-port" || (1...65535).contains(Int(result.port) ?? 0) else {
            throw .validation("Health check port '\(result.port)' must be in the range 1-65535 or 'traffic-port'")
        }
        guard result.path.hasPrefix("/"), result.path.utf8.count <= 1024 else {
            throw .validation(
                "Health check path '\(result.path.prefix(80))' must begin with '/' and have at most 1024 characters")
        }
        guard result.timeoutSeconds < result.intervalSeconds else {
            let message = "Health check interval '\(result.intervalSeconds)' must be greater than the timeout"
            throw ELBFailure(.invalidConfigurationRequest, "\(message) '\(result.timeoutSeconds)'")
        }
        try checkMatcher(result.matcher)
        return result
    }

    private static func checkMatcher(_ matcher: Matcher) throws(ELBFailure) {
        let allowed: ClosedRange<Int>
        switch matcher {
        case .http: allowed = 200...499
        case .grpc: allowed = 0...99
        }
        guard let ranges = matcher.ranges,
            ranges.allSatisfy({ allowed.contains($0.lowerBound) && allowed.contains($0.upperBound) })
        else {
            let problem = "Health check matcher '\(matcher.codes)' must have codes"
            throw .validation("\(problem) \(allowed.lowerBound)-\(allowed.upperBound), as in '200,202' or '200-299'")
        }
    }
}
