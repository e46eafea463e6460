import JSON
import KubernetesModel

/// What a played node says about itself.
enum NodeDocuments {
    /// The Node to create.
    static func node(_ node: NodeSettings.Identity, region: String) -> JSONValue {
        let range: JSONValue = .string(podRange(of: node.number))
        return [
            "apiVersion": "v1", "kind": "Node",
            "metadata": [
                "name": .string(node.name),
                "labels": [
                    "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": .string(node.name),
                    "kubernetes.io/os": "linux", "topology.kubernetes.io/region": .string(region),
                    "topology.kubernetes.io/zone": .string(node.zone),
                ],
            ],
            "spec": [
                "podCIDR": range, "podCIDRs": [range],
                "providerID": .string("aws:///\(node.zone)/i-\(instanceNumber(of: node))"),
            ],
        ]
    }

    /// The addresses of a node's pods, as in `spec.podCIDR`.
    static func podRange(of number: UInt8) -> String { "10.244.\(number).0/24" }

    /// The number of a node that has been registered with such a range; `nil` for a node of another kind.
    static func number(of node: KubernetesObject) -> UInt8? {
        guard let range = node.spec["podCIDR"]?.stringValue else { return nil }
        return (UInt8.min...UInt8.max).first { podRange(of: $0) == range }
    }

    /// For each of the first `count` nodes with a prefix the number it has been registered with, `nil` for those that
    /// have not.
    static func numbers(_ count: Int, in nodes: [KubernetesObject], prefix: String) -> [UInt8?] {
        (0..<count).map { index in
            let name = NodeSettings.name(at: index, prefix: prefix)
            return nodes.first { $0.name == name }.flatMap(number)
        }
    }

    /// The status of a node that is ready, since `now`.
    static func status(of node: NodeSettings.Identity, now: Timestamp) -> JSONValue {
        let resources: JSONValue = ["cpu": "16", "memory": "64Gi", "pods": "250", "ephemeral-storage": "100Gi"]
        let problems = [
            ("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
        ].map { condition(type: $0.0, status: "False", reason: $0.1, message: $0.2, now) }
        let ready = condition(
            type: "Ready", status: "True", reason: "KubeletReady", message: "kubelet is posting ready status", now)
        return [
            "capacity": resources, "allocatable": resources, "conditions": .array(problems + [ready]),
            "addresses": [
                ["type": "InternalIP", "address": .string(node.address)],
                ["type": "Hostname", "address": .string(node.name)],
            ],
            "nodeInfo": [
                "architecture": "amd64", "bootID": "", "containerRuntimeVersion": "weir://1", "kernelVersion": "",
                "kubeProxyVersion": "", "kubeletVersion": "v1.33.0", "machineID": "", "operatingSystem": "linux",
                "osImage": "Weir sandbox", "systemUUID": "",
            ],
        ]
    }

    private static func condition(
        type: String, status: String, reason: String, message: String, _ now: Timestamp
    ) -> JSONValue {
        [
            "type": .string(type), "status": .string(status), "lastHeartbeatTime": .string(now.rfc3339),
            "lastTransitionTime": .string(now.rfc3339), "reason": .string(reason), "message": .string(message),
        ]
    }

    private static func instanceNumber(of node: NodeSettings.Identity) -> String {
        let number = String(node.number, radix: 16)
        return String(repeating: "0", count: 17 - number.count) + number
    }
}
