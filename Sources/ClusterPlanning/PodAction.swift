package import KubernetesModel

/// What happened to a pod, as its node sees it.
package enum PodEvent: Equatable, Sendable {
    /// The API server has a new version of the pod.
    case observed(KubernetesObject)
    /// The API server no longer has the pod: everything must stop at once.
    case removed
    /// A probe has been answered, or has timed out (`success: false`).
    case probed(ProbeID, success: Bool)
    /// A container's program ended after `stopAccepting`, its last request answered.
    case stopped(container: String)
    /// The time in `wakeAt` has come.
    case wake
}

/// What the node must do for a pod, in this order.
package enum PodAction: Equatable, Sendable {
    /// Send to the API server: a status patch, or the final deletion.
    case write(KubernetesWrite)
    /// Record an Event; its loss does not matter.
    case event(EventRecord)
    /// Listen on every port of the container.
    case startServer(PodServer)
    /// SIGTERM: accept no more connections, answer what is in flight, then report `stopped`.
    case stopAccepting(container: String)
    /// SIGKILL: drop everything now; nothing is reported.
    case kill(container: String)
    /// Send a probe and report `probed`.
    case probe(ProbeRequest)
}

/// A running container's server.
package struct PodServer: Hashable, Sendable {
    package var pod: ObjectKey
    package var container: ContainerSpec
    /// The pod's address as it is in objects: `10.244.x.y`.
    package var address: String

    package init(pod: ObjectKey, container: ContainerSpec, address: String) {
        self.pod = pod
        self.container = container
        self.address = address
    }
}

/// Which probe of a pod.
package struct ProbeID: Hashable, Sendable {
    package var container: String
    package var purpose: ProbeSpec.Purpose

    package init(container: String, purpose: ProbeSpec.Purpose) {
        self.container = container
        self.purpose = purpose
    }
}

/// One probe to send.
package struct ProbeRequest: Hashable, Sendable {
    package var id: ProbeID
    /// The pod's address as it is in objects.
    package var address: String
    package var check: ProbeSpec.Check
    package var timeout: Duration

    package init(id: ProbeID, address: String, check: ProbeSpec.Check, timeout: Duration) {
        self.id = id
        self.address = address
        self.check = check
        self.timeout = timeout
    }
}
