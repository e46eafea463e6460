import JSON
import KubernetesModel
import Planning
import RolloutModel

/// A Rollout that is being deleted and that its user protects with the finalizer `weir.dev/hold-while-reachable`: its
/// ReplicaSets, which go with it, stay until no request can reach their pods.
enum HeldDeletion {
    static func plan(_ snapshot: RolloutSnapshot, now: Timestamp) -> Plan {
        let object = snapshot.object
        guard object.finalizers.contains(RolloutKeys.holdFinalizer) else { return Plan() }
        let rollout: Rollout
        do {
            rollout = try Rollout(object, workload: snapshot.workload)
        } catch {
            return Plan(
                decisions: [
                    Decision(
                        object.key, "DeletionHeld", "Nobody knows what may reach its pods: \(error)",
                        waitingFor: "a spec that can be read, or the finalizer to be removed")
                ])
        }
        var pass = RolloutPass(snapshot, rollout, now: now)
        pass.noteConfirmations()
        let reachable = snapshot.replicaSets.filter { !$0.isEmpty }.map { ($0, pass.reach(of: $0)) }
            .filter { !$0.1.permitsDestruction }
        guard let (replicaSet, reach) = reachable.first, pass.survey != nil else {
            return release(object, "nothing can reach its pods")
        }
        pass.decide(
            "DeletionHeld", "The Rollout is being deleted, and ReplicaSet \(replicaSet.name) \(reach).",
            waitingFor: "\(replicaSet.name) to be unreachable: delete the Ingress, or let it lead elsewhere")
        pass.needsFacts = true
        pass.follow(reach)
        return pass.finish()
    }

    private static func release(_ object: KubernetesObject, _ why: String) -> Plan {
        let kept = object.finalizers.filter { $0 != RolloutKeys.holdFinalizer }
        let body: JSONValue = ["metadata": ["finalizers": kept.isEmpty ? .null : .strings(kept)]]
        return Plan(
            effects: [
                .kubernetes(.patch(.init(.rollout, object.key, body: body, resourceVersion: object.resourceVersion)))
            ],
            decisions: [Decision(object.key, "DeletionReleased", "The Rollout may go: \(why).")])
    }
}
