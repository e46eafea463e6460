import JSON
package import KubernetesModel
package import RolloutModel

/// An Ingress as the planner reads it.
package struct IngressRoute: Hashable, Sendable {
    package var object: KubernetesObject

    package init(_ object: KubernetesObject) {
        self.object = object
    }

    package var name: String { object.name }

    /// The DNS names of its load balancers; empty until one is provisioned.
    package var hostnames: [String] {
        (object.status.at("loadBalancer", "ingress")?.arrayValue ?? []).compactMap { $0["hostname"]?.stringValue }
            .filter { !$0.isEmpty }
    }

    /// The services that its rules and its default backend name.
    package var backendServices: [String] {
        backends.compactMap { $0["name"]?.stringValue }
    }

    /// The services that its rules and its default backend lead to without an action.
    package var directBackends: Set<String> {
        Set(
            backends.filter { $0.at("port", "name")?.stringValue != RolloutKeys.useAnnotation }
                .compactMap { $0["name"]?.stringValue })
    }

    private var backends: [JSONValue] {
        let paths = (object.spec["rules"]?.arrayValue ?? []).flatMap { $0.at("http", "paths")?.arrayValue ?? [] }
        return (paths.map { $0["backend"] } + [object.spec["defaultBackend"]]).compactMap { $0?["service"] }
    }

    /// Whether a rule, the default backend, or an action of an annotation names one of these services.
    package func routes(toAnyOf services: some Collection<String>) -> Bool {
        if backendServices.contains(where: { services.contains($0) }) { return true }
        let actions = object.annotations.filter { $0.key.contains("/actions.") }
        return services.contains { service in
            actions.contains { $0.value.contains("\"\(service)\"") }
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
