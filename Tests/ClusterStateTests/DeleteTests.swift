import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Deleting objects")
struct DeleteTests {
    private var cluster = TestCluster()

    @Test mutating func `a plain object is gone and the answer is a Status with its uid`() {
        let uid = cluster.create(.configMap, Sample.configMap()).document.at("metadata", "uid")
        let response = cluster.delete(.configMap, "settings")
        #expect(response.code == 200)
        #expect(response.document["status"] == "Success")
        #expect(response.document.at("details", "uid") == uid)
        #expect(cluster.get(.configMap, "settings")["code"] == 404)
    }

    @Test mutating func `an object with finalizers waits for them`() {
        var body = Sample.configMap()
        body.set(["example.com/wait"], at: "metadata", "finalizers")
        cluster.create(.configMap, body)
        let marked = KubernetesObject(cluster.delete(.configMap, "settings").document)
        #expect(marked.isDeleting)
        #expect(marked.deletionTimestamp == cluster.now)
        let start = cluster.state.currentResourceVersion
        cluster.patch(.configMap, "settings", .merge, ["metadata": ["finalizers": nil]])
        #expect(cluster.get(.configMap, "settings")["code"] == 404)
        #expect(
            (try? cluster.events(cluster.query(.configMap), after: start)) == ["DELETED settings \(start + 1)"])
    }

    @Test mutating func `no finalizer is added to an object that is going away`() {
        var body = Sample.configMap()
        body.set(["example.com/wait"], at: "metadata", "finalizers")
        cluster.create(.configMap, body)
        cluster.delete(.configMap, "settings")
        let more: JSONValue = ["metadata": ["finalizers": ["example.com/wait", "example.com/more"]]]
        let response = cluster.patch(.configMap, "settings", .merge, more)
        #expect(response.code == 422)
        #expect(response.document["message"]?.stringValue?.contains("no new finalizers can be added") == true)
    }

    @Test mutating func `a pod nobody runs goes at once, one on a node gets its grace period`() {
        cluster.create(.pod, Sample.pod("a"))
        cluster.delete(.pod, "a")
        #expect(cluster.get(.pod, "a")["code"] == 404)

        var running = Sample.pod("b")
        running.set("node-1", at: "spec", "nodeName")
        cluster.create(.pod, running)
        let marked = KubernetesObject(cluster.delete(.pod, "b").document)
        #expect(marked.document.at("metadata", "deletionGracePeriodSeconds") == 30)
        #expect(marked.deletionTimestamp == cluster.now.advanced(by: .seconds(30)))
    }

    @Test mutating func `a shorter grace period shortens the wait and zero ends it`() {
        var running = Sample.pod("b")
        running.set("node-1", at: "spec", "nodeName")
        cluster.create(.pod, running)
        cluster.delete(.pod, "b")
        let shortened = KubernetesObject(cluster.delete(.pod, "b") { $0.gracePeriodSeconds = 5 }.document)
        #expect(shortened.deletionTimestamp == cluster.now.advanced(by: .seconds(5)))
        let longer = KubernetesObject(cluster.delete(.pod, "b") { $0.gracePeriodSeconds = 60 }.document)
        #expect(longer.deletionTimestamp == cluster.now.advanced(by: .seconds(5)))
        cluster.delete(.pod, "b") { $0.gracePeriodSeconds = 0 }
        #expect(cluster.get(.pod, "b")["code"] == 404)
    }

    @Test(arguments: [("Foreground", "foregroundDeletion"), ("Orphan", "orphan")])
    mutating func `the propagation is left as a finalizer for the garbage collector`(policy: String, finalizer: String)
    {
        cluster.create(.replicaSet, Sample.workload("ReplicaSet"))
        let response = cluster.delete(.replicaSet, "web") { $0.propagationPolicy = policy }
        #expect(KubernetesObject(response.document).finalizers == [finalizer])
        #expect(KubernetesObject(cluster.get(.replicaSet, "web")).isDeleting)
    }

    @Test mutating func `background deletion removes at once`() {
        cluster.create(.replicaSet, Sample.workload("ReplicaSet"))
        cluster.delete(.replicaSet, "web") { $0.propagationPolicy = "Background" }
        #expect(cluster.get(.replicaSet, "web")["code"] == 404)
    }

    @Test mutating func `the body of a deletion is read too`() {
        cluster.create(.replicaSet, Sample.workload("ReplicaSet"))
        let body: JSONValue = ["kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Foreground"]
        let response = cluster.send(cluster.request(.delete, .replicaSet, "web", body: body))
        #expect(KubernetesObject(response.document).finalizers == ["foregroundDeletion"])
    }

    @Test mutating func `a precondition that does not hold is a conflict`() {
        cluster.create(.configMap, Sample.configMap())
        let response = cluster.delete(.configMap, "settings") { $0.preconditionUID = "another" }
        #expect(response.code == 409)
        #expect(
            response.document["message"]?.stringValue?.contains("the UID in the precondition (another) does not match")
                == true)
        #expect(cluster.delete(.configMap, "settings") { $0.preconditionResourceVersion = "1" }.code == 409)
        #expect(cluster.get(.configMap, "settings")["kind"] == "ConfigMap")
    }

    @Test mutating func `a collection is deleted by selector`() {
        for (name, app) in [("a", "web"), ("b", "web"), ("c", "db")] {
            cluster.create(.configMap, Sample.configMap(name, labels: ["app": .string(app)]))
        }
        var options = RequestOptions()
        options.labelSelector = "app=web"
        let response = cluster.send(cluster.request(.deleteCollection, .configMap, options: options))
        #expect(response.document["items"]?.arrayValue?.count == 2)
        #expect(cluster.names(.configMap) == ["c"])
    }
}

@Suite("Namespaces")
struct NamespaceTests {
    private var cluster = TestCluster()

    @Test mutating func `a namespace is born active with its finalizer and label`() {
        let namespace = cluster.create(.namespace, ["metadata": ["name": "shop"], "spec": [:]]).document
        #expect(namespace.at("status", "phase") == "Active")
        #expect(namespace.at("spec", "finalizers") == ["kubernetes"])
        #expect(KubernetesObject(namespace).label("kubernetes.io/metadata.name") == "shop")
    }

    @Test mutating func `a terminating namespace takes nothing new and goes when it is finalized`() throws {
        cluster.create(.namespace, ["metadata": ["name": "shop"]])
        let deleted = cluster.delete(.namespace, "shop").document
        #expect(deleted.at("status", "phase") == "Terminating")
        let refused = cluster.create(.configMap, Sample.configMap(), namespace: "shop")
        #expect(refused.code == 403)
        #expect(
            refused.document["message"]
                == "configmaps \"settings\" is forbidden: unable to create new content in namespace shop because it is being terminated"
        )
        #expect(refused.document.at("details", "causes")?[0]?["reason"] == "NamespaceTerminating")
        var finalized = deleted
        finalized.set([], at: "spec", "finalizers")
        cluster.update(.namespace, finalized, subresource: "finalize")
        #expect(cluster.get(.namespace, "shop")["code"] == 404)
    }

    @Test mutating func `finalizers of the spec are not changed by an ordinary update`() {
        let created = cluster.create(.namespace, ["metadata": ["name": "shop"]]).document
        var body = created
        body.set([], at: "spec", "finalizers")
        let updated = cluster.update(.namespace, body).document
        #expect(updated.at("spec", "finalizers") == ["kubernetes"])
    }
}

@Suite("Pods' own verbs")
struct PodVerbTests {
    private var cluster = TestCluster()

    @Test mutating func `binding puts a pod on a node once`() {
        cluster.create(.pod, Sample.pod())
        let body: JSONValue = ["metadata": ["name": "web"], "target": ["kind": "Node", "name": "node-1"]]
        let request = cluster.request(.create, .pod, "web", subresource: "binding", body: body)
        #expect(cluster.send(request).code == 201)
        #expect(cluster.get(.pod, "web").at("spec", "nodeName") == "node-1")
        #expect(cluster.send(request).code == 409)
    }

    @Test mutating func `eviction respects the disruption budget`() {
        var pod = Sample.pod()
        pod.set("node-1", at: "spec", "nodeName")
        cluster.create(.pod, pod)
        cluster.patch(.pod, "web", .merge, ["status": ["phase": "Running"]], subresource: "status")
        let budget: JSONValue = [
            "metadata": ["name": "web"], "spec": ["minAvailable": 1, "selector": ["matchLabels": ["app": "web"]]],
        ]
        cluster.create(.podDisruptionBudget, budget)
        let eviction: JSONValue = ["metadata": ["name": "web"]]
        let request = cluster.request(.create, .pod, "web", subresource: "eviction", body: eviction)
        let refused = cluster.send(request)
        #expect(refused.code == 429)
        #expect(
            refused.document["message"]
                == "Cannot evict pod as it would violate the pod's disruption budget.")
        cluster.patch(
            .podDisruptionBudget, "web", .merge, ["status": ["disruptionsAllowed": 1, "observedGeneration": 1]],
            subresource: "status")
        #expect(cluster.send(request).code == 201)
        #expect(KubernetesObject(cluster.get(.pod, "web")).isDeleting)
    }
}
