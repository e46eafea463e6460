import ClusterPlanning
import JSON
import KubernetesModel
import Planning

/// The beginning of time in these tests: 2026-01-01T00:00:00Z.
let start = Timestamp(seconds: 1_767_225_600)

func after(_ seconds: Double) -> Timestamp { start.advanced(by: .microseconds(Int64(seconds * 1_000_000))) }

/// A pod of namespace `shop`, as the cache holds it.
struct PodFixture: Sendable {
    var name = "web-1"
    var node = "n1"
    var phase = "Running"
    /// Seconds after the start when it became ready; `nil` for a pod that is not ready.
    var readyAt: Double?
    var createdAt: Double = 0
    var restarts = 0
    var cost: String?
    var owner: OwnerReference?
    var labels = ["app": "web"]
    var isDeleting = false
    var ip: String?
    /// Seconds after the start when its container ended.
    var endedAt: Double?

    var object: KubernetesObject {
        var document: JSONValue = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(name), "namespace": "shop", "uid": .string("uid-\(name)"), "resourceVersion": "7",
                "creationTimestamp": .string(after(createdAt).rfc3339),
            ],
            "spec": [
                "containers": [["name": "web", "image": "web:1", "ports": [["name": "http", "containerPort": 8080]]]]
            ],
            "status": [
                "phase": .string(phase),
                "containerStatuses": [["name": "web", "restartCount": .number(JSONNumber(restarts))]],
            ],
        ]
        for key in labels.keys.sorted() { document.set(.string(labels[key] ?? ""), at: "metadata", "labels", key) }
        if !node.isEmpty { document.set(.string(node), at: "spec", "nodeName") }
        if let ip { document.set(.string(ip), at: "status", "podIP") }
        if let cost {
            document.set(.string(cost), at: "metadata", "annotations", "controller.kubernetes.io/pod-deletion-cost")
        }
        if let owner { document.set([owner.document], at: "metadata", "ownerReferences") }
        if isDeleting { document.set(.string(start.rfc3339), at: "metadata", "deletionTimestamp") }
        if let endedAt {
            let ended: JSONValue = ["terminated": ["exitCode": 1, "finishedAt": .string(after(endedAt).rfc3339)]]
            document.set([["name": "web", "state": ended]], at: "status", "containerStatuses")
        }
        if let readyAt {
            let condition: JSONValue = [
                "type": "Ready", "status": "True", "lastTransitionTime": .string(after(readyAt).rfc3339),
            ]
            document.set([condition], at: "status", "conditions")
        }
        return KubernetesObject(document)
    }
}

/// A ReplicaSet `shop/web` that selects `app=web`.
func replicaSet(
    _ name: String = "web", replicas: Int, minReadySeconds: Int = 0, owner: OwnerReference? = nil
) -> KubernetesObject {
    var document: JSONValue = [
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": [
            "name": .string(name), "namespace": "shop", "uid": .string("uid-\(name)"), "generation": 3,
            "resourceVersion": "5",
        ],
        "spec": [
            "replicas": .number(JSONNumber(replicas)), "minReadySeconds": .number(JSONNumber(minReadySeconds)),
            "selector": ["matchLabels": ["app": "web"]],
            "template": [
                "metadata": ["labels": ["app": "web"], "annotations": ["note": "x"]],
                "spec": ["containers": [["name": "web", "image": "web:1"]]],
            ],
        ],
    ]
    if let owner { document.set([owner.document], at: "metadata", "ownerReferences") }
    return KubernetesObject(document)
}

let webOwner = OwnerReference(apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "uid-web")

func world(_ objects: [(ResourceKind, KubernetesObject)]) -> World {
    var world = World()
    for (kind, object) in objects { world.objects.insert(object, kind) }
    return world
}

/// The effects of a plan, one line each.
func lines(_ plan: Plan) -> [String] { plan.effects.map { "\($0)" } }

/// An object from JSON text.
func object(_ text: String) throws -> KubernetesObject { KubernetesObject(try JSONValue(parsing: text)) }
