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

extension Reflector {
    /// Follows all pods for a node, which must not be blind for long: tries again after 100 ms doubling to 5 s.
    static func pods(
        api: any KubernetesAPI, clock: RuntimeClock, logger: Logger,
        deliver: @escaping @Sendable (NodePodUpdate) -> Void
    ) -> Reflector {
        Reflector(
            kind: .pod, scope: WatchScope(), api: api, clock: clock, logger: logger,
            backoff: Backoff(base: .milliseconds(100), limit: .seconds(5)),
            listed: { deliver(.listed($0.items)) },
            received: { event in
                switch event.kind {
                case .added, .modified: deliver(.changed(event.object))
                case .deleted: deliver(.removed(event.object))
                case .bookmark, .error: break
                }
            })
    }
}
