package import ELBModel
package import KubernetesModel
package import RequestRouting

/// A health check to make: connect, `GET path`, compare the status, close.
package struct HealthCheckProbe: Equatable, Sendable {
    /// Whose target is checked.
    package var targetGroup: TargetGroupARN
    /// Where to connect to; the port may differ from the one that requests go to.
    package var address: TargetAddress
    /// HTTP or HTTPS.
    package var `protocol`: TrafficProtocol
    /// What to ask for.
    package var path: String
    /// How long to wait for the answer.
    package var timeout: Duration
    let key: TargetKey
    let registration: UInt64
}

/// What came of a health check.
package enum HealthCheckResult: Equatable, Sendable {
    /// An answer with that HTTP status.
    case status(Int)
    /// No answer in time.
    case timedOut
    /// No connection, or no proper answer.
    case failed
}

/// Health checks of targets in use.
extension LoadBalancerState {
    /// Takes the checks that are due at `now`; each target's next one is due an interval later.
    package mutating func healthChecksDue(now: Timestamp) -> [HealthCheckProbe] {
        advance(to: now)
        var probes: [HealthCheckProbe] = []
        for arn in targetGroups.keys where associations[arn] != nil {
            guard let group = targetGroups[arn] else { continue }
            let check = group.targetGroup.healthCheck
            for target in group.targets.ordered where Self.isChecked(target.phase) && target.nextCheckAt <= clock {
                targetGroups[arn]?.targets[target.key]?.nextCheckAt = clock.advanced(
                    by: .seconds(check.intervalSeconds))
                let address = TargetAddress(host: target.address.host, port: Int(check.port) ?? target.key.port)
                probes.append(
                    HealthCheckProbe(
                        targetGroup: arn, address: address, protocol: check.protocol, path: check.path,
                        timeout: .seconds(check.timeoutSeconds), key: target.key, registration: target.registration))
            }
        }
        return probes
    }

    /// Notes what came of a check; a result for a target that has been deregistered since is ignored.
    package mutating func record(_ result: HealthCheckResult, for probe: HealthCheckProbe, now: Timestamp) {
        advance(to: now)
        guard let group = targetGroups[probe.targetGroup], var target = group.targets[probe.key],
            target.registration == probe.registration, Self.isChecked(target.phase)
        else { return }
        let check = group.targetGroup.healthCheck
        if let problem = Self.problem(result, check.matcher) {
            let isNew = target.phase == .checking
            let threshold = isNew && configuration.answers.failsNewTargetsAtOnce ? 1 : check.unhealthyThreshold
            Self.fail(&target, problem, threshold: threshold)
        } else {
            let wasHealthy = target.phase == .healthy
            Self.pass(&target, threshold: check.healthyThreshold)
            if !wasHealthy, target.phase == .healthy { beginSlowStart(of: &target, in: group) }
        }
        if target.phase != .healthy { target.slowStartSince = nil }
        targetGroups[probe.targetGroup]?.targets[probe.key] = target
        markChanged(probe.targetGroup)
        publish()
    }

    /// When the next check is due; may be in the past.
    var nextHealthCheck: Timestamp? {
        var earliest: Timestamp?
        for group in targetGroups.ordered where associations[group.targetGroup.arn] != nil {
            for target in group.targets.ordered where Self.isChecked(target.phase) {
                if earliest.map({ target.nextCheckAt < $0 }) ?? true { earliest = target.nextCheckAt }
            }
        }
        return earliest
    }

    /// A target that becomes healthy beside others with their full share begins with a small one.
    private func beginSlowStart(of target: inout TargetRecord, in group: TargetGroupRecord) {
        let seconds = Int(attribute("slow_start.duration_seconds", of: group)) ?? 0
        guard seconds > 0 else { return }
        let hasOthers = group.targets.ordered.contains { other in
            let isOver = other.slowStartSince.map { $0.advanced(by: .seconds(seconds)) <= clock } ?? true
            return other.key != target.key && other.phase == .healthy && isOver
        }
        if hasOthers { target.slowStartSince = clock }
    }

    private static func isChecked(_ phase: TargetPhase) -> Bool {
        switch phase {
        case .checking, .healthy, .unhealthy: true
        case .unused, .registering, .draining: false
        }
    }

    private static func problem(
        _ result: HealthCheckResult, _ matcher: Matcher
    ) -> (reason: TargetHealth.Reason, details: String)? {
        switch result {
        case .status(let code):
            if matcher.accepts(code) { return nil }
            return (.responseCodeMismatch, "Health checks failed with these codes: [\(code)]")
        case .timedOut: return (.timeout, "Request timed out")
        case .failed: return (.failedHealthChecks, "Health checks failed")
        }
    }

    private static func pass(_ target: inout TargetRecord, threshold: Int) {
        switch target.phase {
        case .checking:
            target.phase = .healthy
            target.streak = 0
        case .unhealthy:
            target.streak += 1
            guard target.streak >= threshold else { return }
            target.phase = .healthy
            target.streak = 0
        case .healthy, .unused, .registering, .draining:
            target.streak = 0
        }
    }

    private static func fail(
        _ target: inout TargetRecord, _ problem: (reason: TargetHealth.Reason, details: String), threshold: Int
    ) {
        switch target.phase {
        case .checking, .healthy:
            target.streak += 1
            guard target.streak >= threshold else { return }
            target.phase = .unhealthy(problem.reason, problem.details)
            target.streak = 0
        case .unhealthy:
            target.phase = .unhealthy(problem.reason, problem.details)
            target.streak = 0
        case .unused, .registering, .draining:
            target.streak = 0
        }
    }
}
