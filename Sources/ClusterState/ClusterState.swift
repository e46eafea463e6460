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
    var timeTexts = TimeTexts()
    /// What the records of who set which fields have in common.
    var fieldDocuments = FieldDocuments()
    /// What has been written since `takeWritten`; empty unless `keepsWritten`.
    private var written: [WrittenChange] = []
    /// Whether somebody takes what has been written.
    var keepsWritten = false
    /// The version before which no change is known, because the state was restored at it.
    let logBeginning: UInt64
    private let eventLogCapacity: Int

    /// A cluster with the namespaces and custom resource definitions every sandbox has.
    ///
    /// - Parameters:
    ///   - now: the creation time of what is there from the beginning.
    ///   - seed: determines every uid and generated name.
    ///   - eventLogCapacity: the most changes kept per resource, at least 1.
    package init(now: Timestamp, seed: UInt64, eventLogCapacity: Int = ClusterState.defaultEventLogCapacity) {
        self.init(restoredAt: 0, generator: SeededGenerator(seed: seed), eventLogCapacity: eventLogCapacity)
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

    /// The same cluster with another seed: what is made from now on is as if that had been the seed from the beginning.
    package func reseeded(from former: UInt64, to seed: UInt64) -> ClusterState {
        var copy = self
        // Each number drawn moves the generator by the same distance, whatever its seed.
        copy.generator = SeededGenerator(seed: seed &+ (generator.position &- former))
        return copy
    }

    /// A cluster without any object, to which what was kept is added.
    init(restoredAt version: UInt64, generator: SeededGenerator, eventLogCapacity: Int) {
        self.generator = generator
        self.eventLogCapacity = eventLogCapacity
        logBeginning = version
        currentResourceVersion = version
    }

    /// The table of a resource, empty when nothing was ever stored in it.
    func table(_ name: ResourceName) -> ResourceTable { tables[name] ?? emptyTable }

    var emptyTable: ResourceTable { ResourceTable(logCapacity: eventLogCapacity, logBeginning: logBeginning) }

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
        let empty = emptyTable
        let change = tables[name, default: empty].store(document, at: key, resourceVersion: currentResourceVersion)
        note(change, name)
        return document
    }

    /// Removes an object for good; returns it as it was last, with the version of its removal.
    @discardableResult
    mutating func removeStored(_ document: JSONValue, from name: ResourceName, at key: ObjectKey) -> JSONValue {
        currentResourceVersion += 1
        var last = document
        last.set(.string(String(currentResourceVersion)), at: "metadata", "resourceVersion")
        if let change = tables[name]?.remove(key, last: last, resourceVersion: currentResourceVersion) {
            note(change, name)
        }
        return last
    }

    /// What was written since the last call, oldest first.
    mutating func takeWritten() -> [WrittenChange] {
        defer { written = [] }
        return written
    }

    private mutating func note(_ change: LoggedChange, _ name: ResourceName) {
        if keepsWritten { written.append(WrittenChange(resource: name, change: change)) }
    }
}
