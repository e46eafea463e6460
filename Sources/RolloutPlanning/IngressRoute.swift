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
        let paths = (object.spec["rules"]?.arrayValue ?? []).flatMap { $0.at("http", "paths")?.arrayValue ?? [] }
        let backends = paths.map { $0["backend"] } + [object.spec["defaultBackend"]]
        return backends.compactMap { $0?.at("service", "name")?.stringValue }
    }

    /// The annotation key of the weighted action.
    package func actionKey(_ canary: CanaryStrategy) -> String {
        "\(canary.alb?.annotationPrefix ?? RolloutKeys.albPrefix)/actions.\(canary.actionService)"
    }

    /// The value under which a target group of this Ingress is tagged.
    package func targetGroupTag(service: String, port: Int) -> String {
        "\(object.namespace)/\(name)-\(service):\(port)"
    }
}
