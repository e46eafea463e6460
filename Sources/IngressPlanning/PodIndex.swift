import JSON
import KubernetesModel

/// The pods of a namespace, by address and by name.
struct PodIndex: Sendable {
    private var byIP: [String: KubernetesObject] = [:]
    private var byName: [String: KubernetesObject] = [:]

    /// Where two pods have had the same address, the one that still runs counts.
    init(_ pods: [KubernetesObject]) {
        for pod in pods {
            byName[pod.name] = pod
            guard let ip = pod.status["podIP"]?.stringValue, !ip.isEmpty else { continue }
            if let other = byIP[ip], !Self.hasEnded(other), Self.hasEnded(pod) { continue }
            byIP[ip] = pod
        }
    }

    /// How the pod at an address stands.
    enum State: Equatable, Sendable {
        /// No pod has the address, or its containers have ended.
        case gone
        /// Deletion was asked for.
        case terminating(pod: String)
        case notReady(pod: String)
        /// Is to leave its target groups before it is deleted.
        case draining(pod: String)
        case ready(pod: String)
    }

    /// The annotation of pods that must leave their target groups; set by whoever is about to delete them.
    static let drain = "weir.dev/drain"

    /// Whether the pod at an address is to leave its target groups.
    func isDraining(ip: String) -> Bool { byIP[ip]?.annotation(Self.drain) != nil }

    /// The pod at an address, if it has that readiness gate and is not going away.
    func gatedPod(at ip: String, by gate: String) -> KubernetesObject? {
        guard let pod = byIP[ip], !Self.hasEnded(pod), !pod.isDeleting, ReadinessGate.names(of: pod).contains(gate)
        else { return nil }
        return pod
    }

    /// Whether a pod that an endpoint names still has its address, and is to keep it.
    ///
    /// Endpoints and pods are watched apart: one that is listed may be deleted already, or not be known yet.
    func lives(_ name: String, at ip: String) -> Bool {
        guard let pod = byName[name], !pod.isDeleting, !Self.hasEnded(pod) else { return false }
        return pod.status["podIP"]?.stringValue == ip
    }

    func state(at ip: String) -> State {
        guard let pod = byIP[ip], !Self.hasEnded(pod) else { return .gone }
        if pod.isDeleting { return .terminating(pod: pod.name) }
        guard Self.condition("Ready", of: pod) else { return .notReady(pod: pod.name) }
        return pod.annotation(Self.drain) == nil ? .ready(pod: pod.name) : .draining(pod: pod.name)
    }

    /// Whether no pod has an address, or one that ends.
    func isGoneOrGoing(ip: String) -> Bool {
        switch state(at: ip) {
        case .gone, .terminating: true
        case .notReady, .draining, .ready: false
        }
    }

    /// Whether the pod at an address was, by its labels, selected by an earlier form of this selector.
    ///
    /// It carries every label that the selector names, and at least one with the selector's value if there are
    /// several: `app: web, version: blue` was selected before `app: web, version: green` is. An address that has
    /// passed to a pod of another application does not pass for a former target, nor does any without a selector.
    func isFormer(ip: String, of selector: [String: String]?) -> Bool {
        guard let labels = byIP[ip]?.labels, let selector, !selector.isEmpty else { return false }
        guard selector.keys.allSatisfy({ labels[$0] != nil }) else { return false }
        return selector.count == 1 || selector.contains { labels[$0.key] == $0.value }
    }

    /// Whether the pod an endpoint refers to has all containers ready and is not being deleted.
    func waitsOnlyForGates(_ targetRef: JSONValue?) -> Bool {
        guard targetRef?["kind"]?.stringValue == "Pod", let name = targetRef?["name"]?.stringValue,
            let pod = byName[name], !pod.isDeleting,
            !(pod.spec["readinessGates"]?.arrayValue ?? []).isEmpty
        else { return false }
        return Self.condition("ContainersReady", of: pod)
    }

    private static func condition(_ type: String, of pod: KubernetesObject) -> Bool {
        (pod.status["conditions"]?.arrayValue ?? []).contains {
            $0["type"]?.stringValue == type && $0["status"]?.stringValue == "True"
        }
    }

    private static func hasEnded(_ pod: KubernetesObject) -> Bool {
        ["Succeeded", "Failed"].contains(pod.status["phase"]?.stringValue ?? "")
    }
}
