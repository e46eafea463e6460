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

    // The texts are a real server's.
    @Test(arguments: [
        ("a in", "unable to parse requirement: found '' expected: '('"),
        ("a in (1", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("=b", "found '=', expected: !, identifier, or 'end of string'"),
        ("a=b=c", "found '=', expected: ',' or 'end of string'"), ("a,", "found '', expected: identifier after ','"),
        ("a b", "unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'"),
        ("a>x", "unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer"),
        ("/a", "unable to parse requirement: invalid label key \"/a\": prefix part must be non-empty"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
    ])
    mutating func `a label selector that cannot be read is refused in words`(selector: String, text: String) {
        var options = RequestOptions()
        options.labelSelector = selector
        let response = cluster.list(.pod, options: options)
        #expect(response.code == 400)
        #expect(response.document["message"] == .string(text))
    }

    @Test(arguments: [
        ("metadata.name=a=b", "invalid field selector: unescaped character in value: 61"),
        ("metadata.name=a\\", "invalid field selector: invalid escape sequence: \\"),
    ])
    mutating func `a field selector that cannot be read is refused in words`(selector: String, text: String) {
        var options = RequestOptions()
        options.fieldSelector = selector
        let response = cluster.list(.pod, options: options)
        #expect(response.code == 400)
        #expect(response.document["message"] == .string(text))
    }

    @Test(arguments: [("size>1", ["b"]), ("size<2", ["a"]), ("size>0,size<9", ["a", "b"])])
    mutating func `labels that are numbers are compared`(selector: String, expected: [String]) {
        for (name, size) in [("a", "1"), ("b", "2"), ("c", "x")] {
            cluster.create(.pod, Sample.pod(name, labels: ["size": .string(size)]))
        }
        #expect(cluster.names(.pod) { $0.labelSelector = selector } == expected)
    }
}
