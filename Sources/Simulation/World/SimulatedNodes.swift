import JSON
import KubernetesModel

/// The Node objects of a simulated cluster: ready, with room for every pod.
enum SimulatedNodes {
    /// The names `node-1` and so on; the count is 1...200.
    static func names(count: Int) -> [String] { (1...min(max(1, count), 200)).map { "node-\($0)" } }

    /// The writes that register a node.
    static func registration(of name: String, number: Int, now: Timestamp) -> [KubernetesWrite] {
        let document: JSONValue = [
            "apiVersion": "v1", "kind": "Node",
            "metadata": ["name": .string(name), "labels": ["kubernetes.io/hostname": .string(name)]],
            "spec": ["podCIDR": .string("10.244.\(number).0/24")],
        ]
        let resources: JSONValue = ["cpu": "16", "memory": "64Gi", "pods": "250"]
        let status: JSONValue = [
            "capacity": resources, "allocatable": resources,
            "conditions": [
                [
                    "type": "Ready", "status": "True", "reason": "KubeletReady", "message": "the node is simulated",
                    "lastHeartbeatTime": .string(now.rfc3339), "lastTransitionTime": .string(now.rfc3339),
                ]
            ],
            "addresses": [["type": "InternalIP", "address": .string("10.0.\(number).10")]],
        ]
        let patch = KubernetesWrite.Patch(
            .node, ObjectKey(name: name), type: .strategic, body: ["status": status], subresource: "status")
        return [.create(.node, document), .patch(patch)]
    }
}
