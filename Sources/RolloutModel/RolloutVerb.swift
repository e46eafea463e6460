package import JSON
package import KubernetesModel

/// The verbs of `kubectl argo rollouts` as patches of the Rollout.
///
/// Source: argo-rollouts CLI reference, "promote", "abort", "retry", "pause", "restart", "set image".
package enum RolloutVerb {
    /// One merge patch.
    package struct Patch: Hashable, Sendable {
        package var body: JSONValue
        /// `status`, or `nil` for the object itself.
        package var subresource: String?

        package init(_ body: JSONValue, subresource: String? = nil) {
            self.body = body
            self.subresource = subresource
        }
    }

    /// How far a promotion goes.
    package enum Promotion: Hashable, Sendable {
        /// Resumes a pause; without one, skips the current step.
        case resume
        case skipCurrentStep
        case skipAllSteps
        /// Skips every step, pause and analysis.
        case full
    }

    /// The patches of a promotion, in the order they must be sent; empty when there is nothing to promote.
    ///
    /// - Throws: `.blueGreen` or `.noSteps` when steps are to be skipped and there are none.
    package static func promote(_ rollout: KubernetesObject, _ promotion: Promotion) throws(Refusal) -> [Patch] {
        let status = RolloutStatus(document: rollout.status)
        let stepCount = rollout.spec.at("strategy", "canary", "steps")?.arrayValue?.count ?? 0
        let unpause: [Patch] =
            rollout.spec["paused"]?.boolValue ?? false ? [Patch(["spec": ["paused": false]])] : []
        let next = JSONValue.int(min((status.currentStepIndex ?? 0) + 1, stepCount))
        switch promotion {
        case .skipCurrentStep, .skipAllSteps:
            if rollout.spec.at("strategy", "blueGreen")?.objectValue != nil { throw .blueGreen }
            guard stepCount > 0 else { throw .noSteps }
            let index = promotion == .skipAllSteps ? .int(stepCount) : next
            return [Patch(["status": ["currentStepIndex": index]], subresource: "status")]
        case .full:
            let isDone = status.currentPodHash == status.stableRS
            return (isDone ? [] : [Patch(["status": ["promoteFull": true]], subresource: "status")]) + unpause
        case .resume:
            if isInconclusive(rollout, status) {
                let body: JSONValue = ["pauseConditions": nil, "controllerPause": false, "currentStepIndex": next]
                return [Patch(["status": body], subresource: "status")] + unpause
            }
            if !status.pauses.isEmpty {
                return [Patch(["status": ["pauseConditions": nil]], subresource: "status")] + unpause
            }
            guard stepCount > 0 else { return unpause }
            return [Patch(["status": ["pauseConditions": nil, "currentStepIndex": next]], subresource: "status")]
                + unpause
        }
    }

    /// Whether the controller waits because the analysis of the present step found neither good nor bad.
    private static func isInconclusive(_ rollout: KubernetesObject, _ status: RolloutStatus) -> Bool {
        let analysis = rollout.status.at("canary", "currentStepAnalysisRunStatus", "status")?.stringValue
        return analysis == "Inconclusive" && !status.pauses.isEmpty && status.controllerPause
    }

    /// Gives up the update and goes back to stable.
    package static let abort = Patch(["status": ["abort": true]], subresource: "status")
    /// Starts an aborted update again at its first step.
    package static let retry = Patch(["status": ["abort": false]], subresource: "status")
    /// Stops at the next safe point until `promote`.
    package static let pause = Patch(["spec": ["paused": true]])

    /// Replaces every pod at `time`, keeping the version.
    package static func restart(at time: Timestamp) -> Patch {
        Patch(["spec": ["restartAt": .string(time.rfc3339)]])
    }

    /// Sets the image of a container, or of all of them when `container` is `*`.
    ///
    /// - Throws: `.noContainer` naming the containers there are.
    package static func setImage(
        of container: String, to image: String, in rollout: KubernetesObject
    ) throws(Refusal) -> Patch {
        var spec: JSONValue = [:]
        var names: [String] = []
        var isFound = false
        for list in ["initContainers", "containers", "ephemeralContainers"] {
            guard var containers = rollout.spec.at("template", "spec", list)?.arrayValue else { continue }
            for index in containers.indices {
                let name = containers[index]["name"]?.stringValue ?? ""
                names.append(name)
                guard container == "*" || container == name else { continue }
                isFound = true
                containers[index]["image"] = .string(image)
            }
            spec[list] = .array(containers)
        }
        guard isFound else { throw .noContainer(container, available: names) }
        return Patch(["spec": ["template": ["spec": spec]]])
    }

    /// Why a verb cannot be applied.
    package enum Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        case noSteps
        case blueGreen
        case noContainer(String, available: [String])

        package var description: String {
            switch self {
            case .noSteps: "Cannot skip steps of a rollout without steps"
            case .blueGreen: "Cannot skip steps of a bluegreen rollout. Run without a flags"
            case .noContainer(let name, let available):
                "unable to find container named \"\(name)\"; the pod template has \(available.joined(separator: ", "))"
            }
        }
    }
}
