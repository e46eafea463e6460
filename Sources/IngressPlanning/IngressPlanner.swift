import ELBModel
import JSON
package import KubernetesModel
package import Planning

/// Decides what to do next for one Ingress: a namespace, there is no state.
package enum IngressPlanner {
    /// The finalizer by which an Ingress waits for its AWS resources to be deleted. Source: the peer's.
    package static let finalizer = "ingress.k8s.aws/resources"
    /// The annotation by which an Ingress says, with `true`, that its controller takes pods that are marked to drain
    /// out of their target groups.
    package static let honoursDrain = "weir.dev/honours-drain"

    /// The next plan: nothing for Ingresses of others, teardown for those that were ours, deployment for ours.
    package static func plan(_ snapshot: IngressSnapshot, now: Timestamp) -> Plan {
        var memory = PlanMemory()
        return plan(snapshot, now: now, reusing: &memory)
    }

    /// The same; the stack is built anew only when something that it depends on has changed.
    static func plan(_ snapshot: IngressSnapshot, now: Timestamp, reusing memory: inout PlanMemory) -> Plan {
        guard let ingress = snapshot.ingress else { return Plan() }
        let isHeld = ingress.finalizers.contains(finalizer)
        let classes = snapshot.objects.objects(.ingressClass)
        let match = IngressClassMatch(of: ingress, classes: classes, settings: snapshot.settings)
        if ingress.isDeleting, match != .peers { return isHeld ? Teardown.plan(ingress, snapshot, now: now) : Plan() }
        switch match {
        case .peers: return Plan()
        case .ours: return deploy(ingress, snapshot, now: now, reusing: &memory)
        case .foreign: return isHeld ? Teardown.plan(ingress, snapshot, now: now) : Plan()
        case .refused(let problem): return keepLastGood(ingress, snapshot, problem, now: now)
        case .invalid(let problem):
            // Nothing is taken down for a class that may have been edited or deleted by mistake.
            return isHeld ? keepLastGood(ingress, snapshot, problem, now: now) : Plan()
        }
    }

    private static func deploy(
        _ ingress: KubernetesObject, _ snapshot: IngressSnapshot, now: Timestamp, reusing memory: inout PlanMemory
    ) -> Plan {
        let desired: DesiredStack
        do {
            desired = try IngressMemory.stack(of: ingress, snapshot, reusing: &memory)
        } catch {
            return keepLastGood(ingress, snapshot, error, now: now)
        }
        guard case .success(let facts) = stackFacts(snapshot) else {
            return unknown(ingress, snapshot, now: now)
        }
        var deployment = StackDeployment(desired, facts: facts, snapshot: snapshot, now: now)
        deployment.run()
        var plan = deployment.plan
        let annotations = Annotations(
            prefix: snapshot.settings.annotationPrefix, sources: [.init("Ingress", ingress)])
        plan.decisions += UnsupportedAnnotations.notes(annotations).map {
            Decision(snapshot.key, "AnnotationPassedOver", $0)
        }
        if let claim = claim(on: ingress) { plan.effects.insert(.kubernetes(claim), at: 0) }
        guard !deployment.isIncomplete else {
            plan.effects += deployment.conditions
            return plan
        }
        let changesStack = plan.effects.contains(where: \.isStackChange)
        var hasNewStatus = false
        if let loadBalancer = deployment.inventory.loadBalancer?.loadBalancer,
            let patch = IngressStatus.patch(of: ingress, to: loadBalancer, ports: desired.listeners.map(\.port))
        {
            plan.effects.append(.kubernetes(patch))
            hasNewStatus = true
        }
        if changesStack || hasNewStatus {
            plan.effects.append(
                event(ingress, .normal, "SuccessfullyReconciled", "Successfully reconciled"))
            let answered = desired.missingBackends.filter { !deployment.keptForMissing.contains($0) }
            plan.effects += answered.map { missing(ingress, $0, "requests are answered with 503") }
        }
        plan.effects += deployment.keptForMissing.map {
            missing(ingress, $0, "requests go where they went, as long as targets there are healthy")
        }
        // Pods are told last: one that is gone stops nothing else.
        plan.effects += deployment.conditions
        return plan
    }

    private static func missing(_ ingress: KubernetesObject, _ problem: BuildProblem, _ outcome: String) -> Effect {
        let told = BuildProblem(problem.place, "\(problem.problem), so \(outcome)", remedy: problem.remedy)
        return event(ingress, .warning, "BackendNotFound", "\(told)")
    }

    /// What is written is wrong: what exists stays, and targets keep following the endpoints.
    private static func keepLastGood(
        _ ingress: KubernetesObject, _ snapshot: IngressSnapshot, _ problem: BuildProblem, now: Timestamp
    ) -> Plan {
        var plan = Plan()
        plan.effects.append(event(ingress, .warning, "FailedBuildModel", "Failed build model due to \(problem)"))
        plan.decisions.append(
            Decision(
                snapshot.key, "FailedBuildModel", "\(problem)",
                waitingFor: "a corrected Ingress; what exists in AWS stays as it is"))
        guard ingress.finalizers.contains(finalizer) else { return plan }
        plan.watch(.stack(snapshot.stack), every: snapshot.settings.driftInterval, snapshot.observations)
        guard case .success(let facts) = stackFacts(snapshot) else { return plan }
        let used = Set(facts.targetGroups.filter { !$0.targetGroup.loadBalancerARNs.isEmpty }.map(\.targetGroup.arn))
        let registrar = TargetRegistrar(snapshot: snapshot, groupsInUse: used, now: now)
        let outcomes = facts.targetGroups.map { ($0.targetGroup.arn, registrar.plan($0)) }
        plan.effects += outcomes.flatMap(\.1.urgentDeregistrations)
        plan.effects += outcomes.flatMap(\.1.registrations) + outcomes.flatMap(\.1.deregistrations)
        plan.effects += outcomes.flatMap(\.1.conditions)
        for (arn, outcome) in outcomes {
            plan.decisions += outcome.decisions
            if let interval = outcome.interval {
                plan.watch(.targetHealth(arn), every: interval, snapshot.observations)
            }
        }
        return plan
    }

    /// AWS has not been read yet, or has not answered: nothing is changed on an assumption.
    static func unknown(_ ingress: KubernetesObject, _ snapshot: IngressSnapshot, now: Timestamp) -> Plan {
        var plan = Plan()
        let subject = ObservationSubject.stack(snapshot.stack)
        guard case .failure(let failure)? = snapshot.observations[subject]?.result else {
            plan.observe(subject, maxAge: snapshot.settings.driftInterval)
            plan.decisions.append(
                Decision(
                    snapshot.key, "StackUnknown", "What exists in AWS has not been read yet.",
                    waitingFor: "the first read of \(subject)"))
            return plan
        }
        plan.watch(subject, every: snapshot.settings.retryInterval, snapshot.observations)
        plan.effects.append(
            event(
                ingress, .warning, "FailedDeployModel",
                "Failed deploy model due to \(failure). Nothing is changed until AWS answers."))
        plan.decisions.append(
            Decision(
                snapshot.key, "StackUnknown", "Reading \(subject) was refused: \(failure).", waitingFor: "AWS to answer"
            ))
        return plan
    }

    /// The facts, or why there are none; `nil` before the first read.
    static func stackFacts(_ snapshot: IngressSnapshot) -> Result<StackFacts, ELBFailure>? {
        guard let read = snapshot.observations[.stack(snapshot.stack)] else { return nil }
        switch read.result {
        case .failure(let failure): return .failure(failure)
        case .success(.stack(let facts)): return .success(facts)
        case .success: return nil
        }
    }

    /// What an Ingress that is served says of its controller: that its resources wait for it, and that it takes pods
    /// out of their target groups when they are marked; `nil` when it says so already.
    private static func claim(on ingress: KubernetesObject) -> KubernetesWrite? {
        var metadata: JSONObject = [:]
        if ingress.annotation(honoursDrain) != "true" {
            metadata["annotations"] = [honoursDrain: "true"]
        }
        if !ingress.finalizers.contains(finalizer) {
            metadata["finalizers"] = list(ingress.finalizers + [finalizer])
        }
        return metadata.isEmpty ? nil : patch(ingress, metadata)
    }

    /// Lets go of an Ingress, and of what was said of its controller.
    static func release(_ ingress: KubernetesObject) -> KubernetesWrite {
        var metadata: JSONObject = ["finalizers": list(ingress.finalizers.filter { $0 != finalizer })]
        if ingress.annotation(honoursDrain) != nil {
            metadata["annotations"] = [honoursDrain: nil]
        }
        return patch(ingress, metadata)
    }

    private static func list(_ names: [String]) -> JSONValue {
        names.isEmpty ? nil : .array(names.map { .string($0) })
    }

    private static func patch(_ ingress: KubernetesObject, _ metadata: JSONObject) -> KubernetesWrite {
        .patch(
            .init(
                .ingress, ingress.key, body: ["metadata": .object(metadata)],
                resourceVersion: ingress.resourceVersion))
    }

    static func event(
        _ ingress: KubernetesObject, _ severity: EventRecord.Severity, _ reason: String, _ message: String
    ) -> Effect {
        .event(
            EventRecord(
                kind: .ingress, key: ingress.key, uid: ingress.uid, severity: severity, reason: reason,
                message: message))
    }
}

extension Effect {
    /// Whether this changes the stack itself, rather than the targets that come and go in it.
    var isStackChange: Bool {
        switch self {
        case .elb(.registerTargets), .elb(.deregisterTargets), .event, .kubernetes: false
        case .elb: true
        }
    }
}
