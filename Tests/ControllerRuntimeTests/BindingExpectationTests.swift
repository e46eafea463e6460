import ControllerRuntime
import JSON
import KubernetesModel
import Testing

@Suite("Waiting for a binding to be seen") struct BindingExpectationTests {
    private let scheduler = WorkKey(controller: 0, object: ObjectKey(name: "scheduler"))
    private let start = Timestamp(seconds: 1_767_225_600)

    /// Whether the scheduler may plan again when the cache shows this pod after it was bound.
    private func isCaughtUp(_ metadata: JSONValue?, node: String? = nil) -> Bool {
        var state = RuntimeState(controllers: [], settings: RuntimeSettings())
        let kind = ResourceKind(group: "", version: "v1", kind: "Binding", plural: "bindings")
        let binding: JSONValue = [
            "metadata": ["name": "web-1", "namespace": "shop", "uid": "u1"], "target": ["name": "n1"],
        ]
        state.wrote(.create(kind, binding), answered: nil, by: scheduler, now: start)
        var pod: JSONValue = ["metadata": metadata ?? [:], "spec": [:]]
        if let node { pod.set(.string(node), at: "spec", "nodeName") }
        let items = metadata == nil ? [] : [KubernetesObject(pod)]
        state.replace(.pod, with: ObjectList(items: items, resourceVersion: "5"), now: start)
        return state.isCaughtUp(scheduler, now: start)
    }

    @Test func `pods are placed again only when the cache shows the last binding`() {
        let metadata: JSONValue = ["name": "web-1", "namespace": "shop", "uid": "u1", "resourceVersion": "4"]
        #expect(!isCaughtUp(metadata))
        #expect(isCaughtUp(metadata, node: "n1"))
    }

    @Test func `a pod that is gone, going or another one is not waited for`() {
        #expect(isCaughtUp(nil))
        let going: JSONValue = [
            "name": "web-1", "namespace": "shop", "uid": "u1", "deletionTimestamp": "2026-01-01T00:00:00Z",
        ]
        #expect(isCaughtUp(going))
        #expect(isCaughtUp(["name": "web-1", "namespace": "shop", "uid": "u2"]))
    }
}
