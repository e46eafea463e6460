import ELBModel
import KubernetesModel
import Planning

/// Takes a stack down: listeners, load balancer, target groups, and at last the finalizer.
enum Teardown {
    static func plan(_ ingress: KubernetesObject, _ snapshot: IngressSnapshot, now: Timestamp) -> Plan {
        guard case .success(let facts) = IngressPlanner.stackFacts(snapshot) else {
            return IngressPlanner.unknown(ingress, snapshot, now: now)
        }
        let annotations = Annotations(
            prefix: snapshot.settings.annotationPrefix, sources: [.init("Ingress", ingress)])
        if ingress.isDeleting, !facts.loadBalancers.isEmpty, let problem = protection(annotations, ingress) {
            return guarded(ingress, snapshot, problem)
        }
        var plan = Plan()
        plan.watch(.stack(snapshot.stack), every: snapshot.settings.progressInterval, snapshot.observations)
        guard facts.loadBalancers.isEmpty else {
            for loadBalancer in facts.loadBalancers { plan.effects += delete(loadBalancer) }
            plan.decisions.append(
                Decision(snapshot.key, "TearingDown", "The load balancer goes first.", waitingFor: "its disappearance"))
            return plan
        }
        let groups = facts.targetGroups.map(\.targetGroup).sorted { $0.name < $1.name }
        if let used = groups.first(where: { !$0.loadBalancerARNs.isEmpty }) {
            plan.decisions.append(
                Decision(
                    snapshot.key, "TearingDown", "Target group \(used.name) is still attached.",
                    waitingFor: "AWS to forget the rules that used it"))
            return plan
        }
        plan.effects += groups.map { .elb(.deleteTargetGroup(.init(arn: $0.arn))) }
        // Reached only when every deletion before it was granted.
        plan.effects.append(.kubernetes(IngressPlanner.release(ingress)))
        plan.decisions.append(
            Decision(snapshot.key, "TearingDown", "\(groups.count) target groups go, then the Ingress is released."))
        return plan
    }

    private static func delete(_ facts: LoadBalancerFacts) -> [Effect] {
        var effects: [Effect] = []
        let protection = facts.attributes.first { $0.key == "deletion_protection.enabled" }
        if protection?.value == "true" {
            let off = Attribute(key: "deletion_protection.enabled", value: "false")
            effects.append(
                .elb(.modifyLoadBalancerAttributes(.init(arn: facts.loadBalancer.arn, attributes: [off]))))
        }
        effects += facts.listeners.map { .elb(.deleteListener(.init(arn: $0.listener.arn))) }
        effects.append(.elb(.deleteLoadBalancer(.init(arn: facts.loadBalancer.arn))))
        return effects
    }

    /// Deletion protection that the Ingress itself asks for. The first words are the peer's.
    private static func protection(_ annotations: Annotations, _ ingress: KubernetesObject) -> BuildProblem? {
        guard let entry = annotations.entry("load-balancer-attributes"),
            (try? entry.map())?["deletion_protection.enabled"] == "true"
        else { return nil }
        return entry.problem(
            "deletion_protection is enabled, cannot delete the ingress: \(ingress.name)",
            remedy: "Set deletion_protection.enabled=false in the annotation to let it go.")
    }

    private static func guarded(
        _ ingress: KubernetesObject, _ snapshot: IngressSnapshot, _ problem: BuildProblem
    ) -> Plan {
        Plan(
            effects: [
                IngressPlanner.event(
                    ingress, .warning, "FailedBuildModel", "Failed build model due to \(problem)")
            ],
            decisions: [
                Decision(snapshot.key, "DeletionProtected", "\(problem)", waitingFor: "the annotation to change")
            ])
    }
}
