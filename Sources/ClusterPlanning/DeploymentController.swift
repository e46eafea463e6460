import JSON
package import KubernetesModel
package import Planning

/// Moves each Deployment from one version to the next by sizing its ReplicaSets.
///
/// One plan makes one move, writes the status that follows from what was read, and looks again.
/// Source: the Kubernetes documentation of Deployments; Kubernetes 1.20.2, as observed.
package struct DeploymentController: Controller {
    static let component = "deployment-controller"

    package let name = "deployment"
    package let watchedKinds: [ResourceKind] = [.deployment, .replicaSet, .pod]

    package init() {}

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        switch change.kind {
        case .deployment: return change.object.map { [$0.key] } ?? []
        case .pod:
            // Only the end of an old version's last pods is waited for.
            guard let pod = change.object, let owner = pod.controllerReference else { return [] }
            let key = ObjectKey(namespace: pod.namespace, name: owner.name)
            let deployment = world.objects.object(.replicaSet, key)?.controllerReference
            return deployment.map { [ObjectKey(namespace: pod.namespace, name: $0.name)] } ?? []
        default:
            var keys: Set<ObjectKey> = []
            for replicaSet in [change.before, change.after].compactMap(\.self) {
                if let owner = replicaSet.controllerReference {
                    guard owner.kind == ResourceKind.deployment.kind else { continue }
                    keys.insert(ObjectKey(namespace: replicaSet.namespace, name: owner.name))
                } else {
                    let labels = replicaSet.labels
                    let owners = world.objects.objects(.deployment, namespace: replicaSet.namespace)
                        .filter { DeploymentView($0).selector?.matches(labels) ?? false }
                    keys.formUnion(owners.map(\.key))
                }
            }
            return keys.sorted()
        }
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        guard let object = world.objects.object(.deployment, key) else { return Plan() }
        let deployment = DeploymentView(object)
        guard deployment.selector != nil else { return Plan() }
        let family = DeploymentFamily(
            deployment, among: world.objects.objects(.replicaSet, namespace: key.namespace))
        var plan = Plan(effects: family.writes.map(Effect.kubernetes))
        var status = DeploymentStatus(of: deployment, current: family.current, others: family.others, now: now)
        if object.isDeleting {
            plan.effects += status.write(revision: nil).map { [.kubernetes($0)] } ?? []
            return plan
        }
        status.markPause()
        let isJudged = move(deployment, family, in: world, &status, &plan)
        if isJudged {
            status.markProgress()
            status.markFailure()
            if status.isComplete { plan.effects += forgotten(deployment, family) }
            if let time = status.deadline { plan.wake(at: time) }
        }
        let revision = deployment.isPaused ? nil : family.revision(of: deployment)
        plan.effects += status.write(revision: revision).map { [.kubernetes($0)] } ?? []
        return plan
    }

    package func followUp(
        _ outcome: WriteOutcome, of write: KubernetesWrite, for key: ObjectKey, in world: World, now: Timestamp
    ) -> [Effect] {
        guard case .create(.replicaSet, _) = write, case .refused(let failure) = outcome,
            let object = world.objects.object(.deployment, key)
        else { return [] }
        if failure.isAlreadyExists {
            let there = world.objects.object(.replicaSet, write.key)
            guard let there, there.controllerReference?.uid != object.uid else { return [] }
            // Another object has the name: the next hash differs.
            let count = object.status["collisionCount"]?.intValue ?? 0
            let body: JSONValue = ["status": ["collisionCount": .number(JSONNumber(count + 1))]]
            return [.kubernetes(.patch(KubernetesWrite.Patch(.deployment, key, body: body, subresource: "status")))]
        }
        let message = "Failed to create new replica set \"\(write.key.name)\": \(failure.message)"
        return [event(about: object, "ReplicaSetCreateError", message, .warning)]
    }
}

extension DeploymentController {
    /// Makes the next move.
    ///
    /// - Returns: whether the progress of an update is to be judged.
    private func move(
        _ deployment: DeploymentView, _ family: DeploymentFamily, in world: World, _ status: inout DeploymentStatus,
        _ plan: inout Plan
    ) -> Bool {
        let sizes = DeploymentSizes(deployment, current: family.current, others: family.others)
        if deployment.isPaused || family.isScaled(by: deployment) {
            for (name, size) in sizes.scaledSizes().sorted(by: { $0.key < $1.key }) {
                if let member = family.member(name) { plan.effects += resize(member, to: size, deployment) }
            }
            return false
        }
        if deployment.isRecreating {
            let running = family.others.filter { ReplicaSetView($0).replicas > 0 }
            if !running.isEmpty {
                for member in running { plan.effects += resize(member, to: 0, deployment) }
                return true
            }
            if family.hasPods(in: world) { return true }
        }
        guard let current = family.current else {
            let size = sizes.next(from: 0)
            plan.effects += creation(size, deployment, family)
            status.found("\(deployment.object.name)-\(deployment.templateHash)", isNew: true)
            return true
        }
        status.found(current.name, isNew: false)
        plan.effects += annotate(current, deployment, revision: family.revisionMax + 1)
        let now = ReplicaSetView(current).replicas
        let next = sizes.next(from: now)
        if next != now {
            plan.effects += resize(current, to: next, deployment)
            return true
        }
        if !deployment.isRecreating {
            for (name, size) in sizes.rollingSizes().sorted(by: { $0.key < $1.key }) {
                if let member = family.member(name) { plan.effects += resize(member, to: size, deployment) }
            }
        }
        return true
    }

    private func creation(_ replicas: Int, _ deployment: DeploymentView, _ family: DeploymentFamily) -> [Effect] {
        var annotations = DeploymentAnnotations.wanted(on: nil, of: deployment, revision: family.revisionMax + 1)
        annotations.merge(DeploymentAnnotations.sizes(for: deployment)) { _, new in new }
        let document = deployment.newReplicaSet(replicas: replicas, annotations: annotations)
        let name = KubernetesObject(document).name
        let creation = Effect.kubernetes(.create(.replicaSet, document))
        guard replicas > 0 else { return [creation] }
        return [
            creation,
            event(about: deployment.object, "ScalingReplicaSet", "Scaled up replica set \(name) to \(replicas)"),
        ]
    }

    /// Brings revision, copied annotations and `minReadySeconds` of the present ReplicaSet up to date.
    private func annotate(_ current: KubernetesObject, _ deployment: DeploymentView, revision: Int) -> [Effect] {
        let wanted = DeploymentAnnotations.wanted(on: current, of: deployment, revision: revision)
            .filter { current.annotation($0.key) != $0.value }
        var body: JSONValue = [:]
        if !wanted.isEmpty { body.set(labelDocument(wanted), at: "metadata", "annotations") }
        if ReplicaSetView(current).minReadySeconds != deployment.minReadySeconds {
            body.set(.number(JSONNumber(deployment.minReadySeconds)), at: "spec", "minReadySeconds")
        }
        return body == [:] ? [] : [.kubernetes(.patch(KubernetesWrite.Patch(.replicaSet, current.key, body: body)))]
    }

    private func resize(_ member: KubernetesObject, to size: Int, _ deployment: DeploymentView) -> [Effect] {
        let before = ReplicaSetView(member).replicas
        let annotations = DeploymentAnnotations.sizes(for: deployment)
        guard size != before || annotations.contains(where: { member.annotation($0.key) != $0.value }) else {
            return []
        }
        let body: JSONValue = [
            "metadata": ["annotations": labelDocument(annotations)], "spec": ["replicas": .number(JSONNumber(size))],
        ]
        let patch = KubernetesWrite.Patch(
            .replicaSet, member.key, body: body, resourceVersion: member.resourceVersion)
        guard size != before else { return [.kubernetes(.patch(patch))] }
        let direction = size > before ? "up" : "down"
        let message = "Scaled \(direction) replica set \(member.name) to \(size)"
        return [.kubernetes(.patch(patch)), event(about: deployment.object, "ScalingReplicaSet", message)]
    }

    /// Deletes the oldest ReplicaSets beyond the limit that have no pods any more.
    private func forgotten(_ deployment: DeploymentView, _ family: DeploymentFamily) -> [Effect] {
        let idle = family.others.filter { replicaSet in
            ReplicaSetView(replicaSet).replicas == 0 && (replicaSet.status["replicas"]?.intValue ?? 0) == 0
                && !replicaSet.isDeleting
        }.sorted { DeploymentAnnotations.revision(of: $0) < DeploymentAnnotations.revision(of: $1) }
        return idle.prefix(max(0, family.others.count - deployment.revisionHistoryLimit)).map {
            .kubernetes(.delete(KubernetesWrite.Deletion(.replicaSet, $0.key, uid: $0.uid)))
        }
    }

    private func event(
        about deployment: KubernetesObject, _ reason: String, _ message: String,
        _ severity: EventRecord.Severity = .normal
    ) -> Effect {
        .event(
            EventRecord(
                kind: .deployment, key: deployment.key, uid: deployment.uid, severity: severity, reason: reason,
                message: message, component: Self.component))
    }
}
