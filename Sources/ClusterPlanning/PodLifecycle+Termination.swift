import JSON
import KubernetesModel

extension PodLifecycle {
    /// Begins to stop the pod, or cuts short the time it has left when its grace period was made shorter.
    ///
    /// The grace period begins when the node sees the deletion and includes the preStop hook; after the hook SIGTERM
    /// always gets the shutdown window.
    mutating func terminate(now: Timestamp, _ actions: inout [PodAction]) {
        let seconds =
            pod.document.at("metadata", "deletionGracePeriodSeconds")?.intValue
            ?? pod.document.at("spec", "terminationGracePeriodSeconds")?.intValue ?? 30
        let grace = Duration.seconds(max(0, seconds))
        if let current = gracePeriod, current <= grace { return }
        let isFirst = gracePeriod == nil
        gracePeriod = grace
        let deadline = now.advanced(by: grace)
        for index in containers.indices {
            if isFirst {
                beginShutdown(index, grace: grace, now: now, &actions)
            } else if var shutdown = containers[index].shutdown {
                shutdown.killAt = min(shutdown.killAt, deadline)
                shutdown.signalAt = min(shutdown.signalAt, shutdown.killAt)
                containers[index].shutdown = shutdown
            }
        }
    }

    /// Sends SIGTERM and SIGKILL when they are due.
    mutating func shutDown(_ index: Int, now: Timestamp, _ actions: inout [PodAction]) {
        guard var shutdown = containers[index].shutdown, containers[index].isRunning else { return }
        let name = containers[index].spec.name
        if shutdown.killAt <= now {
            if containers[index].isListening { actions.append(.kill(container: name)) }
            end(name, exitCode: 137, now: now)
            return
        }
        guard !shutdown.isSignalled, shutdown.signalAt <= now else { return }
        shutdown.isSignalled = true
        containers[index].shutdown = shutdown
        guard !containers[index].spec.behaviour.ignoresSIGTERM else { return }
        switch containers[index].state {
        case .starting: end(name, exitCode: 143, now: now)
        case .serving(let startedAt):
            containers[index].state = .stopping(startedAt: startedAt)
            actions.append(.stopAccepting(container: name))
        case .creating, .backingOff, .stopping, .ended: break
        }
    }

    /// Records that a container's process is gone.
    mutating func end(_ name: String, exitCode: Int, now: Timestamp) {
        guard let index = containers.firstIndex(where: { $0.spec.name == name }), !containers[index].isEnded else {
            return
        }
        containers[index].state = .ended(startedAt: containers[index].startedAt, at: now, exitCode: exitCode)
    }

    private mutating func beginShutdown(
        _ index: Int, grace: Duration, now: Timestamp, _ actions: inout [PodAction]
    ) {
        let container = containers[index]
        guard container.isRunning else {
            end(container.spec.name, exitCode: 0, now: now)
            return
        }
        let signalAt = now.advanced(by: min(container.spec.preStop, grace))
        let window = grace == .zero ? Duration.zero : Self.shutdownWindow
        containers[index].shutdown = ContainerRun.Shutdown(
            signalAt: signalAt, killAt: max(now.advanced(by: grace), signalAt.advanced(by: window)))
        actions.append(event("Killing", "Stopping container \(container.spec.name)"))
    }
}
