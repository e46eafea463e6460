import JSON
import KubernetesModel

/// What is read of a Service.
struct ServiceView: Sendable {
    /// One of its ports.
    struct Port: Hashable, Sendable {
        /// Empty when the service has one port without name.
        var name: String
        var number: Int
        /// The port of the pods: a number, or the name of a container port.
        var target: ServicePort
    }

    var key: ObjectKey
    var uid: String
    var ports: [Port]
    var selector: [String: String]
    /// Whether `spec.ipFamilies` contains IPv6.
    var hasIPv6: Bool

    /// Reads `spec`; a missing `targetPort` is the port itself.
    init(_ object: KubernetesObject) {
        key = object.key
        uid = object.uid
        ports = (object.spec["ports"]?.arrayValue ?? []).map { port in
            let number = port["port"]?.intValue ?? 0
            let target = port["targetPort"]
            let named = target?.stringValue.flatMap { $0.isEmpty ? nil : ServicePort($0) }
            return Port(
                name: port["name"]?.stringValue ?? "", number: number,
                target: named ?? .number(target?.intValue.flatMap { $0 == 0 ? nil : $0 } ?? number))
        }
        selector = [:]
        for (key, value) in object.spec["selector"]?.objectValue ?? [:] { selector[key] = value.stringValue ?? "" }
        hasIPv6 = (object.spec["ipFamilies"]?.arrayValue ?? []).contains { $0.stringValue == "IPv6" }
    }

    /// The port with that number or name.
    func port(_ wanted: ServicePort) -> Port? {
        switch wanted {
        case .number(let number): ports.first { $0.number == number }
        case .name(let name): ports.first { $0.name == name }
        }
    }

    /// `80 (http), 443` for messages.
    var portList: String {
        ports.isEmpty
            ? "none"
            : ports.map { $0.name.isEmpty ? "\($0.number)" : "\($0.number) (\($0.name))" }.joined(separator: ", ")
    }
}
