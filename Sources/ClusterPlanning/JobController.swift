import JSON
package import KubernetesModel
package import Planning

/// Runs each Job's pods until enough have succeeded, too many have failed, or its time is over.
///
/// Indexed Jobs, suspension and pod failure policies are not carried out: such a Job is left alone, and an Event says
/// so. Source: the Kubernetes documentation of Jobs; Kubernetes 1.20.2, as observed.
package struct JobController: Controller {
    /// Creations or deletions in one plan, at most; the next plan goes on.
    package static let writesPerPlanMax = 500
    /// The wait before a pod is made after the second failure; it doubles with each further one.
    package static let firstBackoff = Duration.seconds(10)
    package static let backoffMax = Duration.seconds(360)
    static let component = "job-controller"

    package let name = "job"
    package let watchedKinds: [ResourceKind] = [.job, .pod]

    package init() {}

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        guard change.kind == .pod else { return change.object.map { [$0.key] } ?? [] }
        var keys: Set<ObjectKey> = []
        for pod in [change.before, change.after].compactMap(\.self) {
            if let controller = pod.controllerReference {
                guard controller.kind == ResourceKind.job.kind else { continue }
                keys.insert(ObjectKey(namespace: pod.namespace, name: controller.name))
            } else {
                let labels = pod.labels
                let owners = world.objects.objects(.job, namespace: pod.namespace)
                    .filter { JobView($0).selector?.matches(labels) ?? false }
                keys.formUnion(owners.map(\.key))
            }
        }
        return keys.sorted()
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        guard let object = world.objects.object(.job, key) else { return Plan() }
        let job = JobView(object)
        if job.end != nil { return afterEnd(of: job, now: now) }
        let unsupported = job.unsupportedFields
        guard unsupported.isEmpty else {
            let message = "\(unsupported.joined(separator: ", ")) is not supported here; the Job is left alone."
            return Plan(effects: [event(about: job, "UnsupportedFields", message, .warning)])
        }
        let claim = PodClaim(
            object, .job, selector: job.selector, among: world.objects.objects(.pod, namespace: key.namespace))
        var plan = Plan(effects: claim.writes.map(Effect.kubernetes))
        var tally = JobTally(of: job, pods: claim.pods, now: now)
        if let failure = tally.failure {
            plan.effects += deletions(tally.active)
            plan.effects += write(tally.document(ending: .failed(failure), now: now), to: job)
            plan.effects.append(event(about: job, failure.reason, failure.message, .warning))
            return plan
        }
        if !object.isDeleting { manage(job, &tally, now: now, &plan) }
        if tally.isComplete {
            plan.effects += write(tally.document(ending: .complete, now: now), to: job)
            plan.effects.append(event(about: job, "Completed", "Job completed"))
            return plan
        }
        plan.effects += write(tally.document(ending: nil, now: now), to: job)
        if let time = tally.deadline { plan.wake(at: time) }
        return plan
    }

    package func followUp(
        _ outcome: WriteOutcome, of write: KubernetesWrite, for key: ObjectKey, in world: World, now: Timestamp
    ) -> [Effect] {
        guard let object = world.objects.object(.job, key) else { return [] }
        let report = PodControlReport(outcome, of: write, owner: object, .job, component: Self.component)
        return report.map { [.event($0.event)] } ?? []
    }
}

extension JobController {
    /// Deletes a Job whose time after its end is over.
    private func afterEnd(of job: JobView, now: Timestamp) -> Plan {
        guard let lifetime = job.lifetimeAfterEnd, let end = job.endTime, !job.object.isDeleting else { return Plan() }
        let due = end.advanced(by: lifetime)
        guard due <= now else { return Plan(wakeAt: due) }
        let deletion = KubernetesWrite.Deletion(.job, job.object.key, propagation: .foreground, uid: job.object.uid)
        return Plan(effects: [.kubernetes(.delete(deletion))])
    }

    /// Makes or gives up pods until as many are active as should be.
    private func manage(_ job: JobView, _ tally: inout JobTally, now: Timestamp, _ plan: inout Plan) {
        let difference = tally.wantedActive - tally.active.count
        if difference < 0 {
            let candidates = tally.active.map { PodDeletionOrder.Candidate(pod: $0) }
            let surplus = PodDeletionOrder().sorted(candidates).prefix(min(-difference, Self.writesPerPlanMax)).map(
                \.pod)
            let names = Set(surplus.map(\.key))
            plan.effects += deletions(surplus)
            tally.active.removeAll { names.contains($0.key) }
        } else if difference > 0 {
            if let due = tally.nextTry, due > now {
                plan.wake(at: due)
                return
            }
            let pod = PodTemplate.pod(from: job.object.spec["template"] ?? [:], owner: job.object, .job)
            let count = min(difference, Self.writesPerPlanMax)
            plan.effects += (0..<count).map { _ in .kubernetes(.create(.pod, pod)) }
            tally.created = count
        }
    }

    private func deletions(_ pods: [PodView]) -> [Effect] {
        pods.map { .kubernetes(.delete(KubernetesWrite.Deletion(.pod, $0.key, uid: $0.object.uid))) }
    }

    private func write(_ status: JSONValue, to job: JobView) -> [Effect] {
        guard status != job.object.status else { return [] }
        let body: JSONValue = ["status": JSONValue.mergePatch(from: job.object.status, to: status)]
        return [.kubernetes(.patch(KubernetesWrite.Patch(.job, job.object.key, body: body, subresource: "status")))]
    }

    private func event(
        about job: JobView, _ reason: String, _ message: String, _ severity: EventRecord.Severity = .normal
    ) -> Effect {
        .event(
            EventRecord(
                kind: .job, key: job.object.key, uid: job.object.uid, severity: severity, reason: reason,
                message: message, component: Self.component))
    }
}
