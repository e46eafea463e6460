import ControllerRuntime
import JSON
import KubernetesModel
import Testing

@testable import KubernetesClient

@Suite("Requests to the API server") struct ClientRequestTests {
    @Test func `core and grouped kinds have their own paths`() {
        #expect(ResourceKind.pod.path(namespace: "shop") == "/api/v1/namespaces/shop/pods")
        #expect(ResourceKind.pod.path(namespace: nil) == "/api/v1/pods")
        #expect(ResourceKind.node.path(namespace: "shop", name: "a b") == "/api/v1/nodes/a%20b")
        let path = ResourceKind.rollout.path(namespace: "shop", name: "web", subresource: "status")
        #expect(path == "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/web/status")
    }

    @Test func `selectors are encoded into the query`() throws {
        let scope = WatchScope(namespace: "shop", labels: LabelSelector(matchLabels: ["a/b": "c"]), fields: "x=y")
        let request = ClientRequest(list: .pod, scope, token: "t+1", limit: 500)
        let expected = "/api/v1/namespaces/shop/pods?labelSelector=a%2Fb%3Dc&fieldSelector=x%3Dy&limit=500"
        #expect(request.target == "\(expected)&continue=t%2B1")
    }

    @Test func `a watch asks for bookmarks and an end`() {
        let request = ClientRequest(watch: .service, WatchScope(), from: "12", seconds: 300)
        let query = "watch=true&resourceVersion=12&allowWatchBookmarks=true&timeoutSeconds=300"
        #expect(request.target == "/api/v1/services?\(query)")
    }

    @Test func `a version precondition travels inside a merge patch`() {
        let patch = KubernetesWrite.Patch(
            .ingress, ObjectKey(namespace: "shop", name: "web"), body: ["metadata": ["annotations": ["a": "b"]]],
            resourceVersion: "7")
        let request = ClientRequest(.patch(patch))
        #expect(request.body == ["metadata": ["annotations": ["a": "b"], "resourceVersion": "7"]])
        #expect(request.contentType == "application/merge-patch+json")
        #expect(request.target.hasSuffix("/ingresses/web?fieldManager=weir"))
    }

    @Test func `a version precondition is set first in a JSON patch, so that it makes a conflict`() {
        let patch = KubernetesWrite.Patch(
            .pod, ObjectKey(namespace: "a", name: "b"), type: .json,
            body: [["op": "remove", "path": "/spec/x"]], resourceVersion: "7")
        let expected: JSONValue = [
            ["op": "replace", "path": "/metadata/resourceVersion", "value": "7"], ["op": "remove", "path": "/spec/x"],
        ]
        #expect(ClientRequest(.patch(patch)).body == expected)
    }

    @Test func `an apply names its manager and force`() {
        let patch = KubernetesWrite.Patch(
            .pod, ObjectKey(namespace: "a", name: "b"), type: .apply(fieldManager: "me", force: true), body: [:])
        #expect(ClientRequest(.patch(patch)).target.hasSuffix("?fieldManager=me&force=true"))
    }

    @Test func `deletions carry their preconditions in the body`() {
        let deletion = KubernetesWrite.Deletion(
            .replicaSet, ObjectKey(namespace: "a", name: "b"), propagation: .foreground, uid: "u",
            resourceVersion: "3", gracePeriodSeconds: 0)
        let expected: JSONValue = [
            "kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0,
            "preconditions": ["uid": "u", "resourceVersion": "3"], "propagationPolicy": "Foreground",
        ]
        let request = ClientRequest(.delete(deletion))
        #expect(request.method == .delete)
        #expect(request.body == expected)
    }
}

@Suite("Lines of a watch") struct LineSplitterTests {
    private func lines(_ chunks: [String], limit: Int = 100) throws -> [String] {
        var splitter = LineSplitter(limit: limit)
        var lines: [String] = []
        for chunk in chunks {
            splitter.append(Array(chunk.utf8))
            while let line = try splitter.next() {
                lines.append(String(decoding: line, as: UTF8.self))
            }
        }
        return lines
    }

    @Test(
        "lines come whole, however the bytes are cut",
        arguments: [
            (["a\nb\n"], ["a", "b"]), (["a", "\n", "b"], ["a"]), (["ab", "cd\ne", "f\n"], ["abcd", "ef"]),
            (["\n\n", "x\n\n"], ["x"]), ([""], []),
        ] as [([String], [String])])
    func cuts(chunks: [String], expected: [String]) throws {
        #expect(try lines(chunks) == expected)
    }

    @Test func `a line beyond the limit is refused before it ends`() throws {
        #expect(try lines(["12345\n"], limit: 5) == ["12345"])
        #expect(throws: LineSplitter.TooLong(limit: 5)) { try lines(["123", "456"], limit: 5) }
        #expect(throws: LineSplitter.TooLong(limit: 5)) { try lines(["123456\n"], limit: 5) }
    }
}
