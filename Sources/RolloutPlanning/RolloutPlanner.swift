import JSON
package import KubernetesModel
package import Planning
package import RolloutModel

/// Decides what happens next to one Rollout. A pure function; all it remembers is in the objects.
///
/// Order of one plan: validate, create or renumber the ReplicaSet of the spec, evaluate `Reach`, then Services,
/// weights, ReplicaSets, steps, status. Each stage makes only moves that are safe in the state that was *read*.
package enum RolloutPlanner {
    /// The next safe moves, and what they wait for.
    package static func plan(_ snapshot: RolloutSnapshot, now: Timestamp) -> Plan {
        var memory = RolloutMemory()
        return plan(snapshot, now: now, reusing: &memory)
    }

    /// The same; what was read before is not read again.
    static func plan(_ snapshot: RolloutSnapshot, now: Timestamp, reusing memory: inout RolloutMemory) -> Plan {
        guard snapshot.isServed else { return Plan() }
        guard !snapshot.object.isDeleting else { return HeldDeletion.plan(snapshot, now: now) }
        let rollout: Rollout
        do {
            rollout = try memory.read(snapshot.object, workload: snapshot.workload)
        } catch {
            return InvalidSpecPlan.make(snapshot.object, error, now: now)
        }
        if rollout.spec.writtenReplicas == nil {
            let body: JSONValue = ["spec": ["replicas": 1]]
            return Plan(
                effects: [.kubernetes(.patch(.init(.rollout, rollout.key, body: body)))],
                decisions: [Decision(rollout.key, "ReplicasDefaulted", "spec.replicas is absent; 1 is written back.")])
        }
        if let error = ReferenceRules.problems(of: rollout, in: snapshot).first {
            return InvalidSpecPlan.make(snapshot.object, error, now: now)
        }
        var pass = RolloutPass(snapshot, rollout, now: now, reusing: &memory)
        pass.run()
        let plan = pass.finish()
        memory.settledStatus = pass.settledStatus
        return plan
    }

    /// Every rule that a Rollout breaks, in the order in which they are looked at; those about other objects only when
    /// it breaks none by itself. `plan` reports the first.
    package static func problems(of snapshot: RolloutSnapshot) -> [FieldError] {
        do {
            let rollout = try Rollout(snapshot.object, workload: snapshot.workload)
            return ReferenceRules.problems(of: rollout, in: snapshot)
        } catch {
            return RolloutSpec.problems(in: snapshot.object.spec, workload: snapshot.workload)
        }
    }
}

/// The plan for a Rollout that breaks a rule: say so, and touch nothing.
enum InvalidSpecPlan {
    static func make(_ object: KubernetesObject, _ error: FieldError, now: Timestamp) -> Plan {
        let message = "The Rollout \"\(object.name)\" is invalid: \(error)"
        var status = RolloutStatus(document: object.status)
        let isNew = status.conditions[.invalidSpec]?.message != message
        status.conditions.set(
            .invalidSpec, .yes, reason: "InvalidSpec", message: message, now: now, force: isNew)
        status.phase = .degraded
        status.message = "InvalidSpec: \(message)"
        status.observedGeneration = "\(object.generation)"
        var plan = Plan(
            decisions: [
                Decision(object.key, "InvalidSpec", message, waitingFor: "a manifest that satisfies this rule")
            ])
        let patch = JSONValue.mergePatch(from: object.status, to: status.document(updating: object.status))
        if patch != [:] {
            plan.effects.append(
                .kubernetes(
                    .patch(
                        .init(
                            .rollout, object.key, body: ["status": patch], subresource: "status",
                            resourceVersion: object.resourceVersion))))
        }
        if isNew {
            plan.effects.append(
                .event(
                    EventRecord(
                        kind: .rollout, key: object.key, uid: object.uid, severity: .warning, reason: "InvalidSpec",
                        message: message)))
        }
        return plan
    }
}
