import ControllerRuntime
import KubernetesModel
import Logging

/// What the node's agent learns about pods.
enum NodePodUpdate: Sendable {
    /// Every pod there is.
    case listed([KubernetesObject])
    /// A pod appeared or changed.
    case changed(KubernetesObject)
    /// A pod is gone.
    case removed(KubernetesObject)
    /// The agent itself is done with a pod.
    case ended(uid: String)
}

/// Follows the pods: a list, then watches, and a new list when the server has forgotten where the watch was.
struct NodePodFeed: Sendable {
    let api: any KubernetesAPI
    let clock: RuntimeClock
    let logger: Logger
    let deliver: @Sendable (NodePodUpdate) -> Void

    /// Runs until cancelled.
    func run() async {
        var version: String?
        var wait = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                if version == nil {
                    let list = try await api.list(.pod, WatchScope())
                    deliver(.listed(list.items))
                    version = list.resourceVersion
                }
                try await follow(&version)
                wait = .milliseconds(100)
            } catch is CancellationError {
                return
            } catch {
                if (error as? KubernetesFailure)?.isGone == true { version = nil }
                logger.warning(
                    "watch interrupted", metadata: ["k8s.kind": "Pod", "error": "\(error)", "retry.after": "\(wait)"])
                try? await clock.sleep(wait)
                wait = min(wait * 2, .seconds(5))
            }
        }
    }

    private func follow(_ version: inout String?) async throws {
        guard let start = version else { return }
        for try await event in try await api.watch(.pod, WatchScope(), from: start) {
            switch event.kind {
            case .added, .modified: deliver(.changed(event.object))
            case .deleted: deliver(.removed(event.object))
            case .bookmark: break
            case .error: throw KubernetesFailure(status: event.object.document, code: 500)
            }
            if !event.object.resourceVersion.isEmpty { version = event.object.resourceVersion }
        }
    }
}
