import JSON
package import KubernetesModel

/// The rollout and what surrounds it at one moment, as the API server shows them.
package struct DemoSnapshot: Sendable {
    package var at: Timestamp
    package var phase: String
    package var message: String
    /// `status.currentStepIndex`.
    package var stepIndex: Int
    /// How many steps the spec has.
    package var stepCount: Int
    /// The index of the `setWeight` step in force.
    package var weightStepIndex: Int
    /// The canary's weight that the spec asks for at this step, percent.
    package var specWeight: Int
    /// The canary's weight in the Ingress annotation, percent; `nil` before it is written.
    package var annotationWeight: Int?
    /// The canary's weight that the controller has recorded and confirmed; `nil` while it is not confirmed.
    package var confirmedWeight: Int?
    package var isAborted: Bool
    /// `status.observedGeneration` equals `metadata.generation`.
    package var isObserved: Bool
    /// The pods of the rollout.
    package var pods: [KubernetesObject]

    /// Reads a Rollout and its Ingress; `action` is the name of the service the action annotation is named after.
    package init(
        at: Timestamp, rollout: KubernetesObject, ingress: KubernetesObject, pods: [KubernetesObject], action: String
    ) {
        self.at = at
        let status = rollout.status
        phase = status["phase"]?.stringValue ?? ""
        message = status["message"]?.stringValue ?? ""
        let steps = rollout.spec.at("strategy", "canary", "steps")?.arrayValue ?? []
        stepCount = steps.count
        stepIndex = status["currentStepIndex"]?.intValue ?? 0
        isAborted = status["abort"]?.boolValue ?? false
        isObserved = status["observedGeneration"]?.stringValue == String(rollout.generation)
        self.pods = pods
        weightStepIndex = steps.prefix(stepIndex + 1).lastIndex { $0["setWeight"] != nil } ?? stepIndex
        let isPromoted = status["stableRS"] == status["currentPodHash"]
        specWeight = Self.specWeight(steps: steps, index: stepIndex, isIdle: isPromoted || isAborted)
        let canary = rollout.spec.at("strategy", "canary", "canaryService")?.stringValue ?? ""
        annotationWeight = Self.annotationWeight(of: canary, in: ingress, action: action)
        let weights = status.at("canary", "weights")
        let isVerified = weights?["verified"]?.boolValue ?? false
        confirmedWeight = isVerified ? weights?.at("canary", "weight")?.intValue : nil
    }

    private static func specWeight(steps: [JSONValue], index: Int, isIdle: Bool) -> Int {
        if isIdle { return 0 }
        if steps.isEmpty || index >= steps.count { return 100 }
        return steps[...index].compactMap { $0["setWeight"]?.intValue }.last ?? 0
    }

    private static func annotationWeight(of service: String, in ingress: KubernetesObject, action: String) -> Int? {
        guard let text = ingress.annotation("alb.ingress.kubernetes.io/actions.\(action)"),
            let document = try? JSONValue(parsing: text)
        else { return nil }
        let groups = document.at("ForwardConfig", "TargetGroups")?.arrayValue ?? []
        return groups.first { $0["ServiceName"]?.stringValue == service }?["Weight"]?.intValue
    }
}

extension KubernetesObject {
    /// The image of a pod's first container; empty without one.
    var firstImage: String { spec["containers"]?[0]?["image"]?.stringValue ?? "" }
}
