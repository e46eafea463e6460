import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Versions of custom resources")
struct CustomResourceVersionTests {
    private var cluster = TestCluster()
    private let second: ResourceKind = {
        var kind = CustomResourceSample.kind
        kind.version = "v2"
        return kind
    }()

    init() {
        let text: JSONValue = ["type": "string"]
        let first = CustomResourceSample.schema(["shared": text, "first": text])
        let second = CustomResourceSample.schema(["shared": text, "second": ["type": "string", "default": "two"]])
        cluster.create(
            .customResourceDefinition,
            CustomResourceSample.definition(
                versions: [
                    CustomResourceSample.version("v1", first, isStorage: false),
                    CustomResourceSample.version("v2", second),
                ]))
    }

    @Test mutating func `an object keeps what the stored version knows`() {
        let created = cluster.create(
            CustomResourceSample.kind, CustomResourceSample.object(spec: ["shared": "s", "first": "f"]))
        #expect(created.document["spec"] == ["shared": "s"])
        #expect(created.document["apiVersion"] == "example.com/v1")
        #expect(cluster.get(second, "one")["spec"] == ["shared": "s", "second": "two"])
    }

    @Test mutating func `each version's watch sees every change in its own form`() throws {
        cluster.create(second, CustomResourceSample.object(version: "v2", spec: ["shared": "s"]))
        cluster.patch(CustomResourceSample.kind, "one", .merge, ["spec": ["shared": "t"]])
        let wanted: [(ResourceKind, JSONValue)] = [
            (CustomResourceSample.kind, ["shared": "t"]), (second, ["shared": "t", "second": "two"]),
        ]
        for (kind, spec) in wanted {
            let events = try cluster.state.watchEvents(after: 0, query: cluster.query(kind)).get()
            #expect(events.map(\.kind.rawValue) == ["ADDED", "MODIFIED"])
            #expect(events.last?.object.document["apiVersion"]?.stringValue == kind.apiVersion)
            #expect(events.last?.object.document["spec"] == spec)
        }
    }

    @Test mutating func `a change through one version counts only what that version sees`() {
        cluster.create(second, CustomResourceSample.object(version: "v2", spec: ["second": "kept"]))
        cluster.patch(CustomResourceSample.kind, "one", .merge, ["metadata": ["labels": ["a": "b"]]])
        #expect(cluster.get(CustomResourceSample.kind, "one").at("metadata", "generation") == 1)
    }
}
