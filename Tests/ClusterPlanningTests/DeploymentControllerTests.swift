import ClusterPlanning
import JSON
import KubernetesModel
import Planning
import Testing

private let controller = DeploymentController()
private let key = ObjectKey(namespace: "shop", name: "web")

private func deployment(_ spec: JSONValue = [:], status: JSONValue = [:], revision: String? = nil) -> KubernetesObject {
    let fields: JSONValue = [
        "replicas": 4, "selector": ["matchLabels": ["app": "web"]], "progressDeadlineSeconds": 600,
        "strategy": ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": 1, "maxUnavailable": 1]],
        "template": [
            "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "web", "image": "web:2"]]],
        ],
    ]
    var object = KubernetesObject([
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": ["name": "web", "namespace": "shop", "uid": "uid-d", "generation": 2, "resourceVersion": "7"],
        "spec": fields.applyingMergePatch(spec), "status": status,
    ])
    if let revision {
        object.document.set(.string(revision), at: "metadata", "annotations", "deployment.kubernetes.io/revision")
    }
    return object
}

private let parent = OwnerReference(apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "uid-d")

/// A ReplicaSet of the Deployment; `image` tells the version.
private func version(
    _ image: String, replicas: Int, available: Int? = nil, revision: Int, created: Double = 0, sized: Int = 4,
    most: Int = 5
) -> KubernetesObject {
    let count = JSONValue.number(JSONNumber(replicas))
    let ready = JSONValue.number(JSONNumber(available ?? replicas))
    return KubernetesObject([
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": [
            "name": .string("web-\(image)"), "namespace": "shop", "uid": .string("uid-\(image)"),
            "resourceVersion": "8", "labels": ["app": "web", "pod-template-hash": .string(image)],
            "creationTimestamp": .string(after(created).rfc3339), "ownerReferences": [parent.document],
            "annotations": [
                "deployment.kubernetes.io/revision": .string("\(revision)"),
                "deployment.kubernetes.io/desired-replicas": .string("\(sized)"),
                "deployment.kubernetes.io/max-replicas": .string("\(most)"),
            ],
        ],
        "spec": [
            "replicas": count, "selector": ["matchLabels": ["app": "web", "pod-template-hash": .string(image)]],
            "template": [
                "metadata": ["labels": ["app": "web", "pod-template-hash": .string(image)]],
                "spec": ["containers": [["name": "web", "image": .string("web:\(image)")]]],
            ],
        ],
        "status": ["replicas": count, "readyReplicas": ready, "availableReplicas": ready],
    ])
}

private func plan(_ deployment: KubernetesObject, _ sets: [KubernetesObject], pods: [PodFixture] = []) -> Plan {
    let objects = [(ResourceKind.deployment, deployment)] + sets.map { (ResourceKind.replicaSet, $0) }
    return controller.plan(key, in: world(objects + pods.map { (ResourceKind.pod, $0.object) }), now: after(100))
}

/// The sizes that are written, `name=replicas`.
private func sizes(_ plan: Plan) -> [String] {
    plan.effects.compactMap { effect in
        guard case .kubernetes(.patch(let patch)) = effect, let size = patch.body.at("spec", "replicas")?.intValue
        else {
            return nil
        }
        return "\(patch.key.name)=\(size)"
    }
}

private func condition(_ type: String, _ plan: Plan) -> String? {
    for case .kubernetes(.patch(let patch)) in plan.effects where patch.subresource == "status" {
        let listed = patch.body.at("status", "conditions")?.arrayValue ?? []
        guard let found = listed.first(where: { $0["type"]?.stringValue == type }) else { return nil }
        return "\(found["status"]?.stringValue ?? "") \(found["reason"]?.stringValue ?? "")"
    }
    return nil
}

@Suite("Deployment controller") struct DeploymentControllerTests {
    @Test func `a new template gets a ReplicaSet that is told apart by a hash`() throws {
        let plan = plan(deployment(), [])
        guard case .kubernetes(.create(.replicaSet, let document)) = plan.effects.first else {
            return #expect(Bool(false), "nothing is created")
        }
        let made = KubernetesObject(document)
        let hash = try #require(made.label("pod-template-hash"))
        #expect(made.name == "web-\(hash)")
        #expect(made.spec.at("selector", "matchLabels", "pod-template-hash")?.stringValue == hash)
        #expect(made.spec.at("template", "metadata", "labels", "pod-template-hash")?.stringValue == hash)
        #expect(made.spec["replicas"]?.intValue == 4)
        #expect(made.annotation("deployment.kubernetes.io/revision") == "1")
        #expect(made.annotation("deployment.kubernetes.io/max-replicas") == "5")
        #expect(made.controllerReference == parent)
        #expect(lines(plan)[1].hasSuffix("ScalingReplicaSet: Scaled up replica set web-\(hash) to 4"))
        #expect(condition("Progressing", plan) == "True NewReplicaSetCreated")
        let settled = KubernetesObject(document)
        let again = controller.plan(
            key, in: world([(.deployment, deployment()), (.replicaSet, settled)]), now: after(101))
        #expect(!lines(again).contains { $0.hasPrefix("create") })
    }

    @Test func `an update grows the new version by what may be too much`() {
        let before = version("1", replicas: 4, revision: 1)
        #expect(sizes(plan(deployment(), [before, version("2", replicas: 0, revision: 2, created: 9)])) == ["web-2=1"])
    }

    @Test func `an update shrinks the old version by what may be missing`() {
        let before = version("1", replicas: 4, revision: 1)
        let after = version("2", replicas: 1, available: 0, revision: 2, created: 9)
        #expect(sizes(plan(deployment(), [before, after])) == ["web-1=3"])
    }

    @Test func `an update waits while too few pods are available`() {
        let before = version("1", replicas: 3, revision: 1)
        let after = version("2", replicas: 2, available: 0, revision: 2, created: 9)
        #expect(sizes(plan(deployment(), [before, after])) == [])
    }

    @Test func `pods of an old version that serve nobody go first`() {
        let before = version("1", replicas: 4, available: 2, revision: 1)
        let after = version("2", replicas: 0, revision: 3, created: 9)
        let full = deployment(["strategy": ["rollingUpdate": ["maxSurge": 0, "maxUnavailable": 2]]])
        #expect(sizes(plan(full, [before, after])) == ["web-1=2"])
    }

    @Test func `recreating ends every old pod before it starts a new one`() {
        let recreate = deployment(["strategy": ["type": "Recreate", "rollingUpdate": nil]])
        #expect(sizes(plan(recreate, [version("1", replicas: 4, revision: 1)])) == ["web-1=0"])
        let owner = OwnerReference(apiVersion: "apps/v1", kind: "ReplicaSet", name: "web-1", uid: "uid-1")
        let idle = version("1", replicas: 0, revision: 1)
        let waiting = plan(recreate, [idle], pods: [PodFixture(owner: owner, isDeleting: true)])
        #expect(!lines(waiting).contains { $0.hasPrefix("create") })
        #expect(lines(plan(recreate, [idle])).contains { $0.hasPrefix("create ReplicaSet") })
    }

    @Test func `the way back takes the former ReplicaSet, under a new revision`() {
        let sets = [version("2", replicas: 0, revision: 1), version("3", replicas: 4, revision: 2, created: 9)]
        let written = lines(plan(deployment(), sets))
        #expect(!written.contains { $0.hasPrefix("create") })
        #expect(written[0].contains("\"deployment.kubernetes.io/revision\":\"3\""))
        #expect(written[0].contains("\"deployment.kubernetes.io/revision-history\":\"1\""))
        #expect(written.last?.contains("\"deployment.kubernetes.io/revision\":\"3\"") ?? false)
    }

    @Test func `a paused one starts no update and says so`() {
        let held = plan(deployment(["paused": true]), [version("1", replicas: 4, revision: 1)])
        #expect(sizes(held) == [])
        #expect(!lines(held).contains { $0.hasPrefix("create") })
        #expect(condition("Progressing", held) == "Unknown DeploymentPaused")
    }

    @Test func `what is scaled in the middle of an update is scaled in proportion`() {
        let wide: JSONValue = [
            "replicas": 15, "strategy": ["rollingUpdate": ["maxSurge": 3, "maxUnavailable": 2]],
        ]
        let sets = [
            version("1", replicas: 8, revision: 1, sized: 10, most: 13),
            version("2", replicas: 5, available: 0, revision: 2, created: 9, sized: 10, most: 13),
        ]
        #expect(sizes(plan(deployment(wide), sets)) == ["web-1=11", "web-2=7"])
    }

    @Test func `an update that is done is said to be, and old ReplicaSets are forgotten`() {
        let sets = [
            version("0", replicas: 0, revision: 1), version("1", replicas: 0, revision: 2, created: 5),
            version("2", replicas: 4, revision: 3, created: 9),
        ]
        let done = plan(deployment(["revisionHistoryLimit": 1]), sets)
        #expect(lines(done).contains("delete ReplicaSet shop/web-0"))
        #expect(!lines(done).contains("delete ReplicaSet shop/web-1"))
        #expect(condition("Progressing", done) == "True NewReplicaSetAvailable")
        #expect(condition("Available", done) == "True MinimumReplicasAvailable")
    }

    @Test func `an update that takes too long is said to, and the plan wakes then`() throws {
        let progressing = try JSONValue(
            parsing: """
                {"replicas":4,"updatedReplicas":4,"conditions":[{"type":"Progressing","status":"True",
                 "reason":"ReplicaSetUpdated","lastUpdateTime":"2026-01-01T00:01:00Z"}]}
                """)
        let sets = [version("2", replicas: 4, available: 0, revision: 1)]
        let early = plan(deployment(["progressDeadlineSeconds": 60], status: progressing), sets)
        #expect(early.wakeAt == after(120))
        let late = plan(deployment(["progressDeadlineSeconds": 30], status: progressing), sets)
        #expect(condition("Progressing", late) == "False ProgressDeadlineExceeded")
    }

    @Test func `a taken name makes another hash`() {
        let objects = world([(.deployment, deployment())])
        let write = KubernetesWrite.create(.replicaSet, ["metadata": ["name": "web-x", "namespace": "shop"]])
        var stranger = replicaSet("web-x", replicas: 1)
        stranger.document.set("uid-stranger", at: "metadata", "uid")
        var occupied = objects
        occupied.objects.insert(stranger, .replicaSet)
        let refusal = WriteOutcome.refused(.alreadyExists(.replicaSet, "web-x"))
        let effects = controller.followUp(refusal, of: write, for: key, in: occupied, now: start)
        #expect(
            lines(Plan(effects: effects)) == ["patch Deployment shop/web/status {\"status\":{\"collisionCount\":1}}"])
        let first = plan(deployment(), []), second = plan(deployment(status: ["collisionCount": 1]), [])
        #expect(lines(first)[0] != lines(second)[0])
    }
}
