import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// Pod templates that stand elsewhere, and ReplicaSets that the API server refuses.
@Suite("Workloads that a Rollout refers to") struct WorkloadTests {
    private static func template(_ version: Int) -> JSONValue {
        [
            "metadata": ["labels": ["app": "web"]],
            "spec": ["containers": [["name": "web", "image": .string("web:\(version)")]]],
        ]
    }

    private static func referring(to kind: ResourceKind, selector: JSONValue? = nil) -> FakeCluster {
        Shop.cluster { rollout in
            rollout.set(nil, at: "spec", "template")
            rollout.set(selector, at: "spec", "selector")
            rollout.set(
                ["apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "name": "source"], at: "spec",
                "workloadRef")
        }
    }

    private static func workload(_ kind: ResourceKind, _ version: Int) -> JSONValue {
        var document: JSONValue = [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "metadata": ["name": "source"],
        ]
        if kind == .podTemplate {
            document["template"] = template(version)
        } else {
            document["spec"] = [
                "replicas": 0, "selector": ["matchLabels": ["app": "web"]], "template": template(version),
            ]
        }
        return document
    }

    private func change(_ cluster: inout FakeCluster, _ kind: ResourceKind, to version: Int) {
        cluster.edit(kind, "source") { document in
            document = document.applyingMergePatch(Self.workload(kind, version))
            document.set(.int((document.at("metadata", "generation")?.intValue ?? 0) + 1), at: "metadata", "generation")
        }
    }

    @Test("a Rollout waits for its pod template, runs it, and follows its changes", arguments: [true, false])
    func podTemplate(hasSelector: Bool) throws {
        let selector: JSONValue? = hasSelector ? ["matchLabels": ["app": "web"]] : nil
        var cluster = Self.referring(to: .podTemplate, selector: selector)
        cluster.run(for: .seconds(5))
        #expect(cluster.status.phase == .degraded)
        #expect(cluster.status.message.contains("spec.workloadRef.name: Invalid value: \"source\""))
        #expect(cluster.status.message.hasSuffix("podtemplates \"source\" not found"))
        cluster.apply(.podTemplate, Self.workload(.podTemplate, 1))
        cluster.run(until: { $0.isDone("web:1") }, limit: .seconds(60))
        #expect(cluster.isDone("web:1"), "\(cluster.summary)")
        #expect(cluster.status.selector == "app=web")
        #expect(cluster.status.workloadObservedGeneration == "1")
        change(&cluster, .podTemplate, to: 2)
        cluster.finish("web:2")
        #expect(cluster.isDone("web:2"), "\(cluster.summary)")
        #expect(cluster.status.workloadObservedGeneration == "2")
        #expect(cluster.object(.rollout, "web")?.annotation(RolloutKeys.workloadGeneration) == "2")
        #expect(cluster.object(.rollout, "web")?.spec["template"] == nil)
        #expect(cluster.violations == [])
    }

    @Test("a Rollout can run the pod template of a ReplicaSet") func replicaSet() {
        var cluster = Self.referring(to: .replicaSet)
        cluster.apply(.replicaSet, Self.workload(.replicaSet, 1))
        cluster.run(until: { $0.status.phase == .healthy }, limit: .seconds(60))
        #expect(cluster.status.phase == .healthy && cluster.pods.pods.count == 4)
        #expect(cluster.violations == [])
    }

    @Test("a pod template that is gone stops everything and takes nothing away") func gone() {
        var cluster = Self.referring(to: .podTemplate)
        cluster.apply(.podTemplate, Self.workload(.podTemplate, 1))
        cluster.run(until: { $0.isDone("web:1") }, limit: .seconds(60))
        cluster.world.objects.remove(.podTemplate, ObjectKey(namespace: "shop", name: "source"))
        cluster.isDirty = true
        cluster.run(for: .seconds(60))
        #expect(cluster.status.phase == .degraded)
        #expect(cluster.pods.pods.count == 4)
        #expect(cluster.violations == [])
    }

    private static let forbidden = KubernetesFailure(
        status: [
            "kind": "Status", "code": 403, "reason": "Forbidden", "message": "exceeded quota: pods",
        ], code: 403)

    @Test("a ReplicaSet that is refused is an Event and a condition, once, and is made when it may be")
    func refusedReplicaSet() throws {
        var cluster = Shop.healthy()
        cluster.refuses = { write in
            if case .create(.replicaSet, _) = write { Self.forbidden } else { nil }
        }
        cluster.trace = []
        cluster.setImage("web:2")
        cluster.run(for: .seconds(10))
        let condition = try #require(cluster.status.conditions[.progressing])
        #expect(condition.state == .no && condition.reason == "ReplicaSetCreateError")
        #expect(condition.message.hasPrefix("Failed to create new replica set \"web-"))
        #expect(condition.message.contains("exceeded quota: pods"))
        let events = cluster.trace.filter { $0.contains("event ReplicaSetCreateError: ") }
        #expect(events.count == 1)
        #expect(!cluster.trace.contains { $0.contains("event NewReplicaSetCreated") })
        #expect(cluster.pods.pods.count == 4)
        cluster.refuses = nil
        cluster.run(until: { $0.status.phase == .paused })
        #expect(cluster.status.conditions[.progressing]?.reason == "RolloutPaused")
        #expect(cluster.violations == [])
    }
}
