import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel

/// Pods that a ReplicaSet gives up while it keeps others: they leave their target groups before they are deleted.
///
/// Nobody but the ReplicaSet controller deletes pods, and it deletes without asking. So the pods it will choose are
/// marked first (deletion cost), taken out of the target groups by the Ingress controller (the annotation
/// `weir.dev/drain`), and only when no read shows them any more is the ReplicaSet scaled.
extension RolloutPass {
    static func drainKey(of replicaSet: ReplicaSetView) -> String { "\(replicaSet.hash)/drain" }

    /// Whether the pods that a ReplicaSet will give up are out of every target group that may carry requests.
    ///
    /// Marks the pods when they are not marked yet.
    mutating func isDrained(_ replicaSet: ReplicaSetView, for count: Int) -> Bool {
        if reach(of: replicaSet).permitsDestruction { return true }
        let alive = snapshot.pods(of: replicaSet).filter { !$0.object.isDeleting && !$0.hasEnded }
        guard replicaSet.replicas <= alive.count else {
            // It would delete one more than is known here to be too many.
            draining.formUnion(alive.filter { $0.drainSince != nil }.map(\.name))
            decide(
                "Draining",
                "ReplicaSet \(replicaSet.name) counts \(replicaSet.replicas) pods, and \(alive.count) are there.",
                waitingFor: "ReplicaSet \(replicaSet.name) to notice the pods that have gone")
            return false
        }
        let surplus = alive.count - count
        guard surplus > 0 else { return true }
        let outdated = Set(outdatedPods.map(\.name))
        let leaving = alive.sorted { left, right in
            if left.isReady != right.isReady { return !left.isReady }
            // A restart replaces what is older than it was asked for; see `surged`.
            return outdated.contains(left.name) == outdated.contains(right.name)
                ? Self.leavesBefore(left, right) : outdated.contains(left.name)
        }.prefix(surplus)
        // A pod that is not ready may be a target all the same: the load balancer makes up its own mind.
        let reachable = leaving.filter { $0.isReady || $0.drainSince != nil || isTarget($0) }
        return reachable.isEmpty
            || haveLeft(reachable, Self.drainKey(of: replicaSet), of: "ReplicaSet \(replicaSet.name)")
    }

    /// Whether a load balancer may send requests to a pod.
    private func isTarget(_ pod: PodView) -> Bool {
        guard !pod.address.isEmpty else { return false }
        if case .absent = presence(of: [pod.address]) { return false }
        return true
    }

    /// Whether pods are out of every target group that may carry requests; those that are not marked yet are marked.
    ///
    /// - Parameters:
    ///   - key: under which `ConfirmedRecord.apart` remembers since when.
    ///   - owner: whose pods they are, for the reasons.
    ///   - canGiveUp: whether a load balancer controller that does not know the marks is waited for only so long.
    mutating func haveLeft(
        _ leaving: [PodView], _ key: String, of owner: String, canGiveUp: Bool = true
    ) -> Bool {
        draining.formUnion(leaving.map(\.name))
        let unmarked = leaving.filter { $0.drainSince == nil }
        for pod in unmarked { mark(pod) }
        needsFacts = true
        guard unmarked.isEmpty else {
            record.apart[key] = nil
            decide(
                "Draining", "\(leaving.count) pods of \(owner) leave their target groups before they go.",
                waitingFor: "the targets to be deregistered")
            return false
        }
        switch presence(of: leaving.map(\.address)) {
        case .absent:
            let since = record.apart[key] ?? now
            record.apart[key] = since
            let end = since.advanced(by: settle)
            if end <= now { return true }
            wake(at: max(end, now.advanced(by: .milliseconds(500))))
            decide("Draining", "\(leaving.count) pods of \(owner) settle.", waitingFor: end.rfc3339)
        case .draining:
            record.apart[key] = nil
            decide(
                "Draining", "\(leaving.count) pods of \(owner) are draining.",
                waitingFor: "their deregistration delay")
        case .present(let why, let isIgnored):
            record.apart[key] = nil
            let since = leaving.compactMap(\.drainSince).max() ?? now
            let patience = snapshot.settings.drainStartMax
            let isLate = since.advanced(by: patience) <= now
            if canGiveUp, isIgnored || patience == .zero, isLate {
                decide(
                    "DrainGivenUp",
                    "\(leaving.count) pods of \(owner) were not taken out of their target groups (\(why)); they go "
                        + "without it.")
                return true
            }
            let remedy =
                isLate && !isIgnored
                ? " Is the Ingress controller running? If another one than Weir's serves the Ingress now, remove the "
                    + "annotation \(RolloutKeys.honoursDrain) from it." : ""
            decide("Draining", "\(leaving.count) pods of \(owner) are still targets.\(remedy)", waitingFor: why)
        }
        return false
    }

    /// Takes the mark from pods that stay after all.
    mutating func undrain() {
        let owners = Set(snapshot.replicaSets.map(\.uid))
        for pod in snapshot.pods where owners.contains(pod.ownerUID) && !draining.contains(pod.name) {
            guard pod.object.annotation(RolloutKeys.drain) != nil, !pod.object.isDeleting, !isLeaving(pod) else {
                continue
            }
            annotate(pod, [RolloutKeys.drain: .null, RolloutKeys.deletionCost: .null])
        }
    }

    /// Whether this plan or the last one shrinks the pod's ReplicaSet below the pods it has.
    private func isLeaving(_ pod: PodView) -> Bool {
        guard let owner = snapshot.replicaSets.first(where: { $0.uid == pod.ownerUID }) else { return true }
        let wanted = replicaSetChanges[owner.name]?.replicas ?? owner.specReplicas
        return snapshot.pods(of: owner).filter { !$0.object.isDeleting }.count > wanted
    }

    /// Marked ones first, then the youngest.
    private static func leavesBefore(_ left: PodView, _ right: PodView) -> Bool {
        if (left.drainSince == nil) != (right.drainSince == nil) { return left.drainSince != nil }
        let leftMade = left.object.creationTimestamp ?? .distant
        let rightMade = right.object.creationTimestamp ?? .distant
        return leftMade == rightMade ? left.name < right.name : leftMade > rightMade
    }

    private mutating func mark(_ pod: PodView) {
        annotate(pod, [RolloutKeys.drain: .string(now.rfc3339), RolloutKeys.deletionCost: "-1000"])
    }

    private mutating func annotate(_ pod: PodView, _ annotations: JSONObject) {
        let body: JSONValue = ["metadata": ["annotations": .object(annotations)]]
        effects.append(.kubernetes(.patch(.init(.pod, pod.object.key, body: body))))
    }

    private enum Presence {
        case absent
        case draining
        /// - Parameter isIgnored: whether nobody who could take them out is known to honour the mark.
        case present(why: String, isIgnored: Bool)

        /// Of two the one that permits less.
        func combined(with other: Presence) -> Presence {
            switch (self, other) {
            case (.present(let why, let isIgnored), .present(let otherWhy, let otherIsIgnored)):
                .present(why: isIgnored ? otherWhy : why, isIgnored: isIgnored && otherIsIgnored)
            case (.present, _): self
            case (_, .present): other
            case (.draining, _): self
            case (_, .draining): other
            case (.absent, .absent): self
            }
        }
    }

    /// Whether any of these addresses is a target of a group that may carry requests.
    private func presence(of addresses: [String]) -> Presence {
        var worst = Presence.absent
        for route in survey?.routes ?? [] {
            let ingress = snapshot.ingresses[route.ingress]?.object
            let isIgnored = ingress?.annotation(RolloutKeys.honoursDrain) != "true"
            switch route.state {
            case .notProvisioned: continue
            case .unknown(let why): worst = worst.combined(with: .present(why: why, isIgnored: isIgnored))
            case .known(let facts):
                for group in facts.groups where !reach(of: group).permitsDestruction {
                    worst = worst.combined(with: presence(of: addresses, in: group, isIgnored: isIgnored))
                }
            }
        }
        return worst
    }

    private func presence(of addresses: [String], in group: GroupSurvey, isIgnored: Bool) -> Presence {
        switch group.members {
        case .unknown(let why): return .present(why: why, isIgnored: isIgnored)
        case .known(let states):
            let found = addresses.filter { states[$0].map { $0 != .unused } ?? false }
            guard let present = found.first(where: { states[$0] != .draining }) else {
                return found.isEmpty ? .absent : .draining
            }
            return .present(why: "\(present) to leave \(group.service)", isIgnored: isIgnored)
        }
    }
}
