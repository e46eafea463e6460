import JSON
import KubernetesModel
import RolloutModel

/// The state of a Rollout as it stands in the trace.
enum RolloutText {
    /// `Paused step 2/8 weight 10 verified, stable 6f7c…, update 5d9b…`.
    static func summary(of object: KubernetesObject) -> String {
        let status = RolloutStatus(document: object.status)
        let stepCount = object.spec.at("strategy", "canary", "steps")?.arrayValue?.count ?? 0
        var parts = [status.phase?.rawValue ?? "new"]
        if let index = status.currentStepIndex { parts[0] += " step \(index)/\(stepCount)" }
        if let weights = status.weights {
            let verdict =
                switch weights.verified {
                case true?: "verified"
                case false?: "unverified"
                case nil: "unknown"
                }
            parts.append("weight \(weights.canary.weight) \(verdict)")
        }
        if status.abort { parts.append("aborted") }
        if !status.stableRS.isEmpty { parts.append("stable \(status.stableRS)") }
        if status.currentPodHash != status.stableRS, !status.currentPodHash.isEmpty {
            parts.append("update \(status.currentPodHash)")
        }
        return parts.joined(separator: ", ")
    }
}
