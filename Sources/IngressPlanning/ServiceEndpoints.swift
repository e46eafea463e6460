import JSON
import KubernetesModel

/// The pods that a service port leads to now, as targets.
struct ServiceEndpoints: Equatable {
    /// The addresses that should be registered, sorted.
    private(set) var targets: [TargetAddress] = []
    /// Those of them that are not to be registered anew: the pod they name is gone or going, or not known yet.
    private(set) var withoutPod: Set<TargetAddress> = []

    private let namespace: String

    /// Reads EndpointSlices, or Endpoints where there are none.
    ///
    /// An endpoint counts when it is ready (or says nothing), or when it is not ready only because of a readiness gate:
    /// all containers of its pod are ready. Terminating endpoints and pods marked to drain never count.
    /// Source: the peer's endpoint resolver; the mark is ours.
    init(
        of service: ServiceView, port: ServiceView.Port, slices: [KubernetesObject], endpoints: KubernetesObject?,
        pods: PodIndex
    ) {
        namespace = service.key.namespace
        let own = slices.filter { $0.label("kubernetes.io/service-name") == service.key.name }
        var found: Set<TargetAddress> = []
        if own.isEmpty {
            if let endpoints { add(subsetsOf: endpoints, port: port, pods: pods, to: &found) }
        } else {
            for slice in own { add(slice, port: port, pods: pods, to: &found) }
        }
        targets = found.filter { !pods.isDraining(ip: $0.ip) }.sorted()
    }

    private mutating func add(
        _ slice: KubernetesObject, port: ServiceView.Port, pods: PodIndex, to found: inout Set<TargetAddress>
    ) {
        guard slice.document["addressType"]?.stringValue ?? "IPv4" == "IPv4",
            let number = Self.portNumber(slice.document["ports"], named: port.name)
        else { return }
        for endpoint in slice.document["endpoints"]?.arrayValue ?? [] where !endpoint.isNull {
            guard let ip = endpoint["addresses"]?[0]?.stringValue else { continue }
            let conditions = endpoint["conditions"]
            guard conditions?["terminating"]?.boolValue != true else { continue }
            guard conditions?["ready"]?.boolValue != false || pods.waitsOnlyForGates(endpoint["targetRef"]) else {
                continue
            }
            add(TargetAddress(ip: ip, port: number), endpoint["targetRef"], pods, to: &found)
        }
    }

    private mutating func add(
        subsetsOf endpoints: KubernetesObject, port: ServiceView.Port, pods: PodIndex,
        to found: inout Set<TargetAddress>
    ) {
        for subset in endpoints.document["subsets"]?.arrayValue ?? [] {
            guard let number = Self.portNumber(subset["ports"], named: port.name) else { continue }
            let ready = subset["addresses"]?.arrayValue ?? []
            let gated = (subset["notReadyAddresses"]?.arrayValue ?? []).filter {
                pods.waitsOnlyForGates($0["targetRef"])
            }
            for address in ready + gated {
                guard let ip = address["ip"]?.stringValue else { continue }
                add(TargetAddress(ip: ip, port: number), address["targetRef"], pods, to: &found)
            }
        }
    }

    /// Adds what an endpoint leads to; without a pod it is somebody's own address, and there is nothing to wait for.
    private mutating func add(
        _ target: TargetAddress, _ reference: JSONValue?, _ pods: PodIndex, to found: inout Set<TargetAddress>
    ) {
        found.insert(target)
        guard reference?["kind"]?.stringValue == "Pod", let name = reference?["name"]?.stringValue,
            reference?["namespace"]?.stringValue ?? namespace == namespace
        else { return }
        if !pods.lives(name, at: target.ip) { withoutPod.insert(target) }
    }

    private static func portNumber(_ ports: JSONValue?, named name: String) -> Int? {
        let all = ports?.arrayValue ?? []
        let match = all.first { ($0["name"]?.stringValue ?? "") == name } ?? (name.isEmpty ? all.first : nil)
        return match?["port"]?.intValue
    }
}
