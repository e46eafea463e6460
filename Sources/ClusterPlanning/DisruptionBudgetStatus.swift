import JSON
import KubernetesModel

/// The status of a PodDisruptionBudget as its pods make it.
struct DisruptionBudgetStatus: Sendable {
    private let expected: Int
    private let desired: Int
    private let healthy: Int
    private let allowed: Int
    /// Pods whose eviction was granted and that nobody has marked yet.
    private let disrupted: [String: Timestamp]
    private let generation: Int
    /// When the oldest of them counts as a pod again; `nil` when there is none.
    let nextCheckAt: Timestamp?

    init(of budget: DisruptionBudgetView, pods: [PodView], expected: Int, desired: Int, now: Timestamp) {
        let living = Dictionary(pods.filter { !$0.object.isDeleting }.map { ($0.object.name, $0) }) { first, _ in first
        }
        let timeout = DisruptionBudgetController.deletionTimeout
        let disrupted = budget.disruptedPods.filter { name, time in
            living[name] != nil && time.advanced(by: timeout) > now
        }
        self.disrupted = disrupted
        self.expected = expected
        self.desired = desired
        healthy = living.values.count { $0.isReady && disrupted[$0.object.name] == nil }
        allowed = expected > 0 ? max(0, healthy - desired) : 0
        generation = budget.object.generation
        nextCheckAt = disrupted.values.min()?.advanced(by: timeout)
    }

    /// The patch that brings the object's status here; `nil` when it is there already.
    func write(to object: KubernetesObject, now: Timestamp) -> KubernetesWrite? {
        var wanted = object.status
        let counts = [
            ("expectedPods", expected), ("desiredHealthy", desired), ("currentHealthy", healthy),
            ("disruptionsAllowed", allowed), ("observedGeneration", generation),
        ]
        for (field, count) in counts { wanted[field] = .number(JSONNumber(count)) }
        var pods = JSONObject()
        for name in disrupted.keys.sorted() { pods[name] = disrupted[name].map { .string($0.rfc3339) } }
        wanted["disruptedPods"] = disrupted.isEmpty ? nil : .object(pods)
        wanted["conditions"] = conditions(after: object.status, now: now)
        guard wanted != object.status else { return nil }
        // The version guards a grant that the API server wrote meanwhile.
        return .patch(
            KubernetesWrite.Patch(
                .podDisruptionBudget, object.key,
                body: ["status": JSONValue.mergePatch(from: object.status, to: wanted)], subresource: "status",
                resourceVersion: object.resourceVersion))
    }

    private func conditions(after status: JSONValue, now: Timestamp) -> JSONValue {
        let type: JSONValue = "DisruptionAllowed"
        let current = status["conditions"]?.arrayValue ?? []
        let before = current.first { $0["type"] == type }
        let truth: JSONValue = allowed > 0 ? "True" : "False"
        let since = before?["status"] == truth ? before?["lastTransitionTime"] : nil
        let condition: JSONValue = [
            "type": type, "status": truth, "observedGeneration": .number(JSONNumber(generation)),
            "lastTransitionTime": since ?? .string(now.wholeSeconds.rfc3339),
            "reason": allowed > 0 ? "SufficientPods" : "InsufficientPods", "message": "",
        ]
        if before == condition { return .array(current) }
        return .array(current.filter { $0["type"] != type } + [condition])
    }
}
