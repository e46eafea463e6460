import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Updating objects")
struct UpdateTests {
    private var cluster = TestCluster()

    @Test mutating func `an update based on an older version is a conflict`() {
        let created = cluster.create(.configMap, Sample.configMap()).document
        cluster.patch(.configMap, "settings", .merge, ["data": ["a": "2"]])
        let response = cluster.update(.configMap, created)
        #expect(response.code == 409)
        #expect(
            response.document["message"]
                == "Operation cannot be fulfilled on configmaps \"settings\": the object has been modified; please apply your changes to the latest version and try again"
        )
        #expect(response.document["reason"] == "Conflict")
    }

    @Test mutating func `an update without a version replaces a built-in object, and is refused for a custom one`() {
        cluster.create(.configMap, Sample.configMap())
        #expect(cluster.update(.configMap, Sample.configMap(data: ["b": "2"])).document["data"] == ["b": "2"])
        cluster.create(.rollout, Sample.rollout())
        let response = cluster.update(.rollout, Sample.rollout())
        #expect(response.code == 422)
        #expect(
            response.document["message"]
                == "rollouts.argoproj.io \"web\" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update"
        )
    }

    @Test mutating func `what the server set stays whatever the update says`() {
        let created = KubernetesObject(cluster.create(.configMap, Sample.configMap()).document)
        var body = Sample.configMap(data: ["b": "2"])
        body.set("2020-01-01T00:00:00Z", at: "metadata", "creationTimestamp")
        body.set(99, at: "metadata", "generation")
        let updated = KubernetesObject(cluster.update(.configMap, body).document)
        #expect(updated.creationTimestamp == created.creationTimestamp)
        #expect(updated.uid == created.uid)
        #expect(updated.generation == 0)
    }

    @Test mutating func `another uid than the object's is a conflict`() {
        cluster.create(.configMap, Sample.configMap())
        var body = Sample.configMap()
        body.set("other", at: "metadata", "uid")
        #expect(cluster.update(.configMap, body).code == 409)
    }

    @Test mutating func `the name in the body must be the one in the URL`() {
        cluster.create(.configMap, Sample.configMap())
        let request = cluster.request(.update, .configMap, "settings", body: Sample.configMap("other"))
        let response = cluster.send(request)
        #expect(response.code == 400)
        #expect(
            response.document["message"]
                == "the name of the object (other) does not match the name on the URL (settings)")
    }

    @Test mutating func `the generation counts changes of the spec only`() {
        #expect(KubernetesObject(cluster.create(.replicaSet, Sample.workload("ReplicaSet")).document).generation == 1)
        func generation(_ response: APIResponse) -> Int { KubernetesObject(response.document).generation }
        #expect(generation(cluster.patch(.replicaSet, "web", .merge, ["spec": ["replicas": 5]])) == 2)
        #expect(generation(cluster.patch(.replicaSet, "web", .merge, ["metadata": ["labels": ["a": "b"]]])) == 2)
        let status: JSONValue = ["status": ["replicas": 5]]
        #expect(generation(cluster.patch(.replicaSet, "web", .merge, status, subresource: "status")) == 2)
    }

    @Test mutating func `a custom resource's generation counts changes of the spec only`() {
        cluster.create(.rollout, Sample.rollout())
        func generation(_ response: APIResponse) -> Int { KubernetesObject(response.document).generation }
        #expect(generation(cluster.patch(.rollout, "web", .merge, ["spec": ["replicas": 5]])) == 2)
        #expect(generation(cluster.patch(.rollout, "web", .merge, ["metadata": ["annotations": ["a": "b"]]])) == 2)
        let status: JSONValue = ["status": ["phase": "Healthy"]]
        #expect(generation(cluster.patch(.rollout, "web", .merge, status, subresource: "status")) == 2)
    }

    @Test(arguments: [ResourceKind.replicaSet, .rollout])
    mutating func `status and spec are written through their own paths only`(kind: ResourceKind) {
        cluster.create(kind, kind == .rollout ? Sample.rollout() : Sample.workload("ReplicaSet"))
        let both: JSONValue = ["spec": ["replicas": 7], "status": ["replicas": 7, "readyReplicas": 1]]
        let main = cluster.patch(kind, "web", .merge, both).document
        #expect(main.at("spec", "replicas") == 7)
        #expect(main.at("status", "readyReplicas") == nil)
        let other: JSONValue = ["spec": ["replicas": 9], "status": ["replicas": 7, "readyReplicas": 2]]
        let status = cluster.patch(kind, "web", .merge, other, subresource: "status").document
        #expect(status.at("spec", "replicas") == 7)
        #expect(status.at("status", "readyReplicas") == 2)
    }

    @Test mutating func `status given at creation is ignored`() {
        var body = Sample.rollout()
        body["status"] = ["phase": "Healthy"]
        #expect(cluster.create(.rollout, body).document["status"] == nil)
    }

    @Test(arguments: [ResourceKind.replicaSet, .deployment, .rollout])
    mutating func `scale reads and writes the replicas`(kind: ResourceKind) {
        cluster.create(kind, kind == .rollout ? Sample.rollout(replicas: 2) : Sample.workload(kind.kind, replicas: 2))
        let scale = cluster.send(cluster.request(.get, kind, "web", subresource: "scale")).document
        #expect(scale["kind"] == "Scale")
        #expect(scale["apiVersion"] == "autoscaling/v1")
        #expect(scale.at("spec", "replicas") == 2)
        let scaled = cluster.patch(kind, "web", .merge, ["spec": ["replicas": 6]], subresource: "scale").document
        #expect(scaled.at("spec", "replicas") == 6)
        #expect(cluster.get(kind, "web").at("spec", "replicas") == 6)
    }

    @Test mutating func `scale knows the selector and the current replicas`() {
        cluster.create(.rollout, Sample.rollout())
        let status: JSONValue = ["status": ["HPAReplicas": 3, "selector": "app=web"]]
        cluster.patch(.rollout, "web", .merge, status, subresource: "status")
        let scale = cluster.send(cluster.request(.get, .rollout, "web", subresource: "scale")).document
        #expect(scale["status"] == ["replicas": 3, "selector": "app=web"])
    }

    @Test mutating func `scale with a stale version is a conflict`() {
        cluster.create(.replicaSet, Sample.workload("ReplicaSet"))
        var scale = cluster.send(cluster.request(.get, .replicaSet, "web", subresource: "scale")).document
        cluster.patch(.replicaSet, "web", .merge, ["metadata": ["labels": ["a": "b"]]])
        scale.set(9, at: "spec", "replicas")
        let response = cluster.send(cluster.request(.update, .replicaSet, "web", subresource: "scale", body: scale))
        #expect(response.code == 409)
    }

    @Test mutating func `a subresource the kind does not have is not found`() {
        cluster.create(.configMap, Sample.configMap())
        #expect(cluster.send(cluster.request(.get, .configMap, "settings", subresource: "status")).code == 404)
    }
}
