import KubernetesModel

/// What speaks against a run; nothing does when it kept its promises.
package struct DemoJudgement: Sendable {
    package var scenario: DemoScenario
    package var record: DemoRecord
    package var log: TrafficLog
    /// The condition that did not come, and the state in which it was given up.
    package var missed: (condition: DemoCondition, last: DemoSnapshot)?

    package init(
        scenario: DemoScenario, record: DemoRecord, log: TrafficLog,
        missed: (condition: DemoCondition, last: DemoSnapshot)?
    ) {
        self.scenario = scenario
        self.record = record
        self.log = log
        self.missed = missed
    }

    /// Everything that is not as promised, a sentence each.
    package var problems: [String] {
        var problems: [String] = []
        let failed = log.all.count { $0.isFailed }
        if failed > 0 {
            let first = log.failures(limit: 3).joined(separator: "; ")
            problems.append("\(failed) requests failed, the first \(first)")
        }
        if log.all.isEmpty { problems.append("no request was sent") }
        if let missed {
            let message = missed.last.message.isEmpty ? "" : " (\(missed.last.message))"
            problems.append("never seen: \(missed.condition); the Rollout is \(missed.last.phase)\(message)")
        }
        problems += record.steps.filter { !$0.isAsPromised }.map(Self.problem)
        if scenario.promoted != nil, record.steps.last?.setWeight != 100 {
            problems.append("the canary never had all of the traffic")
        }
        return problems + lateDeletions
    }

    private static func problem(_ step: DemoStep) -> String {
        if step.confirmedWeight != step.setWeight {
            return "step \(step.index): weight \(step.setWeight) % was never confirmed"
        }
        return "step \(step.index): \(step.canaryRequests) of \(step.requests) requests reached the canary; "
            + "\(step.setWeight) % promises \(step.expectedCounts.lowerBound) to \(step.expectedCounts.upperBound)"
    }

    /// Pods that were deleted before the load balancer had stopped reaching them.
    private var lateDeletions: [String] {
        record.sortedPods.compactMap { pod in
            guard let asked = pod.deletionRequestedAt ?? pod.deletedAt, let reachable = pod.lastReachableAt,
                reachable > asked
            else { return nil }
            return "pod \(pod.name) could still be reached \(asked.duration(to: reachable).inSeconds) s after its "
                + "deletion was asked for"
        }
    }
}
