import ControllerRuntime
import JSON
import KubernetesModel
import Logging

/// Tells the API server about the nodes, and that they are ready.
struct NodeRegistration: Sendable {
    let settings: NodeSettings
    let api: any KubernetesAPI
    let clock: RuntimeClock
    let logger: Logger

    /// Registers every node and renews its condition until cancelled; retries while the API server is not there.
    func run() async {
        var wait = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                for node in settings.nodes { try await register(node) }
                wait = .milliseconds(100)
                guard let heartbeat = settings.heartbeat else { return }
                try await clock.sleep(heartbeat)
            } catch is CancellationError {
                return
            } catch {
                logger.warning("node not registered", metadata: ["error": "\(error)", "retry.after": "\(wait)"])
                try? await clock.sleep(wait)
                wait = min(wait * 2, .seconds(5))
            }
        }
    }

    private func register(_ node: NodeSettings.Identity) async throws {
        do {
            _ = try await api.perform(.create(.node, document(of: node)))
        } catch let failure as KubernetesFailure where failure.isAlreadyExists {
            // The node is known from an earlier run; its status is renewed below.
        }
        let body: JSONValue = ["status": status(of: node)]
        let patch = KubernetesWrite.Patch(
            .node, ObjectKey(name: node.name), type: .strategic, body: body, subresource: "status")
        _ = try await api.perform(.patch(patch))
    }

    private func document(of node: NodeSettings.Identity) -> JSONValue {
        let range: JSONValue = .string("10.244.\(node.number).0/24")
        return [
            "apiVersion": "v1", "kind": "Node",
            "metadata": [
                "name": .string(node.name),
                "labels": [
                    "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": .string(node.name),
                    "kubernetes.io/os": "linux", "topology.kubernetes.io/region": .string(settings.region),
                    "topology.kubernetes.io/zone": .string(node.zone),
                ],
            ],
            "spec": [
                "podCIDR": range, "podCIDRs": [range],
                "providerID": .string("aws:///\(node.zone)/i-\(instanceNumber(of: node))"),
            ],
        ]
    }

    private func instanceNumber(of node: NodeSettings.Identity) -> String {
        let number = String(node.number, radix: 16)
        return String(repeating: "0", count: 17 - number.count) + number
    }

    private func status(of node: NodeSettings.Identity) -> JSONValue {
        let now: JSONValue = .string(clock.now().rfc3339)
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

    private func condition(
        type: String, status: String, reason: String, message: String, _ now: JSONValue
    ) -> JSONValue {
        [
            "type": .string(type), "status": .string(status), "lastHeartbeatTime": now, "lastTransitionTime": now,
            "reason": .string(reason), "message": .string(message),
        ]
    }
}
