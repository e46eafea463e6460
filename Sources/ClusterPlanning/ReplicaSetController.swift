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
        if let write = status.write(to: object) { plan.effects.append(.kubernetes(write)) }
        return plan
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
            let pod = newPod(for: replicaSet)
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

    /// A pod as the template describes it; the API server completes the name.
    private func newPod(for replicaSet: ReplicaSetView) -> JSONValue {
        let template = replicaSet.object.document.at("spec", "template") ?? [:]
        var metadata: JSONValue = [
            "generateName": .string("\(replicaSet.object.name)-"), "namespace": .string(replicaSet.object.namespace),
        ]
        for field in ["labels", "annotations", "finalizers"] {
            if let value = template.at("metadata", field) { metadata[field] = value }
        }
        metadata["ownerReferences"] = [replicaSet.reference.document]
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"] ?? [:],
        ]
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
    /// doubled up during an update are given up first.
    private func activePodsByNode(relatedTo replicaSet: ReplicaSetView, in world: World) -> [String: Int] {
        var uids: Set<String> = [replicaSet.object.uid]
        if let controller = replicaSet.object.controllerReference {
            for other in world.objects.objects(.replicaSet, namespace: replicaSet.object.namespace)
            where other.controllerReference?.uid == controller.uid {
                uids.insert(other.uid)
            }
        }
        var counts: [String: Int] = [:]
        for object in world.objects.objects(.pod, namespace: replicaSet.object.namespace) {
            guard let owner = object.controllerReference, uids.contains(owner.uid) else { continue }
            let pod = PodView(object)
            if pod.isActive { counts[pod.nodeName, default: 0] += 1 }
        }
        return counts
    }
}
