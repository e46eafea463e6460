import JSON
import KubernetesModel
import Planning
import Testing

@Suite("Fields that are kept") struct FieldSelectionTests {
    private let pod: JSONValue = [
        "kind": "Pod", "apiVersion": "v1",
        "metadata": [
            "name": "a", "generateName": "x", "uid": "u", "resourceVersion": "7", "labels": ["app": "a"],
            "annotations": ["keep": "1", "drop": "2"], "managedFields": [["manager": "m"]],
            "ownerReferences": [["uid": "o"]],
        ],
        "spec": ["containers": [["name": "c"]], "nodeName": "n"],
        "status": ["podIP": "10.0.0.1", "conditions": [["type": "Ready", "status": "True", "message": "m"]]],
    ]

    @Test func `paths lead through lists, and identity is always kept`() {
        let selection = FieldSelection([
            ["metadata", "annotations", "keep"], ["status", "podIP"], ["status", "conditions", "type"],
            ["spec", "nothing"],
        ])
        let expected: JSONValue = [
            "kind": "Pod", "apiVersion": "v1",
            "metadata": [
                "name": "a", "uid": "u", "resourceVersion": "7", "labels": ["app": "a"], "annotations": ["keep": "1"],
                "ownerReferences": [["uid": "o"]],
            ],
            "spec": [:], "status": ["podIP": "10.0.0.1", "conditions": [["type": "Ready"]]],
        ]
        let once = selection.selecting(from: KubernetesObject(pod))
        #expect(once.document == expected)
        #expect(selection.selecting(from: once) == once)
    }

    @Test func `everything is everything but the records of who wrote what`() {
        var document = pod
        document.set("{}", at: "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration")
        var expected = pod
        expected.set(nil, at: "metadata", "managedFields")
        #expect(FieldSelection.everything.selecting(from: KubernetesObject(document)).document == expected)
    }

    @Test func `two selections together hold what either holds`() {
        let one = FieldSelection([["status", "podIP"], ["spec"]])
        let two = FieldSelection([["status", "phase"], ["spec", "nodeName"]])
        #expect(one.union(two) == FieldSelection([["status", "podIP"], ["status", "phase"], ["spec"]]))
        #expect(one.union(.everything) == .everything)
    }

    @Test func `an object with more than sixteen members keeps its index`() {
        let labels = JSONValue.object(JSONObject((0..<40).map { ("label-\($0)", JSONValue.string("\($0)")) }))
        let object = KubernetesObject(["metadata": ["name": "a", "labels": labels], "spec": labels])
        let paths = (0..<30).map { ["spec", "label-\($0)"] }
        let selected = FieldSelection(paths).selecting(from: object)
        #expect(selected.spec["label-29"] == "29")
        #expect(selected.spec["label-30"] == nil)
        #expect(selected.label("label-39") == "39")
    }
}
