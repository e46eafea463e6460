import JSON
package import KubernetesModel
package import Planning

/// Binds pods to nodes, spreading them evenly.
///
/// One queue key for the whole cluster: all waiting pods are placed in one plan, so that a burst does not land on the
/// node that looked empty to each of them.
package struct Scheduler: Controller {
    /// Pods bound in one plan, at most.
    package static let bindingsPerPlanMax = 500
    /// The only queue key.
    package static let queueKey = ObjectKey(name: "scheduler")
    /// The legacy collection that binds pods: `POST /api/v1/namespaces/{namespace}/bindings`.
    package static let binding = ResourceKind(group: "", version: "v1", kind: "Binding", plural: "bindings")

    /// How a pod is put on a node.
    package enum Binding: Sendable {
        /// A `Binding` posted to the namespace, as any API server takes it.
        case post
        /// A merge patch of `spec.nodeName`, for a store that does not hold it immutable.
        case patch
    }

    private let style: Binding
    package let name = "scheduler"
    package let watchedKinds: [ResourceKind] = [.pod, .node]

    package init(binding: Binding = .post) {
        style = binding
    }

    package func keys(for change: ObjectChange, in world: World) -> [ObjectKey] {
        if change.kind == .node { return [Self.queueKey] }
        let pods = [change.before, change.after].compactMap(\.self).map(PodView.init)
        let isWaiting = change.after.map { PodView($0).nodeName.isEmpty } ?? false
        let hasLeft = pods.count == 1 && change.after == nil
        return isWaiting || hasLeft ? [Self.queueKey] : []
    }

    package func plan(_ key: ObjectKey, in world: World, now: Timestamp) -> Plan {
        let pods = world.objects.objects(.pod).map(PodView.init)
        var nodes = world.objects.objects(.node).filter(Self.isSchedulable).map(Node.init)
        for pod in pods where pod.isActive || pod.object.isDeleting {
            guard !pod.isTerminal, let index = nodes.firstIndex(where: { $0.name == pod.nodeName }) else { continue }
            nodes[index].pods += 1
        }
        var plan = Plan()
        for pod in pods where pod.nodeName.isEmpty && pod.isActive {
            guard plan.effects.count < Self.bindingsPerPlanMax else { break }
            let candidates = nodes.indices.filter { nodes[$0].hasRoom && nodes[$0].matches(pod) }
            guard let chosen = candidates.min(by: { nodes[$0].order < nodes[$1].order }) else {
                plan.effects += refusal(of: pod, nodes: nodes.count)
                continue
            }
            nodes[chosen].pods += 1
            plan.effects.append(.kubernetes(bind(pod, to: nodes[chosen].name)))
        }
        return plan
    }
}

extension Scheduler {
    private struct Node {
        let name: String
        let labels: [String: String]
        let capacity: Int
        var pods = 0

        init(_ object: KubernetesObject) {
            name = object.name
            labels = object.labels
            let allocatable = object.document.at("status", "allocatable", "pods")
            capacity = allocatable?.stringValue.flatMap { Int($0) } ?? allocatable?.intValue ?? 110
        }

        var hasRoom: Bool { pods < capacity }
        var order: (Int, String) { (pods, name) }

        func matches(_ pod: PodView) -> Bool {
            for (key, value) in pod.object.document.at("spec", "nodeSelector")?.objectValue ?? [:]
            where labels[key] != value.stringValue {
                return false
            }
            return true
        }
    }

    private static func isSchedulable(_ node: KubernetesObject) -> Bool {
        if node.document.at("spec", "unschedulable")?.boolValue ?? false { return false }
        return (node.document.at("status", "conditions")?.arrayValue ?? []).contains {
            $0["type"]?.stringValue == "Ready" && $0["status"]?.stringValue == "True"
        }
    }

    private func bind(_ pod: PodView, to node: String) -> KubernetesWrite {
        switch style {
        case .patch:
            let body: JSONValue = [
                "metadata": ["uid": .string(pod.object.uid)], "spec": ["nodeName": .string(node)],
            ]
            return .patch(KubernetesWrite.Patch(.pod, pod.key, body: body))
        case .post:
            return .create(
                Self.binding,
                [
                    "apiVersion": "v1", "kind": "Binding",
                    "metadata": [
                        "name": .string(pod.object.name), "namespace": .string(pod.object.namespace),
                        "uid": .string(pod.object.uid),
                    ],
                    "target": ["apiVersion": "v1", "kind": "Node", "name": .string(node)],
                ])
        }
    }

    /// Says once, in the condition PodScheduled, that no node takes the pod.
    private func refusal(of pod: PodView, nodes: Int) -> [Effect] {
        let message = "0/\(nodes) nodes are available: every ready node is full or excluded by the node selector."
        if pod.condition("PodScheduled")?["message"]?.stringValue == message { return [] }
        let condition: JSONValue = [
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": .string(message),
        ]
        let patch = KubernetesWrite.Patch(
            .pod, pod.key, type: .strategic, body: ["status": ["conditions": [condition]]], subresource: "status")
        let record = EventRecord(
            kind: .pod, key: pod.key, uid: pod.object.uid, severity: .warning, reason: "FailedScheduling",
            message: message)
        return [.kubernetes(.patch(patch)), .event(record)]
    }
}
