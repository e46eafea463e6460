import JSON
package import KubernetesModel

/// A Kubernetes API server as a state machine: objects, their versions, and the log of their changes.
///
/// Every request is handled to its end in one call; there is no clock, no socket and no lock inside. The sandbox serves
/// it over HTTP, the simulator calls it directly.
package struct ClusterState: Sendable {
    /// How many changes per resource watchers may fall behind, unless said otherwise.
    package static let defaultEventLogCapacity = 10_000

    /// The version of the latest write; grows by one with each.
    package internal(set) var currentResourceVersion: UInt64 = 0
    var tables: [ResourceName: ResourceTable] = [:]
    var registry = Registry()
    var generator: SeededGenerator
    /// The cluster IPs in use, kept beside the services that have them.
    var clusterIPs = AddressPool()
    /// What has been written to since `takeChanges`.
    private var changes: Set<ResourceName> = []
    private let eventLogCapacity: Int

    /// A cluster with the namespaces and custom resource definitions every sandbox has.
    ///
    /// - Parameters:
    ///   - now: the creation time of what is there from the beginning.
    ///   - seed: determines every uid and generated name.
    ///   - eventLogCapacity: the most changes kept per resource, at least 1.
    package init(now: Timestamp, seed: UInt64, eventLogCapacity: Int = ClusterState.defaultEventLogCapacity) {
        generator = SeededGenerator(seed: seed)
        self.eventLogCapacity = eventLogCapacity
        for name in ["default", "kube-node-lease", "kube-public", "kube-system"] {
            let body: JSONValue = ["metadata": ["name": .string(name)]]
            let response = handle(APIRequest(.create, resource: "namespaces", body: body), now: now)
            precondition(response.isSuccess, "an initial namespace is valid: \(response.document.text)")
        }
        for definition in PreinstalledResources.definitions {
            let request = APIRequest(
                .create, group: "apiextensions.k8s.io", resource: "customresourcedefinitions", body: definition)
            let response = handle(request, now: now)
            precondition(response.isSuccess, "an initial definition is valid: \(response.document.text)")
        }
    }

    /// The table of a resource, empty when nothing was ever stored in it.
    func table(_ name: ResourceName) -> ResourceTable {
        tables[name] ?? ResourceTable(logCapacity: eventLogCapacity)
    }

    /// The stored object, in its storage form.
    func stored(_ name: ResourceName, _ key: ObjectKey) -> JSONValue? {
        tables[name]?[key]
    }

    /// Stores an object under a new version, which it returns within the object.
    @discardableResult
    mutating func store(_ document: JSONValue, in name: ResourceName, at key: ObjectKey) -> JSONValue {
        currentResourceVersion += 1
        var document = document
        document.set(.string(String(currentResourceVersion)), at: "metadata", "resourceVersion")
        tables[name, default: ResourceTable(logCapacity: eventLogCapacity)]
            .store(document, at: key, resourceVersion: currentResourceVersion)
        changes.insert(name)
        return document
    }

    /// Removes an object for good; returns it as it was last, with the version of its removal.
    @discardableResult
    mutating func removeStored(_ document: JSONValue, from name: ResourceName, at key: ObjectKey) -> JSONValue {
        currentResourceVersion += 1
        var last = document
        last.set(.string(String(currentResourceVersion)), at: "metadata", "resourceVersion")
        tables[name]?.remove(key, last: last, resourceVersion: currentResourceVersion)
        changes.insert(name)
        return last
    }

    /// The resources written to since the last call, for waking their watchers.
    mutating func takeChanges() -> Set<ResourceName> {
        defer { changes.removeAll() }
        return changes
    }
}
