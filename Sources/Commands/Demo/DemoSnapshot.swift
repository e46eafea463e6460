import JSON
package import KubernetesModel
import RolloutModel

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
    /// The versions behind the active and the preview service, as pod-template hashes; `nil` for a canary.
    package var blueGreen: (active: String, preview: String)?
    /// Whether no Rollout is noted on the Ingress, and its action has one target group.
    package var isReleased: Bool
    /// `spec.replicas`, or what the manifests leave to the default.
    package var replicas: Int
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
        annotationWeight = Self.annotationWeight(of: Self.canaryService(of: rollout), in: ingress, action: action)
        isReleased =
            ingress.annotation(RolloutKeys.managedALBAnnotations) == nil
            && Self.targetGroups(in: ingress, action: action).count == 1
        replicas = rollout.spec["replicas"]?.intValue ?? 1
        if rollout.spec.at("strategy", "blueGreen") != nil {
            blueGreen = (
                active: status.at("blueGreen", "activeSelector")?.stringValue ?? "",
                preview: status.at("blueGreen", "previewSelector")?.stringValue ?? ""
            )
        }
        let weights = status.at("canary", "weights")
        let isVerified = weights?["verified"]?.boolValue ?? false
        confirmedWeight = isVerified ? weights?.at("canary", "weight")?.intValue : nil
    }

    /// The service that the update is behind; with ping-pong the one that is not stable.
    private static func canaryService(of rollout: KubernetesObject) -> String {
        let canary = rollout.spec.at("strategy", "canary")
        guard let pair = canary?["pingPong"] else { return canary?["canaryService"]?.stringValue ?? "" }
        let isPingStable = rollout.status.at("canary", "stablePingPong")?.stringValue == "ping"
        return pair[isPingStable ? "pongService" : "pingService"]?.stringValue ?? ""
    }

    private static func specWeight(steps: [JSONValue], index: Int, isIdle: Bool) -> Int {
        if isIdle { return 0 }
        if steps.isEmpty || index >= steps.count { return 100 }
        return steps[...index].compactMap { $0["setWeight"]?.intValue }.last ?? 0
    }

    private static func annotationWeight(of service: String, in ingress: KubernetesObject, action: String) -> Int? {
        let group = targetGroups(in: ingress, action: action).first { $0["ServiceName"]?.stringValue == service }
        return group?["Weight"]?.intValue
    }

    private static func targetGroups(in ingress: KubernetesObject, action: String) -> [JSONValue] {
        guard let text = ingress.annotation("alb.ingress.kubernetes.io/actions.\(action)"),
            let document = try? JSONValue(parsing: text)
        else { return [] }
        return document.at("ForwardConfig", "TargetGroups")?.arrayValue ?? []
    }
}

extension KubernetesObject {
    /// The image of a pod's first container; empty without one.
    var firstImage: String { spec["containers"]?[0]?["image"]?.stringValue ?? "" }
}

extension DemoSnapshot {
    /// Healthy, and for the spec as it is now.
    package var isSettled: Bool { phase == "Healthy" && isObserved }

    /// Whether what a demonstration waits for is there.
    ///
    /// - Parameters:
    ///   - image: of a version.
    ///   - former: the names of the pods that a restart is to replace.
    package func satisfies(
        _ condition: DemoCondition, image: (DemoImage) -> String, former: Set<String>
    ) -> Bool {
        switch condition {
        case .weight(let weight):
            confirmedWeight == weight
        case .settled(let version):
            isSettled && pods.count == replicas && pods.allSatisfy { $0.firstImage == image(version) }
        case .aborted:
            isAborted && confirmedWeight == 0 && pods.allSatisfy { $0.firstImage == image(.first) }
        case .previewed:
            phase == "Paused" && isObserved && blueGreen.map { $0.preview != $0.active && $0.preview != "" } ?? false
        case .released:
            isReleased
        case .restarted:
            isSettled && pods.count == replicas && pods.allSatisfy { !former.contains($0.name) }
        }
    }
}
