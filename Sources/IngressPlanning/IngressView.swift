import JSON
import KubernetesModel

/// A service port as somebody wrote it: by number or by name.
enum ServicePort: Hashable, Sendable, CustomStringConvertible {
    case number(Int)
    case name(String)

    /// The name that stands for "see the actions annotation".
    static let useAnnotation = ServicePort.name("use-annotation")

    /// A number when the text is one, a name otherwise.
    init(_ text: String) {
        self = Int(text).map(ServicePort.number) ?? .name(text)
    }

    /// The port as it stands in names and resource ids.
    var description: String {
        switch self {
        case .number(let number): "\(number)"
        case .name(let name): name
        }
    }
}

/// Where a path leads: a service and one of its ports.
struct IngressBackend: Hashable, Sendable {
    var service: String
    var port: ServicePort
}

/// One path of a rule.
struct IngressPath: Hashable, Sendable {
    var path: String
    /// `Exact`, `Prefix`, `ImplementationSpecific`; `nil` means the last.
    var pathType: String?
    var backend: IngressBackend
    /// `spec.rules[0].http.paths[1]`
    var place: String
}

/// One rule: a host, possibly none, and its paths in the order written.
struct IngressRule: Hashable, Sendable {
    var host: String?
    var paths: [IngressPath]
}

/// What is read of an Ingress' spec.
struct IngressView: Sendable {
    var key: ObjectKey
    var rules: [IngressRule]
    var defaultBackend: IngressBackend?

    /// Reads `spec.rules` and `spec.defaultBackend`. Backends of another kind than `service` are refused.
    init(_ object: KubernetesObject) throws(BuildProblem) {
        key = object.key
        rules = []
        let owner = "Ingress \(object.key)"
        for (index, rule) in (object.spec["rules"]?.arrayValue ?? []).enumerated() {
            guard let http = rule["http"] else { continue }
            var paths: [IngressPath] = []
            for (number, path) in (http["paths"]?.arrayValue ?? []).enumerated() {
                let place = "spec.rules[\(index)].http.paths[\(number)]"
                let backend = try Self.backend(path["backend"], place: "\(place).backend of \(owner)")
                paths.append(
                    IngressPath(
                        path: path["path"]?.stringValue ?? "", pathType: path["pathType"]?.stringValue,
                        backend: backend, place: "\(place) of \(owner)"))
            }
            let host = rule["host"]?.stringValue ?? ""
            rules.append(IngressRule(host: host.isEmpty ? nil : host, paths: paths))
        }
        if let backend = object.spec["defaultBackend"] {
            defaultBackend = try Self.backend(backend, place: "spec.defaultBackend of \(owner)")
        }
    }

    private static func backend(_ document: JSONValue?, place: String) throws(BuildProblem) -> IngressBackend {
        guard let service = document?["service"], let name = service["name"]?.stringValue else {
            throw BuildProblem(
                place, "missing required \"service\" field", remedy: "Name a Service; other kinds are not supported.")
        }
        if let number = service.at("port", "number")?.intValue {
            return IngressBackend(service: name, port: .number(number))
        }
        guard let portName = service.at("port", "name")?.stringValue, !portName.isEmpty else {
            throw BuildProblem(
                place, "service \(quoted(name)) has no port", remedy: "Write service.port.number or service.port.name.")
        }
        return IngressBackend(service: name, port: .name(portName))
    }
}

extension IngressView {
    /// The services that an Ingress names in its backends and forward actions, sorted; mistakes are passed over.
    static func referencedServices(of object: KubernetesObject, annotationPrefix: String) -> [String] {
        var names: Set<String> = []
        var backends = [object.spec.at("defaultBackend", "service", "name")]
        for rule in object.spec["rules"]?.arrayValue ?? [] {
            for path in rule.at("http", "paths")?.arrayValue ?? [] {
                backends.append(path.at("backend", "service", "name"))
            }
        }
        names.formUnion(backends.compactMap { $0?.stringValue })
        let annotations = Annotations(prefix: annotationPrefix, sources: [.init("Ingress", object)])
        for (_, entry) in annotations.entries(startingWith: "actions.") {
            guard let action = try? BackendAction(parsing: entry), case .forward(let tuples, _) = action else {
                continue
            }
            for tuple in tuples {
                if case .service(let backend) = tuple.target { names.insert(backend.service) }
            }
        }
        return names.sorted()
    }
}
