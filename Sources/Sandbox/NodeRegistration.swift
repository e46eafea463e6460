import ControllerRuntime
import JSON
import KubernetesModel
import Logging

/// Tells the API server about the nodes, and that they are ready.
///
/// A node is registered once; after that its Lease says that it lives, and its status is written again only when it no
/// longer says Ready, as after a time without contact, in which a node controller takes the node for lost.
/// Source: upstream pkg/kubelet (kubelet_node_status.go, nodelease).
struct NodeRegistration: Sendable {
    /// The namespace of nodes' Leases.
    static let leaseNamespace = "kube-node-lease"
    private static let leaseSeconds = 40

    let settings: NodeSettings
    let api: any KubernetesAPI
    let clock: RuntimeClock
    let logger: Logger

    /// Registers every node and renews its Lease until cancelled; retries while the API server is not there.
    func run() async {
        var wait = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                for node in settings.nodes { try await keep(node) }
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

    private func keep(_ node: NodeSettings.Identity) async throws {
        let known = try await register(node)
        if !Self.isReady(known) {
            let patch = KubernetesWrite.Patch(
                .node, ObjectKey(name: node.name), type: .strategic,
                body: ["status": NodeDocuments.status(of: node, now: clock.now())], subresource: "status")
            _ = try await api.perform(.patch(patch))
        }
        if settings.heartbeat != nil { try await renewLease(of: node, owner: known) }
    }

    /// The node as the API server has it, made when it is not there.
    private func register(_ node: NodeSettings.Identity) async throws -> KubernetesObject {
        do {
            return try await api.get(.node, ObjectKey(name: node.name))
        } catch let failure as KubernetesFailure where failure.isNotFound {
            let document = NodeDocuments.node(node, region: settings.region)
            return try await api.perform(.create(.node, document)) ?? KubernetesObject(document)
        }
    }

    private static func isReady(_ node: KubernetesObject) -> Bool {
        (node.document.at("status", "conditions")?.arrayValue ?? []).contains {
            $0["type"]?.stringValue == "Ready" && $0["status"]?.stringValue == "True"
        }
    }

    private func renewLease(of node: NodeSettings.Identity, owner: KubernetesObject) async throws {
        let key = ObjectKey(namespace: Self.leaseNamespace, name: node.name)
        let spec: JSONValue = [
            "holderIdentity": .string(node.name), "leaseDurationSeconds": .number(JSONNumber(Self.leaseSeconds)),
            "renewTime": .string(clock.now().rfc3339Micro),
        ]
        do {
            _ = try await api.perform(.patch(.init(.lease, key, body: ["spec": spec])))
        } catch let failure as KubernetesFailure where failure.isNotFound {
            let reference: JSONValue = [
                "apiVersion": "v1", "kind": "Node", "name": .string(node.name), "uid": .string(owner.uid),
            ]
            let lease: JSONValue = [
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": [
                    "name": .string(key.name), "namespace": .string(key.namespace), "ownerReferences": [reference],
                ],
                "spec": spec,
            ]
            _ = try await api.perform(.create(.lease, lease))
        }
    }
}
