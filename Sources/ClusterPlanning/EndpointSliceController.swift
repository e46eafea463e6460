import JSON
package import KubernetesModel
package import Planning

/// Keeps the EndpointSlices of every Service with a selector.
///
/// Unlike Endpoints, a slice keeps a pod while it terminates and says so in `conditions`. Endpoints stay in the slice
/// they are in; free room in a slice is used before a new one is made.
/// Source: upstream pkg/controller/endpointslice and staging/src/k8s.io/endpointslice/reconciler.go.
package struct EndpointSliceController: Controller {
    /// Endpoints in one slice, at most.
    package static let endpointsPerSliceMax = 100

    package let name = "endpointslice"
    package let watchedKinds: [ResourceKind] = [.service, .pod, .node, .endpointSlice]

    static let managedByLabel = "endpointslice.kubernetes.io/managed-by"
    static let manager = "endpointslice-controller.k8s.io"
    static let serviceNameLabel = "kubernetes.io/service-name"

    package init() {}

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        switch change.kind {
        case .pod: return ServiceView.keys(for: change, in: world)
        case .endpointSlice:
            let services = [change.before, change.after].compactMap { slice in
                slice.flatMap { object in
                    object.label(Self.serviceNameLabel).map { ObjectKey(namespace: object.namespace, name: $0) }
                }
            }
            return Set(services).sorted()
        case .service: return change.object.map { [$0.key] } ?? []
        default: return []
        }
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        guard let object = world.objects.object(.service, key), !object.isDeleting else { return Plan() }
        let service = ServiceView(object)
        guard let selector = service.selector else { return Plan() }
        let pods = world.objects.objects(.pod, namespace: key.namespace, matching: selector).map(PodView.init)
        let ownership = LabelSelector(matchLabels: [Self.serviceNameLabel: key.name, Self.managedByLabel: Self.manager])
        let slices = world.objects.objects(.endpointSlice, namespace: key.namespace, matching: ownership)
            .filter { !$0.isDeleting }

        var layout = EndpointSliceLayout(service: service, existing: slices)
        for pod in pods where pod.podIP != nil && !pod.isTerminal {
            // A pod that has none of the ports is listed too, in a slice without ports.
            layout.add(endpoint(pod, of: service, in: world), ports: EndpointPort.ports(of: service, on: pod))
        }
        return Plan(effects: layout.writes().map(Effect.kubernetes))
    }

    private func endpoint(_ pod: PodView, of service: ServiceView, in world: World) -> JSONValue {
        let isTerminating = pod.object.isDeleting
        let isReady = service.publishesNotReadyAddresses || (pod.isReady && !isTerminating)
        var endpoint: JSONValue = [
            "addresses": [.string(pod.podIP ?? "")],
            "conditions": [
                "ready": .bool(isReady), "serving": .bool(pod.isReady), "terminating": .bool(isTerminating),
            ],
        ]
        if let hostname = hostname(of: pod, in: service) { endpoint["hostname"] = .string(hostname) }
        endpoint["targetRef"] = targetReference(pod)
        guard !pod.nodeName.isEmpty else { return endpoint }
        endpoint["nodeName"] = .string(pod.nodeName)
        let node = world.objects.object(.node, ObjectKey(name: pod.nodeName))
        if let zone = node?.label("topology.kubernetes.io/zone") { endpoint["zone"] = .string(zone) }
        return endpoint
    }
}
