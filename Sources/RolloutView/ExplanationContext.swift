import JSON
import KubernetesModel
import RolloutModel

/// What an explanation is made from: the objects, and the words for people.
struct ExplanationContext {
    private let family: RolloutFamily
    private let info: RolloutInfo
    private let status: RolloutStatus
    private let command: String

    init(_ family: RolloutFamily, command: String) {
        self.family = family
        info = RolloutInfo(family)
        status = RolloutStatus(document: family.rollout.status)
        self.command = command
    }

    /// What becomes of every version that is not stable any more.
    private static let farewell = "the former version is scaled down once nothing reaches it and its delay has passed"

    /// How many pods of one ReplicaSet are named.
    private static let podsMax = 3

    private var rollout: KubernetesObject { family.rollout }
    private var steps: [JSONValue] {
        rollout.spec.at("strategy", "canary", "steps")?.arrayValue ?? []
    }
    private var isUpdating: Bool { status.stableRS != status.currentPodHash }

    /// Where the update is, in one line.
    var place: String {
        var parts = [info.strategy]
        if status.abort {
            parts.append("update aborted")
        } else if let index = status.currentStepIndex, steps.indices.contains(index) {
            parts.append("step \(index + 1)/\(steps.count) (\(Self.text(of: steps[index])))")
        } else if !info.step.isEmpty {
            parts.append("all \(steps.count) steps done")
        }
        if let weights = status.weights {
            let verdict = weights.verified == true ? "confirmed" : "not confirmed"
            parts.append("weight \(weights.canary.weight) \(verdict)")
        }
        return parts.joined(separator: ", ")
    }

    /// The chain: first what people have asked for, then what the plan found.
    func reasons(_ findings: [Explanation.Finding]) -> [Explanation.Reason] {
        var reasons: [Explanation.Reason] = []
        if let observed = Int(status.observedGeneration), observed < rollout.generation {
            let text =
                "Generation \(rollout.generation) of the spec has not been looked at; the last was \(observed)."
            reasons.append(
                reason(
                    "NotObserved", text, waitingFor: "the controller", .weir,
                    action: "check that weir controller runs"))
        }
        if status.abort {
            reasons.append(
                reason(
                    "Aborted", "The update was given up.",
                    waitingFor: "a retry, or the former version in the spec",
                    .person, since: status.abortedAt,
                    action: "\(call("retry rollout")), or apply the stable version again"))
        }
        if rollout.spec["paused"]?.boolValue == true {
            reasons.append(
                reason(
                    "PausedByUser", "spec.paused is true.", waitingFor: "a promotion", .person,
                    since: status.conditions[.paused]?.lastTransitionTime, action: call("promote")))
        }
        if let late = status.conditions[.progressing], late.reason == "ProgressDeadlineExceeded" {
            reasons.append(
                reason(
                    late.reason, late.message, waitingFor: "progress", .person, since: late.lastUpdateTime,
                    action: "see why pods are not available: \(call("get rollout"))"))
        }
        return reasons
            + findings.filter { $0.waitingFor != nil || $0.code == "InvalidSpec" }.map { reason($0) }
            + pods
    }

    /// What is to come when nothing is in the way.
    var next: [String] {
        guard isUpdating else {
            guard status.phase == .healthy else { return [] }
            let isAlone = info.replicaSets.allSatisfy { $0.roles.contains(.stable) || $0.replicas == 0 }
            return isAlone ? ["nothing: the version of the spec is stable"] : [Self.farewell]
        }
        if status.abort { return ["nothing by itself; the stable version keeps the traffic"] }
        let revision = info.replicaSets.first {
            $0.roles.contains(.canary) || $0.roles.contains(.preview)
        }?.revision
        let promotion = "revision \(revision.map { "\($0)" } ?? "of the spec") becomes stable"
        guard rollout.spec.at("strategy", "canary") != nil else {
            return ["the active Service switches to the new version", promotion, Self.farewell]
        }
        let rest = steps.dropFirst((status.currentStepIndex ?? 0) + 1).enumerated().map {
            offset, step in
            "step \((status.currentStepIndex ?? 0) + 2 + offset)/\(steps.count): \(Self.text(of: step))"
        }
        return rest + [promotion, Self.farewell]
    }

    /// Pods that stand in the way say why, the first few of each ReplicaSet.
    private var pods: [Explanation.Reason] {
        info.replicaSets.flatMap { replicaSet in
            replicaSet.pods.compactMap(reason(for:)).prefix(Self.podsMax)
        }
    }

    private func reason(for pod: PodInfo) -> Explanation.Reason? {
        let (name, namespace) = (pod.object.name, pod.object.namespace)
        let isPlaced = pod.object.spec["nodeName"]?.stringValue.map { !$0.isEmpty } ?? false
        let isBroken = ["✖", "⚠"].contains(pod.status.icon)
        guard isBroken || (pod.status.word == "Pending" && !isPlaced) else { return nil }
        let text =
            isBroken
            ? "Pod \(name) is in state \(pod.status.word), \(pod.ready) containers ready." : "Pod \(name) has no node."
        return reason(
            isBroken ? "PodNotReady" : "PodNotScheduled", text, waitingFor: isBroken ? "the pod" : "the scheduler",
            isBroken ? .person : .cluster, since: pod.object.creationTimestamp,
            action: "kubectl describe pod \(name) -n \(namespace)")
    }

    private func reason(_ finding: Explanation.Finding) -> Explanation.Reason {
        let awaited = finding.waitingFor ?? ""
        var result = Explanation.Reason(finding: finding, actor: actor(of: finding))
        result.until = Timestamp(parsing: awaited)
        switch finding.code {
        case "Paused": result.since = status.pauses.first?.startTime
        case "InvalidSpec": result.since = status.conditions[.invalidSpec]?.lastTransitionTime
        case "ScaleDownDelayed", "ScaleDownBlocked", "ServiceBlocked", "Draining": break
        default: result.since = isUpdating ? status.conditions[.progressing]?.lastUpdateTime : nil
        }
        if result.actor == .person {
            result.action =
                finding.code == "InvalidSpec" ? "correct the field and apply the manifest" : call("promote")
        }
        return result
    }

    private func actor(of finding: Explanation.Finding) -> Explanation.Actor {
        let awaited = finding.waitingFor ?? ""
        if Timestamp(parsing: awaited) != nil || awaited.hasSuffix("s to pass") { return .time }
        switch finding.code {
        case "InvalidSpec": return .person
        case "Paused": return .person
        case _ where awaited.contains("available pods") || awaited.contains("replacements"):
            return .cluster
        case _ where awaited.contains(" pods of "): return .cluster
        case "StepWaits", "PromotionWaits", "WeightUnconfirmed", "WeightHeld", "StickinessSuspended",
            "ScaleDownBlocked",
            "ServiceBlocked", "Draining":
            return .loadBalancer
        default: return .weir
        }
    }

    private func reason(
        _ code: String, _ message: String, waitingFor: String, _ actor: Explanation.Actor,
        since: Timestamp? = nil,
        action: String
    ) -> Explanation.Reason {
        Explanation.Reason(
            finding: .init(code: code, message: message, waitingFor: waitingFor), actor: actor,
            since: since,
            action: action)
    }

    private func call(_ verb: String) -> String {
        "\(command) \(verb) \(rollout.name) -n \(rollout.namespace)"
    }

    /// A step in the words of the manifest.
    private static func text(of step: JSONValue) -> String {
        (step.objectValue ?? [:]).map { key, value in
            if let duration = value["duration"] {
                return "\(key) \(duration.stringValue ?? duration.text)"
            }
            if value.objectValue?.isEmpty == true || value.isNull { return key }
            return
                "\(key) \(value.objectValue == nil ? value.text : value.text.replacing("\"", with: ""))"
        }.joined(separator: ", ")
    }
}
