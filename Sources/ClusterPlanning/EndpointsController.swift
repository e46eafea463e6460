import JSON
package import KubernetesModel
package import Planning

/// Keeps the Endpoints object of every Service with a selector.
///
/// Those of a Service that is gone are deleted, whoever made them. A pod is listed once it has an address, leaves as
/// soon as it is being deleted or has ended, and is among the ready addresses while its condition Ready is True.
/// Source: the Kubernetes documentation of Services; Kubernetes 1.20.2, as observed.
package struct EndpointsController: Controller {
    /// Addresses in one Endpoints object, at most; ready ones are kept first.
    package static let addressesMax = 1_000

    package let name = "endpoints"
    package let watchedKinds: [ResourceKind] = [.service, .pod, .endpoints]

    static let headlessLabel = "service.kubernetes.io/headless"

    package init() {}

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        if change.kind == .pod { return ServiceView.keys(for: change, in: world) }
        guard let key = change.object?.key else { return [] }
        // Endpoints that somebody makes without a Service are theirs.
        if change.kind == .endpoints, world.objects.object(.service, key) == nil { return [] }
        return [key]
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        let current = world.objects.object(.endpoints, key)
        guard let object = world.objects.object(.service, key) else {
            guard let current, !current.isDeleting, !Self.isElectionRecord(current) else { return Plan() }
            let deletion = KubernetesWrite.Deletion(.endpoints, key, uid: current.uid)
            return Plan(effects: [.kubernetes(.delete(deletion))])
        }
        let service = ServiceView(object)
        guard let selector = service.selector, !object.isDeleting else { return Plan() }
        let pods = world.objects.objects(.pod, namespace: key.namespace, matching: selector).map(PodView.init)
        let subsets = EndpointSubsets(of: service, pods: pods).document
        guard let write = write(subsets, of: service, over: current) else { return Plan() }
        return Plan(effects: [.kubernetes(write)])
    }

    private func write(
        _ subsets: [JSONValue], of service: ServiceView, over current: KubernetesObject?
    ) -> KubernetesWrite? {
        let labels = labels(for: service)
        guard let current else {
            var document: JSONValue = ["apiVersion": "v1", "kind": "Endpoints"]
            document.set(.string(service.object.name), at: "metadata", "name")
            document.set(.string(service.object.namespace), at: "metadata", "namespace")
            if !labels.isEmpty { document.set(labelDocument(labels), at: "metadata", "labels") }
            if !subsets.isEmpty { document["subsets"] = .array(subsets) }
            return .create(.endpoints, document)
        }
        var wanted = current.document
        wanted.set(labels.isEmpty ? Optional.none : labelDocument(labels), at: "metadata", "labels")
        wanted["subsets"] = subsets.isEmpty ? Optional.none : .array(subsets)
        guard wanted != current.document else { return nil }
        return .patch(
            KubernetesWrite.Patch(
                .endpoints, current.key, body: JSONValue.mergePatch(from: current.document, to: wanted),
                resourceVersion: current.resourceVersion))
    }

    /// Whether some program elects its leader with the object, which has no Service then.
    private static func isElectionRecord(_ endpoints: KubernetesObject) -> Bool {
        endpoints.annotation("control-plane.alpha.kubernetes.io/leader") != nil
    }

    private func labels(for service: ServiceView) -> [String: String] {
        var labels = service.copiedLabels(without: [Self.headlessLabel])
        if service.isHeadless { labels[Self.headlessLabel] = "" }
        return labels
    }
}

/// Labels as an object, keys sorted.
func labelDocument(_ labels: [String: String]) -> JSONValue {
    var document = JSONObject()
    for key in labels.keys.sorted() { document[key] = .string(labels[key] ?? "") }
    return .object(document)
}

/// `targetRef` of an endpoint.
func targetReference(_ pod: PodView) -> JSONValue {
    [
        "kind": "Pod", "namespace": .string(pod.object.namespace), "name": .string(pod.object.name),
        "uid": .string(pod.object.uid),
    ]
}
