import ELBModel
import KubernetesModel
import RolloutModel

/// `Reach` of ReplicaSets and target groups, and the record of what was confirmed.
extension RolloutPass {
    /// Takes the facts that were read into the record.
    mutating func noteConfirmations() {
        guard let survey else {
            record = ConfirmedRecord()
            return
        }
        var keys: Set<String> = []
        for route in survey.routes {
            keys.formUnion(survey.destinations.map { "\(route.ingress)/\($0.key)" })
            guard case .known(let facts) = route.state else { continue }
            for group in facts.groups {
                let destination = RoutingSurvey.Destination(service: group.service, port: group.port)
                let wanted = snapshot.ingresses[route.ingress]?.wantedWeight(of: destination) ?? 0
                group.note(in: &record, wantedWeight: wanted, now: now)
            }
        }
        record.zero = record.zero.filter { keys.contains($0.key) }
        record.written = record.written.filter { entry in survey.routes.contains { $0.ingress == entry.key } }
        if let weight = survey.confirmedWeight {
            if record.weight?.canary != weight { record.weight = .init(canary: weight, since: now) }
        } else if survey.routes.allSatisfy({ !$0.isManaged || survey.facts(of: $0.ingress) != nil }) {
            record.weight = nil
        }
        if spec.blueGreen == nil { record.told = nil }
        let leaving = snapshot.replicaSets.filter { mayLeave($0) }
        record.apart = record.apart.filter { entry in
            leaving.contains { $0.hash == entry.key }
                || snapshot.replicaSets.contains { Self.drainKey(of: $0) == entry.key && !$0.isEmpty }
                || (entry.key == Self.restartKey && isRestarting)
                || (entry.key == Self.workloadKey && snapshot.workload != nil)
        }
        for replicaSet in leaving {
            switch membership(of: replicaSet) {
            case nil: record.apart[replicaSet.hash] = record.apart[replicaSet.hash] ?? now
            case .unknown: break
            case .serving, .settling, .unreachable: record.apart[replicaSet.hash] = nil
            }
        }
    }

    /// The action that an Ingress' annotation describes; `nil` when there is none that can be read.
    func writtenAction(on ingress: String) -> ForwardActionText? {
        guard let route = snapshot.ingresses[ingress] else { return nil }
        return route.reading.action(at: route.actionKey(canary))?.forward
    }

    /// Whether a ReplicaSet has pods that are to go.
    private func mayLeave(_ replicaSet: ReplicaSetView) -> Bool {
        guard !replicaSet.isEmpty else { return false }
        if rollout.object.isDeleting { return true }
        // A canary without weight may be asked to have no pods.
        if replicaSet.uid == current?.uid { return !isFullyPromoted && (isAborted || record.weight?.canary == 0) }
        if replicaSet.hash == status.stableRS {
            if spec.blueGreen != nil { return false }
            return canary.dynamicStableScale && record.weight?.canary == 100
        }
        return true
    }

    /// Whether requests can arrive at a target group.
    func reach(of group: GroupSurvey) -> Reach {
        group.reach(record, settle: settle, now: now)
    }

    /// Whether requests can arrive at a pod of a ReplicaSet.
    func reach(of replicaSet: ReplicaSetView) -> Reach {
        if replicaSet.isEmpty { return .unreachable(since: now) }
        guard survey != nil else {
            return isSelected(replicaSet) ? .unknown(why: "a Service selects it") : .unreachable(since: now)
        }
        if let reach = membership(of: replicaSet) { return reach }
        guard let since = record.apart[replicaSet.hash] else { return .settling(since: now) }
        return since.advanced(by: settle) <= now ? .unreachable(since: since) : .settling(since: since)
    }

    /// How requests can arrive at a ReplicaSet's pods through the target groups; `nil` when none of the groups that
    /// may carry requests has one of its pods.
    private func membership(of replicaSet: ReplicaSetView) -> Reach? {
        guard let survey else { return nil }
        let pods = snapshot.pods(of: replicaSet)
        var worst: Reach?
        func add(_ reach: Reach) { worst = worst.map { $0.combined(with: reach) } ?? reach }
        for route in survey.routes {
            switch route.state {
            case .notProvisioned:
                if record.weight != nil {
                    add(.unknown(why: "Ingress \(route.ingress) had a load balancer and shows none"))
                }
            case .unknown(let why): add(.unknown(why: why))
            case .known(let facts):
                for group in facts.groups {
                    let reach = reach(of: group)
                    if reach.permitsDestruction { continue }
                    if isSelected(replicaSet, by: group.service, pods: pods) {
                        add(reach)
                        continue
                    }
                    switch group.members {
                    case .unknown(let why): add(.unknown(why: why))
                    case .known(let states):
                        let present = pods.compactMap { states[$0.address] }
                        if present.contains(where: { $0 != .draining && $0 != .unused }) {
                            add(reach)
                        } else if present.contains(.draining) {
                            add(.settling(since: now))
                        }
                    }
                }
            }
        }
        return worst
    }

    private func isSelected(_ replicaSet: ReplicaSetView, by service: String, pods: [PodView]) -> Bool {
        guard let service = snapshot.services[service] else { return false }
        let selected = Set(snapshot.pods(selectedBy: service).map(\.name))
        return pods.contains { selected.contains($0.name) }
    }

    /// Whether requests can arrive through a Service of this Rollout on any Ingress whose weights it writes.
    ///
    /// Others give a Service all or nothing; there, its former pods stay until the new ones are healthy targets.
    ///
    /// - Parameter everywhere: whether those count as well.
    func reach(ofService service: String, everywhere: Bool = false) -> Reach {
        var worst = Reach.unreachable(since: Timestamp(seconds: 0))
        for route in survey?.routes ?? [] where everywhere || route.isManaged || route.isLeftover {
            switch route.state {
            case .notProvisioned:
                guard record.weight != nil else { continue }
                worst = worst.combined(
                    with: .unknown(why: "Ingress \(route.ingress) had a load balancer and shows none"))
            case .unknown(let why): worst = worst.combined(with: .unknown(why: why))
            case .known(let facts):
                for group in facts.groups where group.service == service {
                    worst = worst.combined(with: reach(of: group))
                }
            }
        }
        return worst
    }

    /// Notes that something waits for a target group or a ReplicaSet to become unreachable.
    ///
    /// - Parameter replicaSet: whose pods it is about; without, only weights are.
    mutating func follow(_ reach: Reach, of replicaSet: ReplicaSetView? = nil) {
        needsRules = true
        if let replicaSet { membersNeeded.formUnion(groupsThatMayHold(replicaSet)) }
        guard case .settling(let since) = reach else { return }
        wake(at: max(since.advanced(by: settle), now.advanced(by: .milliseconds(500))))
    }

    /// The target groups whose targets are to be read to know whether requests can arrive at a ReplicaSet: those that
    /// may carry requests and whose Service selects other pods now. None while a Service selects its own, because that
    /// ends first; none while it is known to be apart, until that is too long ago to be believed.
    private func groupsThatMayHold(_ replicaSet: ReplicaSetView) -> Set<TargetGroupARN> {
        guard membership(of: replicaSet) != nil else { return [] }
        let pods = snapshot.pods(of: replicaSet)
        var (holding, unknown): (Set<TargetGroupARN>, Set<TargetGroupARN>) = ([], [])
        for route in survey?.routes ?? [] {
            guard case .known(let facts) = route.state else { continue }
            for group in facts.groups where !reach(of: group).permitsDestruction {
                if isSelected(replicaSet, by: group.service, pods: pods) { return [] }
                switch group.members {
                case .unknown: unknown.formUnion(group.arns)
                case .known(let states):
                    if pods.contains(where: { states[$0.address] != nil }) { holding.formUnion(group.arns) }
                }
            }
        }
        return holding.isEmpty ? unknown : holding
    }
}
