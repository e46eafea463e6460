import ELBModel
import KubernetesModel

/// Changes that time brings.
extension LoadBalancerState {
    /// The earliest time at which a state changes by itself, looked for only where something has changed.
    mutating func rememberTransition() -> Timestamp? {
        if let known = knownTransition, known.loadBalancers == loadBalancers.revision,
            known.targetGroups == targetGroups.revision
        {
            return known.due
        }
        let due = nextTransition
        knownTransition = (loadBalancers.revision, targetGroups.revision, due)
        return due
    }

    /// The earliest time at which a state changes by itself; may be in the past.
    var nextTransition: Timestamp? {
        var earliest: Timestamp?
        func consider(_ time: Timestamp) {
            if earliest.map({ time < $0 }) ?? true { earliest = time }
        }
        for record in loadBalancers.ordered where record.loadBalancer.state.code == .provisioning {
            consider(record.activeAt)
        }
        for group in targetGroups.ordered {
            for target in group.targets.ordered {
                switch target.phase {
                case .registering(let until), .draining(let until): consider(until)
                case .unused, .checking, .healthy, .unhealthy: continue
                }
            }
        }
        return earliest
    }

    /// Makes every change that is due at the clock's time.
    mutating func transition() {
        for arn in loadBalancers.keys {
            guard let record = loadBalancers[arn], record.loadBalancer.state.code == .provisioning,
                record.activeAt <= clock
            else { continue }
            loadBalancers[arn]?.loadBalancer.state = .init(code: .active)
            unpublished.insert(arn)
        }
        for arn in targetGroups.keys {
            for target in targetGroups[arn]?.targets.ordered ?? [] {
                switch target.phase {
                case .registering(let until) where until <= clock:
                    targetGroups[arn]?.targets[target.key]?.phase = .checking
                    targetGroups[arn]?.targets[target.key]?.nextCheckAt = until
                    markChanged(arn)
                case .draining(let until) where until <= clock:
                    targetGroups[arn]?.targets[target.key] = nil
                    markChanged(arn)
                case .registering, .draining, .unused, .checking, .healthy, .unhealthy:
                    continue
                }
            }
        }
    }
}
