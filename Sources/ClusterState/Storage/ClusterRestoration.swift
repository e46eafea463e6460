import JSON
import KubernetesModel

/// A record that cannot be read, or does not follow the one before.
package struct ClusterRecordProblem: Error, Equatable, CustomStringConvertible {
    /// What is wrong with it.
    package var description: String
}

/// Puts a cluster together again: from the records of a snapshot, then from those of the writes after it, in order.
package struct ClusterRestoration {
    private enum Phase: Equatable {
        case empty
        /// Within the snapshot.
        case objects(Int)
        case changes
    }

    private let eventLogCapacity: Int
    private var phase = Phase.empty
    private var cluster: ClusterState
    private var cursors = AddressPool().cursors

    /// - Parameter eventLogCapacity: the most changes kept per resource, at least 1.
    package init(eventLogCapacity: Int = ClusterState.defaultEventLogCapacity) {
        self.eventLogCapacity = eventLogCapacity
        cluster = ClusterState(
            restoredAt: 0, generator: SeededGenerator(seed: 0), eventLogCapacity: eventLogCapacity)
    }

    /// Reads the next record.
    ///
    /// - Throws: where the bytes are no record, or not the one that must come next.
    package mutating func read(_ bytes: [UInt8]) throws(ClusterRecordProblem) {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw ClusterRecordProblem(description: "the record is not JSON: \(error)")
        }
        switch phase {
        case .empty: try begin(document)
        case .objects(let count):
            if let part = document["objects"]?.arrayValue {
                for entry in part { try restore(entry) }
                phase = .objects(count + part.count)
            } else {
                guard document["end"]?.intValue == count else {
                    throw ClusterRecordProblem(
                        description: "the snapshot does not end after its \(count) objects as it should")
                }
                phase = .changes
            }
        case .changes: try apply(document)
        }
    }

    /// The cluster as it was after the last record.
    ///
    /// - Throws: when the snapshot was not complete.
    package consuming func finish() throws(ClusterRecordProblem) -> ClusterState {
        guard phase == .changes else { throw ClusterRecordProblem(description: "the snapshot is not complete") }
        var cluster = cluster
        cluster.restoreRegistry()
        cluster.clusterIPs.restore(services: cluster.table(ResourceName(group: "", plural: "services")), cursors)
        return cluster
    }

    private mutating func begin(_ document: JSONValue) throws(ClusterRecordProblem) {
        guard document["snapshot"] == 1, let counters = ClusterCounters(document) else {
            throw ClusterRecordProblem(description: "the first record does not begin a snapshot of a known format")
        }
        cluster = ClusterState(
            restoredAt: counters.version, generator: SeededGenerator(seed: counters.generator),
            eventLogCapacity: eventLogCapacity)
        cursors = counters.cursors
        phase = .objects(0)
    }

    private mutating func restore(_ entry: JSONValue) throws(ClusterRecordProblem) {
        guard let (name, key) = Self.names(entry), let document = entry[4], document.objectValue != nil else {
            throw ClusterRecordProblem(description: "an object of the snapshot has no name or no document")
        }
        let empty = cluster.emptyTable
        cluster.tables[name, default: empty].restore(document, at: key)
    }

    private mutating func apply(_ document: JSONValue) throws(ClusterRecordProblem) {
        guard let counters = ClusterCounters(document), let changes = document["changes"]?.arrayValue else {
            throw ClusterRecordProblem(description: "the record is not one of changes")
        }
        // What a snapshot contains may be in the journal once more.
        guard counters.version > cluster.currentResourceVersion else { return }
        for change in changes {
            guard let (name, key) = Self.names(change), let text = change[4]?.stringValue,
                let version = UInt64(text), version > cluster.currentResourceVersion, let document = change[5]
            else {
                throw ClusterRecordProblem(
                    description: "a change has no name, or no version after \(cluster.currentResourceVersion)")
            }
            cluster.replay(document.isNull ? JSONValue?.none : document, in: name, at: key, version: version)
        }
        cluster.currentResourceVersion = counters.version
        cluster.generator = SeededGenerator(seed: counters.generator)
        cursors = counters.cursors
    }

    private static func names(_ entry: JSONValue) -> (ResourceName, ObjectKey)? {
        guard let group = entry[0]?.stringValue, let plural = entry[1]?.stringValue,
            let namespace = entry[2]?.stringValue, let name = entry[3]?.stringValue
        else { return nil }
        return (ResourceName(group: group, plural: plural), ObjectKey(namespace: namespace, name: name))
    }
}

extension ClusterState {
    /// Does again what a record says: puts an object there, or removes it where there is no document.
    fileprivate mutating func replay(
        _ document: JSONValue?, in name: ResourceName, at key: ObjectKey, version: UInt64
    ) {
        currentResourceVersion = version
        if let document {
            let empty = emptyTable
            tables[name, default: empty].store(document, at: key, resourceVersion: version)
        } else if var last = tables[name]?[key] {
            last.set(.string(String(version)), at: "metadata", "resourceVersion")
            tables[name]?.remove(key, last: last, resourceVersion: version)
        }
    }

    /// Serves again what the stored definitions define.
    fileprivate mutating func restoreRegistry() {
        let definitions = table(CustomDefinition.resourceName)
        for key in definitions.keys {
            guard let document = definitions[key] else { continue }
            registry.install(CustomDefinition.servedVersions(of: document), definedBy: key.name)
        }
    }
}

extension AddressPool {
    /// Takes what the services have.
    fileprivate mutating func restore(services: ResourceTable, _ cursors: Cursors) {
        for key in services.keys {
            guard let spec = services[key]?["spec"] else { continue }
            _ = take(spec.text("clusterIP"))
            for port in spec.entries("ports").compactMap({ $0["nodePort"]?.intValue }) where port > 0 {
                _ = take(port: port)
            }
        }
        self.cursors = cursors
    }
}
