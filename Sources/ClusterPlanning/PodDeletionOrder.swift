package import KubernetesModel

/// Which pods a ReplicaSet gives up first when it shrinks.
///
/// Source: upstream pkg/controller/controller_utils.go, ActivePodsWithRanks.
package struct PodDeletionOrder: Sendable {
    /// How ages (time since ready, time since creation) are compared.
    package enum AgeComparison: Sendable, Equatable {
        /// The younger goes first, whatever the difference: Kubernetes up to 1.20.
        case exact
        /// Ages of the same power of two nanoseconds count as equal and the uid decides: Kubernetes from 1.21
        /// (feature LogarithmicScaleDown).
        case logarithmic(now: Timestamp)
    }

    /// A pod with the number of active pods of the same controller's ReplicaSets on its node.
    package struct Candidate: Sendable {
        package var pod: PodView
        /// At least 0; the higher, the more doubled-up the pod is.
        package var rank: Int

        package init(pod: PodView, rank: Int = 0) {
            self.pod = pod
            self.rank = rank
        }
    }

    package var ages: AgeComparison

    package init(ages: AgeComparison = .exact) {
        self.ages = ages
    }

    /// The candidates, those to delete first at the front; equal ones by name.
    package func sorted(_ candidates: [Candidate]) -> [Candidate] {
        candidates.map(Criteria.init).sorted(by: precedes).map(\.candidate)
    }

    private func precedes(_ left: Criteria, _ right: Criteria) -> Bool {
        if left.isAssigned != right.isAssigned { return right.isAssigned }
        if left.phase != right.phase { return left.phase < right.phase }
        if left.isReady != right.isReady { return right.isReady }
        if left.cost != right.cost { return left.cost < right.cost }
        if left.candidate.rank != right.candidate.rank { return left.candidate.rank > right.candidate.rank }
        if left.isReady, left.readySince != right.readySince {
            return isYounger(left, left.readySince, right, right.readySince)
        }
        if left.restarts != right.restarts { return left.restarts > right.restarts }
        if left.created != right.created { return isYounger(left, left.created, right, right.created) }
        return left.candidate.pod.object.name < right.candidate.pod.object.name
    }

    /// Whether `left` goes before `right` by age; a missing time counts as the youngest.
    private func isYounger(_ left: Criteria, _ first: Timestamp?, _ right: Criteria, _ second: Timestamp?) -> Bool {
        guard let first, let second else { return first == nil }
        switch ages {
        case .exact: return first > second
        case .logarithmic(let now):
            let (leftRank, rightRank) = (Self.logarithm(of: first, now), Self.logarithm(of: second, now))
            if leftRank == rightRank { return left.candidate.pod.object.uid < right.candidate.pod.object.uid }
            return leftRank < rightRank
        }
    }

    /// The whole base-2 logarithm of an age in nanoseconds; -1 for an age of 0 or less.
    private static func logarithm(of time: Timestamp, _ now: Timestamp) -> Int {
        let nanoseconds = (now.microseconds - time.microseconds).multipliedReportingOverflow(by: 1_000)
        guard nanoseconds.partialValue > 0 else { return -1 }
        return Int64.bitWidth - 1 - nanoseconds.partialValue.leadingZeroBitCount
    }
}

/// What is compared, read once per pod.
private struct Criteria {
    let candidate: PodDeletionOrder.Candidate
    let isAssigned: Bool
    let phase: Int
    let isReady: Bool
    let cost: Int
    let readySince: Timestamp?
    let restarts: Int
    let created: Timestamp?

    init(_ candidate: PodDeletionOrder.Candidate) {
        let pod = candidate.pod
        self.candidate = candidate
        isAssigned = !pod.nodeName.isEmpty
        phase = ["Pending", "Unknown", "Running"].firstIndex(of: pod.phase) ?? 0
        isReady = pod.isReady
        cost = pod.deletionCost
        readySince = pod.readySince
        restarts = pod.restarts
        created = pod.object.creationTimestamp
    }
}
