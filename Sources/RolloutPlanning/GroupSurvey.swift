import ELBModel
import KubernetesModel
import Planning
import RolloutModel

/// What reads say about the target groups of one service behind one Ingress.
struct GroupSurvey {
    /// What the targets of the groups are known to be.
    enum Members {
        /// The state of each target by its address.
        case known([String: TargetHealth.State])
        case unknown(why: String)
    }

    /// `ingress/service`, the key in `ConfirmedRecord`.
    var key: String
    var service: String
    /// The port in the tag; `nil` takes every port.
    var port: Int?
    /// Normally one; none when no load balancer routes to the service.
    var arns: [TargetGroupARN]
    /// The tag by which they are known.
    var tag = ""
    /// The largest share any rule gives the service, 0...100.
    var share = 0
    /// Seconds for which a cookie may lead here; `nil` when no rule that names the group is sticky.
    var stickySeconds: Int?
    var members = Members.known([:])
    /// Why the targets are not known, when a read of them failed.
    var trouble: ReadTrouble?

    /// Whether requests can arrive at any target of the groups.
    func reach(_ record: ConfirmedRecord, settle: Duration, now: Timestamp) -> Reach {
        if share > 0 { return .serving(weight: share) }
        guard let zero = record.zero[key] else { return .settling(since: now) }
        let horizon = stickySeconds.map { zero.since.advanced(by: .seconds($0)) }
        guard let end = zero.unsticky ?? horizon else { return .settling(since: now) }
        let isSettled = max(end, zero.since).advanced(by: settle) <= now
        return isSettled ? .unreachable(since: zero.since) : .settling(since: zero.since)
    }

    /// Records since when the group has no weight. `wantedWeight` is what its Ingress asks for now: while that is
    /// not 0, a read that still shows 0 proves nothing about the future.
    func note(in record: inout ConfirmedRecord, wantedWeight: Int, now: Timestamp) {
        guard share == 0, wantedWeight == 0 else {
            record.zero[key] = nil
            return
        }
        var zero = record.zero[key] ?? ConfirmedRecord.Zero(since: now)
        zero.unsticky = stickySeconds == nil ? (zero.unsticky ?? now) : nil
        record.zero[key] = zero
    }

    /// How many of these pods are healthy targets; `nil` when that is not known.
    func healthyCount(of pods: [PodView]) -> Int? {
        guard case .known(let states) = members else { return nil }
        return pods.filter { states[$0.address] == .healthy }.count
    }

    /// How many targets are healthy, whoever they are; `nil` when that is not known.
    var healthyCount: Int? {
        guard case .known(let states) = members else { return nil }
        return states.values.filter { $0 == .healthy }.count
    }

    /// Whether a cookie may lead to anything but these pods, as far as they are not being deleted; `true` when the
    /// targets are not known.
    func hasTargets(besides pods: [PodView]) -> Bool {
        guard case .known(let states) = members else { return true }
        let own = Set(pods.filter { !$0.object.isDeleting }.map(\.address))
        return states.contains { $0.value != .draining && $0.value != .unused && !own.contains($0.key) }
    }

    /// Whether every ready pod of a ReplicaSet is a healthy target, and nothing else is a target.
    func readiness(for pods: [PodView], of replicaSet: String) -> Readiness {
        let ready = pods.filter { $0.isReady && $0.drainSince == nil }
        guard case .known(let states) = members else {
            if case .unknown(let why) = members { return .unknown(why) }
            return .unknown("the targets of \(service) were not read")
        }
        guard !ready.isEmpty else { return .waiting("a ready pod of ReplicaSet \(replicaSet)") }
        let missing = ready.filter { states[$0.address] != .healthy }
        if let pod = missing.first {
            let state = states[pod.address].map { "is \($0.rawValue)" } ?? "is not registered"
            return .waiting(
                "\(missing.count) of \(ready.count) pods of \(replicaSet) to be healthy targets of \(service) "
                    + "(\(pod.name) \(state))")
        }
        let own = Set(pods.map(\.address))
        let foreign = states.keys.filter { states[$0] != .draining && states[$0] != .unused && !own.contains($0) }
        if let address = foreign.min() {
            return .waiting(
                "\(foreign.count) targets of \(service) that are no pods of \(replicaSet) to leave (\(address))")
        }
        return .ready
    }
}

/// Whether something that is about to carry requests can.
enum Readiness: Equatable {
    case ready
    /// What has to happen first.
    case waiting(String)
    /// Why nobody knows.
    case unknown(String)
}
