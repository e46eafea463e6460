import JSON
import KubernetesModel

/// What one write changed, for a journal: enough to do it again without the request.
///
/// As bytes it is a JSON object. Records of snapshots have other members, see `ClusterState.encodeSnapshot`.
package struct ClusterRecord: Sendable {
    /// The version of the cluster after the write.
    package let version: UInt64
    private let written: [WrittenChange]
    private let counters: ClusterCounters

    init(_ written: [WrittenChange], of cluster: borrowing ClusterState) {
        version = cluster.currentResourceVersion
        self.written = written
        counters = ClusterCounters(cluster)
    }

    /// The bytes from which `ClusterRestoration` reads it.
    package func encoded() -> [UInt8] {
        var document = counters.document
        document["changes"] = .array(
            written.map { entry in
                let change = entry.change
                return Self.entry(
                    entry.resource, change.key, .string(String(change.resourceVersion)), change.new ?? .null)
            })
        return document.serialized()
    }

    /// Names first, so that a person can read a journal.
    static func entry(_ resource: ResourceName, _ key: ObjectKey, _ rest: JSONValue...) -> JSONValue {
        .array(
            [.string(resource.group), .string(resource.plural), .string(key.namespace), .string(key.name)] + rest)
    }
}

/// The numbers of a cluster that are not in its objects.
struct ClusterCounters: Equatable, Sendable {
    var version: UInt64
    var generator: UInt64
    var cursors: AddressPool.Cursors

    init(_ cluster: borrowing ClusterState) {
        version = cluster.currentResourceVersion
        generator = cluster.generator.position
        cursors = cluster.clusterIPs.cursors
    }

    /// Reads what `document` made; `nil` where a member is missing.
    init?(_ document: JSONValue) {
        guard let version = document["version"]?.stringValue.flatMap({ UInt64($0) }),
            let generator = document["generator"]?.stringValue.flatMap({ UInt64($0) }),
            let address = document["lastAddress"]?.intValue, let port = document["lastPort"]?.intValue
        else { return nil }
        self.version = version
        self.generator = generator
        cursors = AddressPool.Cursors(address: address, port: port)
    }

    /// An object with a member for each; 64 bits are text, because JSON's numbers may be doubles to others.
    var document: JSONValue {
        [
            "version": .string(String(version)), "generator": .string(String(generator)),
            "lastAddress": .int(cursors.address), "lastPort": .int(cursors.port),
        ]
    }
}

extension ClusterState {
    /// The most objects in one record of a snapshot.
    static let snapshotRecordMax = 100

    /// Hands out the records of a snapshot: the numbers, the objects in parts, the count of the objects.
    package func encodeSnapshot(_ emit: ([UInt8]) throws -> Void) rethrows {
        var begin = ClusterCounters(self).document
        begin["snapshot"] = 1
        try emit(begin.serialized())
        var count = 0
        var part: [JSONValue] = []
        for name in tables.keys.sorted() {
            guard let table = tables[name] else { continue }
            for key in table.keys {
                part.append(ClusterRecord.entry(name, key, table[key] ?? .null))
                count += 1
                guard part.count == Self.snapshotRecordMax else { continue }
                try emit((["objects": .array(part)] as JSONValue).serialized())
                part = []
            }
        }
        if !part.isEmpty { try emit((["objects": .array(part)] as JSONValue).serialized()) }
        try emit((["end": .int(count)] as JSONValue).serialized())
    }
}
