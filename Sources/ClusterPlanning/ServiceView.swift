package import JSON
package import KubernetesModel
import Planning

/// The fields of a Service that decide about its endpoints.
///
/// Source: core/v1 Service.
package struct ServiceView: Sendable {
    package var object: KubernetesObject

    package init(_ object: KubernetesObject) {
        self.object = object
    }

    /// `spec.selector`; `nil` when it is empty or absent, and for `ExternalName`: such endpoints are the user's.
    package var selector: LabelSelector? {
        let fields = object.document.at("spec", "selector")?.objectValue
        guard let fields, !fields.isEmpty, object.document.at("spec", "type")?.stringValue != "ExternalName" else {
            return nil
        }
        var labels: [String: String] = [:]
        for (key, value) in fields { labels[key] = value.stringValue ?? "" }
        return LabelSelector(matchLabels: labels)
    }

    /// Whether the Service has no address of its own.
    package var isHeadless: Bool {
        let address = object.document.at("spec", "clusterIP")?.stringValue ?? ""
        return address.isEmpty || address == "None"
    }

    /// Whether pods count as ready whatever they say, also while they terminate.
    package var publishesNotReadyAddresses: Bool {
        object.document.at("spec", "publishNotReadyAddresses")?.boolValue ?? false
    }

    package var ports: [ServicePort] {
        (object.document.at("spec", "ports")?.arrayValue ?? []).map(ServicePort.init)
    }

    /// The Service's labels for its endpoints: all but those that the endpoints controllers own.
    package func copiedLabels(without reserved: Set<String>) -> [String: String] {
        object.labels.filter { !reserved.contains($0.key) }
    }

    /// The Services of a pod's namespace that select it now or selected it before; and the Service itself, or the one
    /// that shares its name, when another kind changed.
    static func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        guard change.kind == .pod else { return [] }
        let pods = [change.before, change.after].compactMap(\.self)
        guard let namespace = pods.first?.namespace else { return [] }
        let labels = pods.map(\.labels)
        return world.objects.objects(.service, namespace: namespace).filter { service in
            guard let selector = ServiceView(service).selector else { return false }
            return labels.contains { selector.matches($0) }
        }.map(\.key)
    }
}

/// One port of a Service.
package struct ServicePort: Hashable, Sendable {
    /// Empty when the Service has one unnamed port.
    package var name: String
    package var port: Int
    /// `TCP`, `UDP` or `SCTP`.
    package var `protocol`: String
    package var appProtocol: String?
    /// Where pods listen: a number, or the name of a container port.
    package var target: Target

    package enum Target: Hashable, Sendable {
        case number(Int)
        case name(String)
    }

    /// Reads one entry of `spec.ports`; a missing `targetPort` is the port itself.
    package init(_ document: JSONValue) {
        let number = document["port"]?.intValue ?? 0
        name = document["name"]?.stringValue ?? ""
        port = number
        `protocol` = document["protocol"]?.stringValue ?? "TCP"
        appProtocol = document["appProtocol"]?.stringValue
        if let text = document["targetPort"]?.stringValue, !text.isEmpty {
            target = Int(text).map(Target.number) ?? .name(text)
        } else {
            let wanted = document["targetPort"]?.intValue ?? 0
            target = .number(wanted == 0 ? number : wanted)
        }
    }

    /// The port's number on a pod; `nil` when the pod has no container port of the wanted name and protocol.
    ///
    /// Source: upstream pkg/api/v1/pod/util.go, FindPort.
    package func number(on pod: PodView) -> Int? {
        switch target {
        case .number(let number): return number
        case .name(let wanted):
            for container in pod.object.document.at("spec", "containers")?.arrayValue ?? [] {
                for port in container["ports"]?.arrayValue ?? []
                where port["name"]?.stringValue == wanted
                    && (port["protocol"]?.stringValue ?? "TCP") == self.protocol
                {
                    return port["containerPort"]?.intValue
                }
            }
            return nil
        }
    }
}

/// A Service's port as it is on some of its pods.
struct EndpointPort: Hashable, Comparable {
    var name: String
    var number: Int
    var `protocol`: String
    var appProtocol: String?

    init(_ port: ServicePort, number: Int) {
        name = port.name
        self.number = number
        self.protocol = port.protocol
        appProtocol = port.appProtocol
    }

    /// Reads one entry of `ports` of an Endpoints subset or an EndpointSlice.
    init(_ document: JSONValue) {
        name = document["name"]?.stringValue ?? ""
        number = document["port"]?.intValue ?? 0
        `protocol` = document["protocol"]?.stringValue ?? "TCP"
        appProtocol = document["appProtocol"]?.stringValue
    }

    /// - Parameter namesUnnamed: an EndpointSlice writes the name `""`, Endpoints leave it out.
    func document(namesUnnamed: Bool) -> JSONValue {
        var document: JSONValue = [:]
        if namesUnnamed || !name.isEmpty { document["name"] = .string(name) }
        document["port"] = .number(JSONNumber(number))
        document["protocol"] = .string(self.protocol)
        if let appProtocol { document["appProtocol"] = .string(appProtocol) }
        return document
    }

    static func < (left: EndpointPort, right: EndpointPort) -> Bool {
        (left.name, left.number, left.protocol) < (right.name, right.number, right.protocol)
    }

    /// The ports of a Service that a pod has, sorted.
    static func ports(of service: ServiceView, on pod: PodView) -> [EndpointPort] {
        service.ports.compactMap { port in
            port.number(on: pod).map { EndpointPort(port, number: $0) }
        }.sorted()
    }
}
