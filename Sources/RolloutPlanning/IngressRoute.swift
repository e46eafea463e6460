import JSON
package import KubernetesModel
package import RolloutModel

/// An Ingress as the planner reads it.
package struct IngressRoute: Hashable, Sendable {
    package let object: KubernetesObject
    /// What is written in it, once it has been read.
    private var known: IngressReading?

    package init(_ object: KubernetesObject) {
        self.object = object
    }

    /// Reads everything in an object at once.
    init(reading object: KubernetesObject) {
        self.object = object
        read()
    }

    package static func == (left: IngressRoute, right: IngressRoute) -> Bool { left.object == right.object }

    package func hash(into hasher: inout Hasher) { hasher.combine(object) }

    /// Reads everything once and for all.
    mutating func read() { known = known ?? IngressReading(object) }

    /// What is written in it.
    var reading: IngressReading { known ?? IngressReading(object) }

    package var name: String { object.name }

    /// The DNS names of its load balancers; empty until one is provisioned.
    package var hostnames: [String] {
        (object.status.at("loadBalancer", "ingress")?.arrayValue ?? []).compactMap { $0["hostname"]?.stringValue }
            .filter { !$0.isEmpty }
    }

    /// The services that its rules and its default backend name.
    package var backendServices: [String] { reading.backendServices }

    /// The services that its rules and its default backend lead to without an action.
    package var directBackends: Set<String> { reading.directBackends }

    /// Whether a rule, the default backend, or an action of an annotation names one of these services.
    package func routes(toAnyOf services: some Collection<String>) -> Bool {
        let reading = reading
        if reading.backendServices.contains(where: { services.contains($0) }) { return true }
        return services.contains { service in
            let name = "\"\(service)\""
            return reading.actions.contains { $0.text.contains(name) }
        }
    }

    /// The annotation key of the weighted action.
    package func actionKey(_ canary: CanaryStrategy) -> String {
        "\(canary.alb?.annotationPrefix ?? RolloutKeys.albPrefix)/actions.\(canary.actionService)"
    }

    /// Whether a target group with this tag is this Ingress' group for a service.
    ///
    /// - Parameter port: the service's port; `nil` for any.
    package func isTargetGroupTag(_ tag: String, service: String, port: Int?) -> Bool {
        let prefix = "\(object.namespace)/\(name)-\(service):"
        guard tag.hasPrefix(prefix) else { return false }
        return port.map { tag.dropFirst(prefix.count) == "\($0)" } ?? true
    }
}
