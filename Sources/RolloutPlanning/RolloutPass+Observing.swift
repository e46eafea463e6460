import ELBModel
import KubernetesModel
import Planning
import RolloutModel

/// What is read of AWS, and when.
///
/// Only what something waits for, not before it can have changed, and at times that all Rollouts share: those behind
/// one load balancer then need one read of its rules together.
extension RolloutPass {
    /// Whether requests are on their way back to the stable version.
    var isRollingBack: Bool { isAborted && !isFullyPromoted && record.weight?.canary != 0 }

    /// Adds the reads to a plan, and a wake-up for the next ones.
    func observe(in plan: inout Plan) {
        guard let survey, isAwaitingReads else { return }
        let interval = pollInterval
        guard readsNotBefore <= now else { return plan.wake(at: readsNotBefore) }
        let (maxAge, next) = times(of: interval)
        let groups = targetGroupsNeeded(survey)
        for subject in survey.subjects {
            switch subject {
            case .targetHealth(let group): if let groups, !groups.contains(group) { continue }
            case .loadBalancer, .stack: if !needsRules, !needsFacts, survey.isKnown { continue }
            }
            plan.observe(subject, maxAge: maxAge, after: survey.writtenAt[subject])
        }
        plan.wake(at: next)
    }

    /// How old a read may be, and when the next one is made: at the multiples of the interval, which are the same for
    /// all; who is on the way back does not wait for the others.
    private func times(of interval: Duration) -> (maxAge: Duration, next: Timestamp) {
        // A little less than the interval, so that the wake-up at its end finds the last read too old.
        if isRollingBack { return (interval * 9 / 10, now.advanced(by: interval)) }
        let start = now.multiple(of: interval, .down)
        return (start.duration(to: now), now.advanced(by: interval).multiple(of: interval, .toNearestOrAwayFromZero))
    }

    /// The target groups whose targets something waits for; `nil` for all.
    private func targetGroupsNeeded(_ survey: RoutingSurvey) -> Set<TargetGroupARN>? {
        guard !needsFacts else { return nil }
        var groups = membersNeeded
        for route in survey.routes {
            guard case .known(let facts) = route.state else { continue }
            for group in facts.groups where healthNeeded.contains(group.service) { groups.formUnion(group.arns) }
        }
        return groups
    }

    /// How long after a read the next one is made: the longer nothing has moved, up to four times as long. Rounded to a
    /// multiple that is six seconds, well before a read is too old to be believed.
    private var pollInterval: Duration {
        let interval = snapshot.settings.pollInterval
        guard let progress = status.conditions[.progressing]?.lastUpdateTime else { return interval }
        let quiet = progress.duration(to: now)
        if isRollingBack { return min(max(interval, quiet / 20), interval * 10) }
        var result = interval
        if awaitsHealthOnly { return interval * 4 }
        while result * 4 <= quiet, result < interval * 4 { result = result * 2 }
        return result
    }

    /// Whether nothing but the health of targets is waited for, which takes its time.
    private var awaitsHealthOnly: Bool {
        !isRollingBack && !needsFacts && !needsRules && membersNeeded.isEmpty && !healthNeeded.isEmpty
    }

    /// Before this time a read shows nothing new: neither weights that were just written, nor the targets for pods that
    /// have just become available.
    private var readsNotBefore: Timestamp {
        let interval = snapshot.settings.pollInterval
        if awaitsHealthOnly, let progress = status.conditions[.progressing]?.lastUpdateTime {
            return progress.advanced(by: interval * 2)
        }
        guard !isRollingBack, !needsFacts, healthNeeded.isEmpty, membersNeeded.isEmpty,
            let written = record.written.values.max()
        else { return now }
        return written.advanced(by: interval).multiple(of: interval, .toNearestOrAwayFromZero)
    }
}

extension Timestamp {
    /// A multiple of an interval, counted from 1970.
    fileprivate func multiple(of interval: Duration, _ rule: FloatingPointRoundingRule) -> Timestamp {
        let unit = max(0.001, interval.inSeconds)
        let count = (Double(microseconds) / 1_000_000 / unit).rounded(rule)
        return Timestamp(microseconds: Int64(count * unit * 1_000_000))
    }
}
