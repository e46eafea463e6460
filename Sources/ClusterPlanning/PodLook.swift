/// Everything that can change what a node reports of a pod.
struct PodLook: Equatable, Sendable {
    struct Container: Equatable, Sendable {
        var state: ContainerRun.State
        var restarts: Int
        var isStarted: Bool
        var isReady: Bool

        init(_ container: ContainerRun) {
            state = container.state
            restarts = container.restarts
            isStarted = container.isStarted
            isReady = container.isReady
        }
    }

    var containers: [Container]
    var unmetGates: [String]
    /// Whether its grace period has begun.
    var isTerminating: Bool
}
