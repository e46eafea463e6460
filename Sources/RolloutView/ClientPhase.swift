import JSON
import KubernetesModel
import RolloutModel

/// The phase of a Rollout as clients report it: the controller's, unless it has not seen the newest change yet.
///
/// Source: argo-rollouts status reference, "Phase".
package struct ClientPhase: Hashable, Sendable {
    /// `Healthy`, `Degraded`, `Progressing` or `Paused`.
    package var word: String
    /// Empty when there is nothing to say.
    package var message: String

    /// Whether nothing more will happen by itself: a wait for this Rollout is over.
    package var isFinal: Bool { word == "Healthy" || word == "Degraded" }

    package init(of family: RolloutFamily) {
        let rollout = family.rollout
        let status = RolloutStatus(document: rollout.status)
        if let observed = Int(status.observedGeneration), observed < rollout.generation {
            self.init("Progressing", "waiting for rollout spec update to be observed")
        } else if status.controllerPause, status.pauses.isEmpty {
            self.init("Progressing", "waiting for rollout to unpause")
        } else if let workload = family.workload, Self.isUnseen(workload, by: rollout) {
            self.init("Progressing", "waiting for rollout spec update to be observed for the reference workload")
        } else if let phase = status.phase {
            self.init(phase.rawValue, status.message)
        } else {
            self.init("Progressing", "more replicas need to be updated")
        }
    }

    private init(_ word: String, _ message: String) {
        self.word = word
        self.message = message
    }

    private static func isUnseen(_ workload: KubernetesObject, by rollout: KubernetesObject) -> Bool {
        guard let seen = rollout.status["workloadObservedGeneration"]?.stringValue.flatMap({ Int($0) }) else {
            return false
        }
        return seen < workload.generation
    }
}
