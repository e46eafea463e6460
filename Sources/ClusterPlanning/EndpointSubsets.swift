package import JSON
import KubernetesModel

/// The `subsets` of an Endpoints object: addresses grouped by the ports they share.
///
/// Sorted by ports; within a subset addresses are sorted by IP. (Upstream sorts subsets by a hash of a Go value: the
/// order of subsets has no meaning to readers.)
/// Source: upstream pkg/api/v1/endpoints/util.go, RepackSubsets.
package struct EndpointSubsets: Sendable {
    private struct Entry: Hashable {
        var ports: [EndpointPort]
        var isReady: Bool
    }

    /// The list as it stands in the object; empty when no pod has an address.
    package private(set) var document: [JSONValue] = []

    /// Lists the pods that the Service's selector matches.
    package init(of service: ServiceView, pods: [PodView]) {
        let listed = Self.listed(pods, by: service)
        var addresses: [Entry: [JSONValue]] = [:]
        for pod in listed {
            let ports = EndpointPort.ports(of: service, on: pod)
            if ports.isEmpty, !(service.ports.isEmpty && service.isHeadless) { continue }
            let isReady = pod.isReady || service.publishesNotReadyAddresses
            addresses[Entry(ports: ports, isReady: isReady), default: []].append(Self.address(of: pod, in: service))
        }
        for ports in Set(addresses.keys.map(\.ports)).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            var subset: JSONValue = [:]
            if let ready = addresses[Entry(ports: ports, isReady: true)] { subset["addresses"] = .array(ready) }
            if let others = addresses[Entry(ports: ports, isReady: false)] {
                subset["notReadyAddresses"] = .array(others)
            }
            if !ports.isEmpty { subset["ports"] = .array(ports.map { $0.document(namesUnnamed: false) }) }
            document.append(subset)
        }
    }

    /// The pods that may be listed, sorted by IP, cut to the limit with ready ones kept first.
    private static func listed(_ pods: [PodView], by service: ServiceView) -> [PodView] {
        let candidates = pods.filter { pod in
            guard pod.podIP != nil, !pod.isTerminal else { return false }
            return !pod.object.isDeleting || service.publishesNotReadyAddresses
        }
        let kept =
            candidates.count <= EndpointsController.addressesMax
            ? candidates
            : Array(
                (candidates.filter(\.isReady) + candidates.filter { !$0.isReady })
                    .prefix(EndpointsController.addressesMax))
        return kept.map { (AddressOrder($0.podIP ?? ""), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private static func address(of pod: PodView, in service: ServiceView) -> JSONValue {
        var address: JSONValue = ["ip": .string(pod.podIP ?? "")]
        if let hostname = hostname(of: pod, in: service) { address["hostname"] = .string(hostname) }
        if !pod.nodeName.isEmpty { address["nodeName"] = .string(pod.nodeName) }
        address["targetRef"] = targetReference(pod)
        return address
    }
}

/// `spec.hostname` of a pod whose subdomain is the headless Service's name.
func hostname(of pod: PodView, in service: ServiceView) -> String? {
    guard service.isHeadless, pod.object.document.at("spec", "subdomain")?.stringValue == service.object.name,
        let hostname = pod.object.document.at("spec", "hostname")?.stringValue, !hostname.isEmpty
    else { return nil }
    return hostname
}

/// IPv4 addresses by number, anything else after them by text.
struct AddressOrder: Comparable {
    private let number: Int
    private let text: String

    init(_ address: String) {
        let parts = address.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        number = parts.count == 4 ? parts.reduce(0) { $0 << 8 | Int($1) } : Int.max
        text = address
    }

    static func < (left: AddressOrder, right: AddressOrder) -> Bool {
        (left.number, left.text) < (right.number, right.text)
    }
}
