/// Everything that can change what a node reports of a pod.
struct PodLook: Equatable, Sendable {
    struct Container: Equatable, Sendable {
        var state: ContainerRun.State
        var isStarted: Bool
        var isReady: Bool

        init(_ container: ContainerRun) {
            state = container.state
            isStarted = container.isStarted
            isReady = container.isReady
        }
    }

    var containers: [Container]
    var unmetGates: [String]
    /// Whether its grace period has begun.
    var isTerminating: Bool
}
