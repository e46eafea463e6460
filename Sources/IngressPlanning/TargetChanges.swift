import ELBModel

/// What has to happen to the targets of one group: new ones are registered before former ones go.
///
/// A target that should not be registered any more stays as long as it is better than nothing: while its pod lives and
/// the targets that replace it have not been found healthy.
struct TargetChanges: Equatable {
    /// Why a former target is still registered.
    struct Kept: Equatable {
        var target: TargetAddress
        /// What the wait is for, as the end of a sentence.
        var waitingFor: String
    }

    private(set) var register: [TargetAddress] = []
    private(set) var deregister: [TargetAddress] = []
    /// Those whose pod is gone or going: nothing has to happen first, and nothing may hold them up.
    private(set) var deregisterFirst: [TargetAddress] = []
    private(set) var kept: [Kept] = []
    /// What would be registered if its pod were known.
    private(set) var awaited: [TargetAddress] = []
    /// Whether a desired target is on its way to be found healthy or unhealthy.
    private(set) var isSettling = false
    /// Whether the answer depends on healths that were read too long ago to act on.
    private(set) var needsFreshHealth = false

    /// What is known of the targets now.
    struct Situation {
        /// What should be registered, sorted.
        var desired: [TargetAddress]
        /// What is not registered anew though it should be.
        var withoutPod: Set<TargetAddress>
        /// What is registered, with its health; draining targets count as gone.
        var registered: [TargetHealthDescription]
        /// Whether a rule or listener forwards to the group; otherwise nothing is checked and nothing can be lost.
        var isInUse: Bool
        /// Whether the healths are recent enough to take a target away on their word.
        var isFresh: Bool
        var pods: PodIndex
        /// The service's; `nil` when the service or its port does not exist.
        var selector: [String: String]?
    }

    init(_ situation: Situation) {
        var states: [TargetAddress: TargetHealth.State] = [:]
        for description in situation.registered where description.health.state != .draining {
            guard let port = description.target.port else { continue }
            states[TargetAddress(ip: description.target.id, port: port)] = description.health.state
        }
        let missing = situation.desired.filter { states[$0] == nil }
        register = missing.filter { !situation.withoutPod.contains($0) }
        awaited = missing.filter(situation.withoutPod.contains)
        let healthy = situation.desired.filter { states[$0] == .healthy }
        let pending = situation.desired.filter { address in
            guard let state = states[address] else { return true }
            return state != .healthy && state != .unhealthy
        }
        isSettling = situation.isInUse && pending.contains { states[$0] != .unused && states[$0] != .unavailable }
        let wanted = Set(situation.desired)
        for target in states.keys.sorted() where !wanted.contains(target) {
            let reason = reasonToKeep(
                target, in: situation, hasHealthy: !healthy.isEmpty, isSettled: pending.isEmpty)
            if let reason {
                kept.append(Kept(target: target, waitingFor: reason))
            } else if !situation.isFresh, isDecidedByHealth(target, in: situation) {
                needsFreshHealth = true
            } else if situation.pods.isGoneOrGoing(ip: target.ip) {
                deregisterFirst.append(target)
            } else {
                deregister.append(target)
            }
        }
    }

    /// Why a former target must stay; `nil` when it can go.
    private func reasonToKeep(
        _ target: TargetAddress, in situation: Situation, hasHealthy: Bool, isSettled: Bool
    ) -> String? {
        guard situation.isInUse else { return nil }
        if situation.selector == nil, !situation.pods.isGoneOrGoing(ip: target.ip) {
            return "the service and its port to exist"
        }
        let noneReady = "a ready endpoint of the service"
        let noneHealthy = "one of its \(situation.desired.count) new targets to become healthy"
        switch situation.pods.state(at: target.ip) {
        case .gone: return nil
        case .terminating:
            return hasHealthy || situation.desired.isEmpty ? nil : noneHealthy
        case .draining: return hasHealthy ? nil : situation.desired.isEmpty ? noneReady : noneHealthy
        case .notReady:
            guard situation.pods.isFormer(ip: target.ip, of: situation.selector) else { return nil }
            return hasHealthy ? nil : situation.desired.isEmpty ? noneReady : noneHealthy
        case .ready:
            guard situation.pods.isFormer(ip: target.ip, of: situation.selector) else { return nil }
            if situation.desired.isEmpty { return noneReady }
            if !hasHealthy { return noneHealthy }
            return isSettled ? nil : "all \(situation.desired.count) new targets to be health-checked"
        }
    }

    /// Whether the target may go only because others were seen healthy.
    private func isDecidedByHealth(_ target: TargetAddress, in situation: Situation) -> Bool {
        guard situation.isInUse else { return false }
        switch situation.pods.state(at: target.ip) {
        case .gone: return false
        case .terminating: return !situation.desired.isEmpty
        case .draining: return true
        case .notReady, .ready: return situation.pods.isFormer(ip: target.ip, of: situation.selector)
        }
    }
}
