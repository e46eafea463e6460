import JSON
import KubernetesModel

/// How a Service's endpoints are spread over its slices, with as few writes as possible.
struct EndpointSliceLayout {
    private let service: ServiceView
    private let existing: [KubernetesObject]
    private var wanted: [[EndpointPort]: [JSONValue]] = [:]

    /// - Parameter existing: the Service's slices that the controller manages, sorted by name.
    init(service: ServiceView, existing: [KubernetesObject]) {
        self.service = service
        self.existing = existing
    }

    /// Adds an endpoint of a pod; pods come in the order of their names.
    mutating func add(_ endpoint: JSONValue, ports: [EndpointPort]) {
        wanted[ports, default: []].append(endpoint)
    }

    /// Creations first, then updates, then deletions, so that no endpoint is missing in between.
    func writes() -> [KubernetesWrite] {
        var slices: [Slice] = existing.map(Slice.init)
        var groups = wanted
        // A Service without endpoints keeps one slice without ports, so that readers can tell it has none.
        if groups.isEmpty { groups[[]] = [] }
        for ports in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            place(groups[ports] ?? [], ports: ports, in: &slices)
        }
        let isEmpty = wanted.isEmpty
        var creations: [KubernetesWrite] = []
        var updates: [KubernetesWrite] = []
        var deletions: [KubernetesWrite] = []
        for slice in slices {
            guard let object = slice.object else {
                creations.append(.create(.endpointSlice, document(of: slice)))
                continue
            }
            if slice.endpoints.isEmpty, !(isEmpty && slice.isPlaceholder) {
                deletions.append(.delete(KubernetesWrite.Deletion(.endpointSlice, object.key, uid: object.uid)))
            } else if let write = update(of: object, to: slice) {
                updates.append(write)
            }
        }
        return creations + updates + deletions
    }
}

extension EndpointSliceLayout {
    private struct Slice {
        var object: KubernetesObject?
        var ports: [EndpointPort]
        /// What the slice lists now.
        var before: [JSONValue]
        var endpoints: [JSONValue] = []
        var isPlaceholder = false

        var room: Int { EndpointSliceController.endpointsPerSliceMax - endpoints.count }

        init(_ object: KubernetesObject) {
            self.object = object
            ports = (object.document["ports"]?.arrayValue ?? []).map(EndpointPort.init).sorted()
            before = object.document["endpoints"]?.arrayValue ?? []
        }

        init(ports: [EndpointPort]) {
            object = nil
            self.ports = ports
            before = []
        }
    }

    private func place(_ endpoints: [JSONValue], ports: [EndpointPort], in slices: inout [Slice]) {
        let matching = slices.indices.filter { slices[$0].ports == ports }
        if endpoints.isEmpty {
            if let index = matching.first {
                slices[index].isPlaceholder = true
            } else {
                var slice = Slice(ports: ports)
                slice.isPlaceholder = true
                slices.append(slice)
            }
            return
        }
        var missing: [[JSONValue?]: JSONValue] = [:]
        for endpoint in endpoints { missing[Self.identity(endpoint)] = endpoint }
        for index in matching {
            for old in slices[index].before {
                if let kept = missing.removeValue(forKey: Self.identity(old)) { slices[index].endpoints.append(kept) }
            }
        }
        var waiting = endpoints.filter { missing[Self.identity($0)] != nil }
        // The fullest slice with room first keeps the number of slices low.
        for index in matching.sorted(by: { slices[$0].room < slices[$1].room }) where !waiting.isEmpty {
            let count = min(slices[index].room, waiting.count)
            guard count > 0 else { continue }
            slices[index].endpoints += waiting.prefix(count)
            waiting.removeFirst(count)
        }
        while !waiting.isEmpty {
            var slice = Slice(ports: ports)
            slice.endpoints = Array(waiting.prefix(EndpointSliceController.endpointsPerSliceMax))
            waiting.removeFirst(slice.endpoints.count)
            slices.append(slice)
        }
    }

    /// What makes two endpoints the same one: the pod and its address.
    private static func identity(_ endpoint: JSONValue) -> [JSONValue?] {
        [endpoint.at("targetRef", "uid"), endpoint["addresses"]]
    }

    private func document(of slice: Slice) -> JSONValue {
        let owner = OwnerReference(
            apiVersion: "v1", kind: "Service", name: service.object.name, uid: service.object.uid)
        var document: JSONValue = [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "generateName": .string("\(service.object.name)-"), "namespace": .string(service.object.namespace),
                "labels": labels(), "ownerReferences": [owner.document],
            ],
            "addressType": "IPv4",
        ]
        document["endpoints"] = .array(slice.endpoints)
        document["ports"] = .array(slice.ports.map { $0.document(namesUnnamed: true) })
        return document
    }

    private func update(of object: KubernetesObject, to slice: Slice) -> KubernetesWrite? {
        var wanted = object.document
        wanted.set(labels(), at: "metadata", "labels")
        if !(slice.endpoints.isEmpty && slice.before.isEmpty) { wanted["endpoints"] = .array(slice.endpoints) }
        guard wanted != object.document else { return nil }
        return .patch(
            KubernetesWrite.Patch(
                .endpointSlice, object.key, body: JSONValue.mergePatch(from: object.document, to: wanted),
                resourceVersion: object.resourceVersion))
    }

    private func labels() -> JSONValue {
        let managed = EndpointSliceController.managedByLabel
        let named = EndpointSliceController.serviceNameLabel
        let headless = EndpointsController.headlessLabel
        var labels = service.copiedLabels(without: [managed, named, headless])
        labels[managed] = EndpointSliceController.manager
        labels[named] = service.object.name
        if service.isHeadless { labels[headless] = "" }
        return labelDocument(labels)
    }
}
