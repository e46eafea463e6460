import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Selecting objects")
struct SelectorTests {
    private var cluster = TestCluster()

    private mutating func makePods() {
        for (name, app, node) in [("a", "web", "n1"), ("b", "web", "n2"), ("c", "db", "n1")] {
            var pod = Sample.pod(name, labels: ["app": .string(app)])
            pod.set(.string(node), at: "spec", "nodeName")
            cluster.create(.pod, pod)
        }
    }

    @Test(arguments: [
        ("app=web", ["a", "b"]), ("app!=web", ["c"]), ("app in (web,db)", ["a", "b", "c"]), ("!app", []),
        ("app", ["a", "b", "c"]),
        ("app=web,app!=web", []),
    ])
    mutating func `labels select`(selector: String, expected: [String]) {
        makePods()
        #expect(cluster.names(.pod) { $0.labelSelector = selector } == expected)
    }

    @Test(arguments: [
        ("metadata.name=a", ["a"]), ("spec.nodeName=n1", ["a", "c"]), ("spec.nodeName!=n1", ["b"]),
        ("status.phase=Pending", ["a", "b", "c"]), ("status.phase==Running", []),
        ("spec.nodeName=n1,metadata.name=c", ["c"]), ("metadata.namespace=default", ["a", "b", "c"]),
    ])
    mutating func `fields select`(selector: String, expected: [String]) {
        makePods()
        #expect(cluster.names(.pod) { $0.fieldSelector = selector } == expected)
    }

    @Test mutating func `a field the kind does not offer is refused by name`() {
        var options = RequestOptions()
        options.fieldSelector = "spec.foo=bar"
        let response = cluster.list(.pod, options: options)
        #expect(response.code == 400)
        #expect(response.document["message"]?.stringValue?.contains("field label not supported: spec.foo") == true)
    }

    @Test mutating func `events are selected by what they are about`() {
        for name in ["a", "b"] {
            let event: JSONValue = [
                "metadata": ["name": .string("e-\(name)")], "reason": "Scaled", "type": "Normal",
                "involvedObject": ["kind": "Pod", "name": .string(name), "namespace": "default"],
            ]
            cluster.create(.event, event)
        }
        let names = cluster.names(.event) { $0.fieldSelector = "involvedObject.name=b,involvedObject.kind=Pod" }
        #expect(names == ["e-b"])
    }

    @Test(arguments: ["a in", "=b", "a=b=c", "a b"])
    mutating func `a label selector that cannot be read is a bad request`(selector: String) {
        var options = RequestOptions()
        options.labelSelector = selector
        #expect(cluster.list(.pod, options: options).code == 400)
    }
}
