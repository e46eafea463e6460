import JSON
package import KubernetesModel
package import Planning

/// Counts the pods of each PodDisruptionBudget, so that the API server knows how many evictions it may grant.
///
/// A share, and `maxUnavailable`, refer to what the pods' controllers want, not to the pods that are there.
/// Source: the Kubernetes documentation of disruption budgets; Kubernetes 1.20.2, as observed.
package struct DisruptionBudgetController: Controller {
    /// How long a pod whose eviction was granted counts as going though nobody has marked it.
    package static let deletionTimeout = Duration.seconds(120)
    static let component = "controllermanager"

    package let name = "disruption"
    package let watchedKinds: [ResourceKind] = [.podDisruptionBudget, .pod, .replicaSet, .deployment]

    package init() {}

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        guard let object = change.object else { return [] }
        if change.kind == .podDisruptionBudget { return [object.key] }
        let budgets = world.objects.objects(.podDisruptionBudget, namespace: object.namespace)
        guard change.kind == .pod else { return budgets.map(\.key) }
        let labels = [change.before, change.after].compactMap(\.self).map(\.labels)
        return budgets.filter { budget in
            guard let selector = DisruptionBudgetView(budget).selector else { return false }
            return labels.contains { selector.matches($0) }
        }.map(\.key)
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        guard let object = world.objects.object(.podDisruptionBudget, key) else { return Plan() }
        let budget = DisruptionBudgetView(object)
        let pods = budget.selector.map { world.objects.objects(.pod, namespace: key.namespace, matching: $0) } ?? []
        let views = pods.map(PodView.init)
        switch wanted(by: budget, pods: views, in: world) {
        case .failure(let problem): return failSafe(budget, problem)
        case .success(let (expected, desired)):
            let status = DisruptionBudgetStatus(of: budget, pods: views, expected: expected, desired: desired, now: now)
            var plan = Plan(effects: status.write(to: object, now: now).map { [.kubernetes($0)] } ?? [])
            if let time = status.nextCheckAt { plan.wake(at: time) }
            return plan
        }
    }
}

extension DisruptionBudgetController {
    /// Why nobody knows how many pods there should be.
    struct Problem: Error, Equatable {
        var reason: String
        var message: String
    }

    /// How many pods there should be, and how many of them must be healthy.
    private func wanted(
        by budget: DisruptionBudgetView, pods: [PodView], in world: World
    ) -> Result<(expected: Int, desired: Int), Problem> {
        if let limit = budget.maxUnavailable {
            return scale(of: pods, in: world).map { ($0, max(0, $0 - limit.count(of: $0))) }
        }
        switch budget.minAvailable {
        case .pods(let number): return .success((pods.count, number))
        case .percent?: return scale(of: pods, in: world).map { ($0, budget.minAvailable?.count(of: $0) ?? 0) }
        case nil: return .success((pods.count, 0))
        }
    }

    /// The sum of what the pods' controllers want.
    private func scale(of pods: [PodView], in world: World) -> Result<Int, Problem> {
        var scales: [String: Int] = [:]
        for pod in pods {
            guard let reference = pod.object.controllerReference else {
                return .failure(
                    Problem(
                        reason: "NoControllerRef", message: "found no controller ref for pod \"\(pod.object.name)\""))
            }
            guard let (uid, scale) = scale(of: reference, namespace: pod.object.namespace, in: world) else {
                return .failure(
                    Problem(reason: "NoControllers", message: "found no controllers for pod \"\(pod.object.name)\""))
            }
            scales[uid] = scale
        }
        return .success(scales.values.reduce(0, +))
    }

    /// What one controller wants: a ReplicaSet, or the Deployment behind it.
    private func scale(
        of reference: OwnerReference, namespace: String, in world: World
    ) -> (uid: String, scale: Int)? {
        guard reference.kind == ResourceKind.replicaSet.kind else { return nil }
        let key = ObjectKey(namespace: namespace, name: reference.name)
        guard let replicaSet = world.objects.object(.replicaSet, key), replicaSet.uid == reference.uid else {
            return nil
        }
        if let owner = replicaSet.controllerReference, owner.kind == ResourceKind.deployment.kind {
            let owner = world.objects.object(.deployment, ObjectKey(namespace: namespace, name: owner.name))
            return owner.map { ($0.uid, $0.spec["replicas"]?.intValue ?? 1) }
        }
        return (replicaSet.uid, ReplicaSetView(replicaSet).replicas)
    }

    /// While nobody knows the number, no eviction is granted.
    private func failSafe(_ budget: DisruptionBudgetView, _ problem: Problem) -> Plan {
        let object = budget.object
        func event(_ reason: String, _ message: String) -> Effect {
            .event(
                EventRecord(
                    kind: .podDisruptionBudget, key: object.key, uid: object.uid, severity: .warning, reason: reason,
                    message: message, component: Self.component))
        }
        var plan = Plan(effects: [
            event(problem.reason, problem.message),
            event(
                "CalculateExpectedPodCountFailed",
                "Failed to calculate the number of expected pods: \(problem.message)"),
        ])
        if (object.status["disruptionsAllowed"]?.intValue ?? 0) > 0 {
            let body: JSONValue = ["status": ["disruptionsAllowed": 0]]
            plan.effects.append(
                .kubernetes(
                    .patch(
                        KubernetesWrite.Patch(.podDisruptionBudget, object.key, body: body, subresource: "status"))))
        }
        return plan
    }
}
