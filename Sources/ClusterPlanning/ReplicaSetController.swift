import JSON
package import KubernetesModel
package import Planning

/// Keeps as many pods as each ReplicaSet asks for.
///
/// Plans from the cache only: the runtime lets a key wait until the cache has seen the key's own writes, so that a
/// lagging watch never makes it create twice.
/// Source: upstream pkg/controller/replicaset/replica_set.go.
package struct ReplicaSetController: Controller {
    /// Creations or deletions in one plan, at most; the next plan goes on.
    package static let writesPerPlanMax = 500
    /// Who speaks in its Events.
    static let component = "replicaset-controller"

    package let name = "replicaset"
    package let watchedKinds: [ResourceKind] = [.replicaSet, .pod]
    /// How ages are compared when pods are given up.
    package enum AgeOrder: Sendable { case exact, logarithmic }
    private let ageOrder: AgeOrder

    /// - Parameter ageOrder: `.logarithmic` behaves as Kubernetes from 1.21, `.exact` as 1.20.
    package init(ageOrder: AgeOrder = .exact) {
        self.ageOrder = ageOrder
    }

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        guard change.kind == .pod else { return change.object.map { [$0.key] } ?? [] }
        var keys: Set<ObjectKey> = []
        for pod in [change.before, change.after].compactMap(\.self) {
            if let controller = pod.controllerReference {
                guard controller.kind == ResourceKind.replicaSet.kind else { continue }
                keys.insert(ObjectKey(namespace: pod.namespace, name: controller.name))
            } else {
                let labels = pod.labels
                let owners = world.objects.objects(.replicaSet, namespace: pod.namespace)
                    .filter { ReplicaSetView($0).selector?.matches(labels) ?? false }
                keys.formUnion(owners.map(\.key))
            }
        }
        return keys.sorted()
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        var plan = Plan()
        guard let object = world.objects.object(.replicaSet, key) else { return plan }
        let replicaSet = ReplicaSetView(object)
        let claim = PodClaim(replicaSet, among: world.objects.objects(.pod, namespace: key.namespace))
        plan.effects += claim.writes.map(Effect.kubernetes)
        if !object.isDeleting { scale(replicaSet, claim.pods, in: world, now: now, &plan) }

        let status = ReplicaSetStatus(of: replicaSet, pods: claim.pods, now: now)
        if let time = status.nextAvailableAt { plan.wake(at: time) }
        // It comes last: it is only reached when nothing was refused, and takes a former refusal away.
        if let write = status.write(to: object) { plan.effects.append(.kubernetes(write)) }
        return plan
    }

    package func followUp(
        _ outcome: WriteOutcome, of write: KubernetesWrite, for key: ObjectKey, in world: World, now: Timestamp
    ) -> [Effect] {
        guard let object = world.objects.object(.replicaSet, key) else { return [] }
        let report = PodControlReport(outcome, of: write, owner: object, .replicaSet, component: Self.component)
        guard let report else { return [] }
        guard let problem = report.problem else { return [.event(report.event)] }
        let replicaSet = ReplicaSetView(object)
        let claim = PodClaim(replicaSet, among: world.objects.objects(.pod, namespace: key.namespace))
        var status = ReplicaSetStatus(of: replicaSet, pods: claim.pods, now: now)
        status.failure = ReplicaSetStatus.Failure(reason: report.event.reason, message: problem, at: now)
        return [.event(report.event)] + (status.write(to: object).map { [.kubernetes($0)] } ?? [])
    }
}

extension ReplicaSetController {
    private func scale(
        _ replicaSet: ReplicaSetView, _ pods: [PodView], in world: World, now: Timestamp, _ plan: inout Plan
    ) {
        let key = replicaSet.object.key
        let difference = replicaSet.replicas - pods.count
        if difference > 0, replicaSet.selector != nil {
            let count = min(difference, Self.writesPerPlanMax)
            let template = replicaSet.object.document.at("spec", "template") ?? [:]
            let pod = PodTemplate.pod(from: template, owner: replicaSet.object, .replicaSet)
            plan.effects += (0..<count).map { _ in .kubernetes(.create(.pod, pod)) }
            plan.decisions.append(
                Decision(key, "PodsCreated", "\(pods.count) of \(replicaSet.replicas) pods exist, creating \(count)."))
        } else if difference < 0 {
            let count = min(-difference, Self.writesPerPlanMax)
            for pod in surplus(count, of: pods, replicaSet, in: world, now: now) {
                plan.effects.append(
                    .kubernetes(.delete(KubernetesWrite.Deletion(.pod, pod.key, uid: pod.object.uid))))
            }
            plan.decisions.append(
                Decision(key, "PodsDeleted", "\(pods.count) pods exist for \(replicaSet.replicas), deleting \(count)."))
        }
    }

    private func surplus(
        _ count: Int, of pods: [PodView], _ replicaSet: ReplicaSetView, in world: World, now: Timestamp
    ) -> [PodView] {
        guard count < pods.count else { return pods }
        let crowding = activePodsByNode(relatedTo: replicaSet, in: world)
        let candidates = pods.map { PodDeletionOrder.Candidate(pod: $0, rank: crowding[$0.nodeName] ?? 0) }
        let order: PodDeletionOrder =
            switch ageOrder {
            case .exact: PodDeletionOrder(ages: .exact)
            case .logarithmic: PodDeletionOrder(ages: .logarithmic(now: now))
            }
        return order.sorted(candidates).prefix(count).map(\.pod)
    }

    /// Active pods per node of all ReplicaSets with the same controller as this one (itself included), so that pods
    /// doubled up during an update are given up first. Nothing for a ReplicaSet that nobody controls.
    private func activePodsByNode(relatedTo replicaSet: ReplicaSetView, in world: World) -> [String: Int] {
        guard let controller = replicaSet.object.controllerReference else { return [:] }
        let siblings = world.objects.objects(.replicaSet, namespace: replicaSet.object.namespace)
            .filter { $0.controllerUID == controller.uid }
        let uids = Set(siblings.map(\.uid))
        var counts: [String: Int] = [:]
        for object in world.objects.objects(.pod, namespace: replicaSet.object.namespace) {
            guard let owner = object.controllerReference, uids.contains(owner.uid) else { continue }
            let pod = PodView(object)
            if pod.isActive { counts[pod.nodeName, default: 0] += 1 }
        }
        return counts
    }
}
