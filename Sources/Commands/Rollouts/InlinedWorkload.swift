import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import RolloutModel

/// Rollouts that take their pod template from a workload (`spec.workloadRef`), as they would be with the template
/// within: simulations know no Deployments.
///
/// What the Rollout itself does is the same. The workload's own pods are not there, whatever `scaleDown` says.
struct InlinedWorkload: Sendable {
    /// The Rollout without the reference, with the template, and with the workload's selector if it has none.
    let rollout: KubernetesObject
    /// The workload, by kind and name.
    let workload: String
    /// What the simulation leaves out.
    var note: String { "the pods of \(workload) itself are not simulated" }

    /// `nil` when the Rollout has a pod template of its own.
    ///
    /// - Parameter workloads: what may be referred to, each with its namespace.
    /// - Throws: `UsageProblem` when the workload is not among them, or its kind has no pod template.
    init?(_ rollout: KubernetesObject, among workloads: [KubernetesObject]) throws {
        guard let wanted = try ReferencedWorkload(of: rollout) else { return nil }
        guard let reference = WorkloadReference(of: rollout) else {
            throw UsageProblem(
                "Rollout \(rollout.key) has a spec.workloadRef that cannot be read; `weir lint` tells why.")
        }
        guard let workload = workloads.first(where: { $0.kind == wanted.kind.kind && $0.key == wanted.key }) else {
            throw UsageProblem(
                "Rollout \(rollout.key) takes its pod template from \(wanted.kind) \(wanted.key) (spec.workloadRef), "
                    + "which is not there; name the file that holds it with -f too.")
        }
        var inlined = rollout
        inlined.document.set(nil, at: "spec", "workloadRef")
        inlined.document.set(reference.template(of: workload), at: "spec", "template")
        if rollout.spec["selector"] == nil {
            inlined.document.set(reference.selector(of: workload), at: "spec", "selector")
        }
        self.rollout = inlined
        self.workload = "\(wanted.kind) \(wanted.key)"
    }

    /// The workloads that Rollouts refer to, as a cluster has them; those that it does not have are left out.
    ///
    /// - Parameter rollouts: each with its namespace.
    static func workloads(of rollouts: [KubernetesObject], in session: RolloutSession) async throws
        -> [KubernetesObject]
    {
        var found: [KubernetesObject] = []
        for rollout in rollouts {
            guard let wanted = try ReferencedWorkload(of: rollout) else { continue }
            do {
                var workload = try await session.api.get(wanted.kind, wanted.key)
                workload.document["kind"] = .string(wanted.kind.kind)
                found.append(workload)
            } catch let failure as KubernetesFailure where failure.isNotFound {
                continue
            }
        }
        return found
    }
}
