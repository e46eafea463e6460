import JSON
import KubernetesModel

/// The pods that a service port leads to now, as targets.
enum ServiceEndpoints {
    /// The addresses that should be registered, sorted: from EndpointSlices, or from Endpoints where there are none.
    ///
    /// An endpoint counts when it is ready (or says nothing), or when it is not ready only because of a readiness gate:
    /// all containers of its pod are ready. Terminating endpoints and pods marked to drain never count.
    /// Source: the peer's endpoint resolver; the mark is ours.
    static func targets(
        of service: ServiceView, port: ServiceView.Port, slices: [KubernetesObject], endpoints: KubernetesObject?,
        pods: PodIndex
    ) -> [TargetAddress] {
        let own = slices.filter { $0.label("kubernetes.io/service-name") == service.key.name }
        let addresses: Set<TargetAddress>
        if own.isEmpty {
            addresses = endpoints.map { fromSubsets($0, port: port, pods: pods) } ?? []
        } else {
            addresses = own.reduce(into: []) { $0.formUnion(fromSlice($1, port: port, pods: pods)) }
        }
        return addresses.filter { !pods.isDraining(ip: $0.ip) }.sorted()
    }

    private static func fromSlice(
        _ slice: KubernetesObject, port: ServiceView.Port, pods: PodIndex
    ) -> Set<TargetAddress> {
        guard slice.document["addressType"]?.stringValue ?? "IPv4" == "IPv4",
            let number = portNumber(slice.document["ports"], named: port.name)
        else { return [] }
        var found: Set<TargetAddress> = []
        for endpoint in slice.document["endpoints"]?.arrayValue ?? [] where !endpoint.isNull {
            guard let ip = endpoint["addresses"]?[0]?.stringValue else { continue }
            let conditions = endpoint["conditions"]
            guard conditions?["terminating"]?.boolValue != true else { continue }
            guard conditions?["ready"]?.boolValue != false || pods.waitsOnlyForGates(endpoint["targetRef"]) else {
                continue
            }
            found.insert(TargetAddress(ip: ip, port: number))
        }
        return found
    }

    private static func fromSubsets(
        _ endpoints: KubernetesObject, port: ServiceView.Port, pods: PodIndex
    ) -> Set<TargetAddress> {
        var found: Set<TargetAddress> = []
        for subset in endpoints.document["subsets"]?.arrayValue ?? [] {
            guard let number = portNumber(subset["ports"], named: port.name) else { continue }
            let ready = subset["addresses"]?.arrayValue ?? []
            let gated = (subset["notReadyAddresses"]?.arrayValue ?? []).filter {
                pods.waitsOnlyForGates($0["targetRef"])
            }
            for ip in (ready + gated).compactMap({ $0["ip"]?.stringValue }) {
                found.insert(TargetAddress(ip: ip, port: number))
            }
        }
        return found
    }

    private static func portNumber(_ ports: JSONValue?, named name: String) -> Int? {
        let all = ports?.arrayValue ?? []
        let match = all.first { ($0["name"]?.stringValue ?? "") == name } ?? (name.isEmpty ? all.first : nil)
        return match?["port"]?.intValue
    }
}
