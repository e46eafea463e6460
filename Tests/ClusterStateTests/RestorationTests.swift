import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("A cluster put together again")
struct RestorationTests {
    private static let now = Timestamp(seconds: 1_767_225_600)

    /// A store with its first snapshot and every record after it.
    private struct Kept {
        let journal = HeldJournal()
        let store: ClusterStore
        let snapshot: [[UInt8]]

        init() {
            let cluster = ClusterState(now: now, seed: 5)
            snapshot = records(of: cluster)
            store = ClusterStore(cluster, now: { now }, journal: journal)
        }

        @discardableResult
        func send(_ request: APIRequest) -> APIResponse { store.handle(request) }

        func create(_ kind: ResourceKind, _ body: JSONValue) -> APIResponse {
            send(
                APIRequest(
                    .create, group: kind.group, version: kind.version, resource: kind.plural,
                    namespace: kind.isNamespaced ? "default" : "", body: body))
        }

        func restored() throws -> ClusterState { try Self.restored(snapshot + journal.encoded) }

        static func restored(_ records: [[UInt8]]) throws -> ClusterState {
            var restoration = ClusterRestoration()
            for record in records { try restoration.read(record) }
            return try restoration.finish()
        }
    }

    private static func records(of cluster: ClusterState) -> [[UInt8]] {
        var records: [[UInt8]] = []
        cluster.encodeSnapshot { records.append($0) }
        return records
    }

    /// Whether both have the same objects and numbers; a Boolean, because the records are too long for a message.
    private static func isSame(_ first: ClusterState, _ second: ClusterState) -> Bool {
        records(of: first) == records(of: second)
    }

    /// Some of everything: objects of several kinds, changes, deletions, a definition with an instance, a service.
    private func makeKept() -> Kept {
        let kept = Kept()
        for number in 0..<120 { _ = kept.create(.configMap, Sample.configMap("c\(number)")) }
        #expect(kept.create(.pod, Sample.pod()).code == 201)
        #expect(kept.create(.service, Sample.service("first")).code == 201)
        #expect(kept.create(.rollout, Sample.rollout()).code == 201)
        var patch = APIRequest(
            .patch, resource: "configmaps", namespace: "default", name: "c1", body: ["data": ["b": "é\u{1F600}\n"]])
        patch.patchFormat = .merge
        #expect(kept.send(patch).code == 200)
        let deletion = APIRequest(.delete, resource: "configmaps", namespace: "default", name: "c2")
        #expect(kept.send(deletion).code == 200)
        return kept
    }

    @Test func `is the same cluster, and goes on as the first one would`() throws {
        let kept = makeKept()
        var first = kept.store.snapshot
        var second = try kept.restored()
        #expect(Self.isSame(first, second))
        let create = [
            APIRequest(.create, resource: "services", namespace: "default", body: Sample.service("second")),
            APIRequest(
                .create, group: "argoproj.io", version: "v1alpha1", resource: "rollouts", namespace: "default",
                body: Sample.rollout("other")),
            APIRequest(
                .create, resource: "configmaps", namespace: "default",
                body: ["metadata": ["generateName": "generated-"]]),
        ]
        for request in create {
            let answer = second.handle(request, now: Self.now)
            #expect(answer == first.handle(request, now: Self.now))
            #expect(answer.code == 201)
        }
    }

    @Test func `a snapshot of it restores it too`() throws {
        let first = makeKept().store.snapshot
        let second = try Kept.restored(Self.records(of: first))
        #expect(Self.isSame(first, second))
        #expect(second.currentResourceVersion == first.currentResourceVersion)
    }

    @Test func `watches go on from any version after the snapshot and are told of older ones that they are too old`()
        throws
    {
        let kept = makeKept()
        let cluster = try kept.restored()
        let last = cluster.currentResourceVersion
        let query = WatchQuery(resource: "configmaps", namespace: "default")
        let events = try cluster.watchEvents(after: last - 2, query: query).get()
        #expect(events.map(\.kind) == [.modified, .deleted])
        #expect(events == (try kept.store.snapshot.watchEvents(after: last - 2, query: query).get()))
        for resource in ["configmaps", "secrets"] {
            let failure = #expect(throws: KubernetesFailure.self) {
                try cluster.watchEvents(after: 1, query: WatchQuery(resource: resource)).get()
            }
            #expect(failure?.code == 410)
        }
    }

    @Test func `after any number of records it is what it was then`() throws {
        let kept = Kept()
        var snapshots = [Self.records(of: kept.store.snapshot)]
        for number in 0..<12 {
            #expect(kept.create(.configMap, Sample.configMap("c\(number)")).code == 201)
            snapshots.append(Self.records(of: kept.store.snapshot))
        }
        let records = kept.journal.encoded
        #expect(records.count == 12)
        for count in 0...records.count {
            let cluster = try Kept.restored(kept.snapshot + records.prefix(count))
            let isThatSnapshot = Self.records(of: cluster) == snapshots[count]
            #expect(isThatSnapshot)
        }
    }

    @Test func `records that a snapshot contains are passed over`() throws {
        let kept = makeKept()
        let whole = Self.records(of: kept.store.snapshot)
        let isWhole = Self.records(of: try Kept.restored(whole + kept.journal.encoded)) == whole
        #expect(isWhole)
    }

    @Test func `what is no record, or not complete, is refused`() {
        let kept = makeKept()
        #expect(throws: ClusterRecordProblem.self) { try Kept.restored([]) }
        #expect(throws: ClusterRecordProblem.self) { try Kept.restored(kept.snapshot.dropLast()) }
        #expect(throws: ClusterRecordProblem.self) { try Kept.restored([Array("{}".utf8)]) }
        #expect(throws: ClusterRecordProblem.self) { try Kept.restored(kept.snapshot + [Array("{".utf8)]) }
        #expect(throws: ClusterRecordProblem.self) { try Kept.restored(kept.snapshot + [Array("{}".utf8)]) }
        #expect(throws: ClusterRecordProblem.self) { try Kept.restored(Array(kept.snapshot.dropFirst())) }
    }
}
