import KubernetesModel

/// What a demonstration plays, and what it has to show for it.
package enum DemoScenario: String, CaseIterable, Sendable {
    /// A canary through all its steps.
    case canary
    /// A canary that is aborted at 50 %.
    case abort
    /// A canary that is rolled back at 50 % by setting the former image.
    case rollback

    /// Everything that is not as promised; empty for a run that kept its promises.
    package func problems(
        _ record: DemoRecord, _ log: TrafficLog, last: DemoSnapshot, image: String
    ) -> [String] {
        var problems: [String] = []
        let failures = log.failures(limit: 3)
        let failed = log.all.count { $0.isFailed }
        if failed > 0 {
            problems.append("\(failed) requests failed, the first \(failures.joined(separator: "; "))")
        }
        if log.all.isEmpty { problems.append("no request was sent") }
        for step in record.steps where !step.isAsPromised { problems.append(Self.problem(step)) }
        switch self {
        case .canary:
            if !last.isSettled { problems.append("the Rollout is \(last.phase): \(last.message)") }
            let left = last.pods.filter { $0.firstImage != image }
            if !left.isEmpty { problems.append("\(left.count) pods of the former version are still there") }
            if record.steps.last?.setWeight != 100 { problems.append("the canary never had all of the traffic") }
        case .rollback:
            if !last.isSettled { problems.append("the Rollout is \(last.phase): \(last.message)") }
            let left = last.pods.filter { $0.firstImage == image }
            if !left.isEmpty { problems.append("\(left.count) pods of the version that was rolled back are there") }
            if !record.steps.contains(where: { $0.setWeight == 50 }) {
                problems.append("the canary never had half of the traffic")
            }
        case .abort:
            if !last.isAborted { problems.append("the Rollout was not aborted: \(last.phase) \(last.message)") }
            if last.confirmedWeight != 0 { problems.append("the traffic was not confirmed to be back on stable") }
            if !record.steps.contains(where: { $0.setWeight == 50 }) {
                problems.append("the canary never had half of the traffic")
            }
        }
        return problems + Self.lateDeletions(record)
    }

    private static func problem(_ step: DemoStep) -> String {
        if step.confirmedWeight != step.setWeight {
            return "step \(step.index): weight \(step.setWeight) % was never confirmed"
        }
        return "step \(step.index): \(step.canaryRequests) of \(step.requests) requests reached the canary; "
            + "\(step.setWeight) % promises \(step.expectedCounts.lowerBound) to \(step.expectedCounts.upperBound)"
    }

    /// Pods that were deleted before the load balancer had stopped reaching them.
    private static func lateDeletions(_ record: DemoRecord) -> [String] {
        record.sortedPods.compactMap { pod in
            guard let asked = pod.deletionRequestedAt ?? pod.deletedAt, let reachable = pod.lastReachableAt,
                reachable > asked
            else { return nil }
            return "pod \(pod.name) could still be reached \(asked.duration(to: reachable).inSeconds) s after its "
                + "deletion was asked for"
        }
    }
}

extension DemoSnapshot {
    /// Healthy, and for the spec as it is now.
    package var isSettled: Bool { phase == "Healthy" && isObserved }
}
