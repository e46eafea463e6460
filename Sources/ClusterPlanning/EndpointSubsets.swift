package import JSON
import KubernetesModel

/// The `subsets` of an Endpoints object: ports grouped by the addresses they share.
///
/// Two ports stand in one subset when the same pods have them, whether or not a pod has others too. Sorted by ports;
/// within a subset addresses are sorted by IP. (Upstream sorts subsets by a hash: their order has no meaning.)
/// Source: the Endpoints of Kubernetes 1.20.2, as observed.
package struct EndpointSubsets: Sendable {
    private struct Entry: Hashable {
        var address: JSONValue
        var isReady: Bool
    }

    /// The list as it stands in the object; empty when no pod has an address.
    package private(set) var document: [JSONValue] = []

    /// Lists the pods that the Service's selector matches.
    package init(of service: ServiceView, pods: [PodView]) {
        let isWithoutPorts = service.ports.isEmpty && service.isHeadless
        var entries: [EndpointPort: [Entry]] = [:]
        var portless: [Entry] = []
        for pod in Self.listed(pods, by: service) {
            let isReady = pod.isReady || service.publishesNotReadyAddresses
            let entry = Entry(address: Self.address(of: pod, in: service), isReady: isReady)
            if isWithoutPorts { portless.append(entry) }
            for port in EndpointPort.ports(of: service, on: pod) { entries[port, default: []].append(entry) }
        }
        if !portless.isEmpty { document.append(Self.subset([], portless)) }
        var groups: [[Entry]: [EndpointPort]] = [:]
        for port in entries.keys.sorted() { groups[entries[port] ?? [], default: []].append(port) }
        for (entries, ports) in groups.sorted(by: { $0.value.lexicographicallyPrecedes($1.value) }) {
            document.append(Self.subset(ports, entries))
        }
    }

    private static func subset(_ ports: [EndpointPort], _ entries: [Entry]) -> JSONValue {
        var subset: JSONValue = [:]
        for (field, isReady) in [("addresses", true), ("notReadyAddresses", false)] {
            let addresses = entries.filter { $0.isReady == isReady }.map(\.address)
            if !addresses.isEmpty { subset[field] = .array(addresses) }
        }
        if !ports.isEmpty { subset["ports"] = .array(ports.map { $0.document(namesUnnamed: false) }) }
        return subset
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
