/// A state as people see it: a word behind an icon in a colour.
///
/// Source: argo-rollouts CLI reference, "get rollout", "Status icons".
package struct DisplayStatus: Hashable, Sendable {
    package var word: String
    /// One character; empty where there is none.
    package var icon: String
    var colour: Colour?

    /// The state of a Rollout or a ReplicaSet.
    package static func workload(_ word: String) -> DisplayStatus {
        switch word {
        case "Progressing": DisplayStatus(word: word, icon: "◌", colour: .blue)
        case "Paused": DisplayStatus(word: word, icon: "॥", colour: .blue)
        case "Healthy": DisplayStatus(word: word, icon: "✔", colour: .green)
        case "Degraded": DisplayStatus(word: word, icon: "✖", colour: .red)
        case "Error", "InvalidSpec": DisplayStatus(word: word, icon: "⚠", colour: .red)
        case "ScaledDown": DisplayStatus(word: word, icon: "•", colour: nil)
        case "Pending": DisplayStatus(word: word, icon: "◷", colour: .yellow)
        default: DisplayStatus(word: word, icon: "?", colour: nil)
        }
    }

    /// The state of a pod, in kubectl's word for it.
    package static func pod(_ word: String) -> DisplayStatus {
        switch word {
        case "Pending", "Terminating", "ContainerCreating", "PodInitializing":
            return DisplayStatus(word: word, icon: "◌", colour: .blue)
        case "Running", "Completed", "Succeeded": return DisplayStatus(word: word, icon: "✔", colour: .green)
        case "Failed", "InvalidImageName", "CrashLoopBackOff":
            return DisplayStatus(word: word, icon: "✖", colour: .red)
        case "ImagePullBackOff", "RegistryUnavailable": return DisplayStatus(word: word, icon: "⚠", colour: .yellow)
        default: break
        }
        if word.hasPrefix("Signal:") || word.hasPrefix("ExitCode:") {
            return DisplayStatus(word: word, icon: "✖", colour: .red)
        }
        if word.hasSuffix("Error") || word.hasPrefix("Err") {
            return DisplayStatus(word: word, icon: "⚠", colour: .yellow)
        }
        if word.hasPrefix("Init:") { return DisplayStatus(word: word, icon: "◌", colour: .blue) }
        return DisplayStatus(word: word, icon: "?", colour: nil)
    }

    /// `✔ Healthy`.
    var spans: [Span] { icon.isEmpty ? [Span(word)] : [Span(icon, colour), Span(" \(word)")] }
}
