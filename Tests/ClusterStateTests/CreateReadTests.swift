import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Creating and reading objects")
struct CreateReadTests {
    private var cluster = TestCluster()

    @Test mutating func `a new cluster has the four system namespaces`() {
        let items = cluster.list(.namespace).document["items"]?.arrayValue
        #expect(
            items?.map { KubernetesObject($0).name } == ["default", "kube-node-lease", "kube-public", "kube-system"])
    }

    @Test mutating func `creation answers 201 with the metadata only a server sets`() {
        let response = cluster.create(.configMap, Sample.configMap())
        let object = KubernetesObject(response.document)
        #expect(response.code == 201)
        #expect(object.kind == "ConfigMap" && object.apiVersion == "v1" && object.namespace == "default")
        #expect(object.uid.count == 36)
        #expect(object.creationTimestamp == cluster.now)
        #expect(object.resourceVersion == String(cluster.state.currentResourceVersion))
        #expect(cluster.get(.configMap, "settings") == response.document)
    }

    @Test mutating func `the same name twice is AlreadyExists`() {
        cluster.create(.configMap, Sample.configMap())
        let second = cluster.create(.configMap, Sample.configMap())
        #expect(second.code == 409)
        #expect(second.document["reason"] == "AlreadyExists")
        #expect(second.document["message"] == "configmaps \"settings\" already exists")
    }

    @Test mutating func `a missing object is NotFound with its resource in the details`() {
        let answer = cluster.get(.replicaSet, "nope")
        #expect(answer["message"] == "replicasets.apps \"nope\" not found")
        #expect(answer["details"] == ["name": "nope", "group": "apps", "kind": "replicasets"])
        #expect(answer["code"] == 404)
    }

    @Test mutating func `a generated name is the prefix and five characters without vowels`() throws {
        var body = Sample.configMap()
        body["metadata"] = ["generateName": "settings-"]
        let name = KubernetesObject(cluster.create(.configMap, body).document).name
        #expect(name.hasPrefix("settings-"))
        #expect(name.dropFirst(9).count == 5)
        #expect(name.dropFirst(9).allSatisfy { "bcdfghjklmnpqrstvwxz2456789".contains($0) })
        let other = KubernetesObject(cluster.create(.configMap, body).document).name
        #expect(name != other)
    }

    @Test func `the same seed gives the same uids and names`() {
        var first = TestCluster()
        var second = TestCluster()
        let body: JSONValue = ["metadata": ["generateName": "x-"]]
        #expect(first.create(.configMap, body) == second.create(.configMap, body))
    }

    @Test mutating func `nothing is created in a namespace that does not exist`() {
        let response = cluster.create(.configMap, Sample.configMap(), namespace: "shop")
        #expect(response.code == 404)
        #expect(response.document["message"] == "namespaces \"shop\" not found")
    }

    @Test mutating func `a dry run answers as a real one and stores nothing`() {
        var options = RequestOptions()
        options.isDryRun = true
        let before = cluster.state.currentResourceVersion
        #expect(cluster.create(.configMap, Sample.configMap(), options: options).code == 201)
        #expect(cluster.state.currentResourceVersion == before)
        #expect(cluster.get(.configMap, "settings")["code"] == 404)
    }

    @Test mutating func `a list is ordered by name and its items of built-in kinds carry no kind`() {
        for name in ["c", "a", "b"] {
            cluster.create(.configMap, Sample.configMap(name))
        }
        let list = cluster.list(.configMap).document
        #expect(list["kind"] == "ConfigMapList")
        #expect(list["items"]?.arrayValue?.map { KubernetesObject($0).name } == ["a", "b", "c"])
        #expect(list["items"]?[0]?["kind"] == nil)
        #expect(list.at("metadata", "resourceVersion")?.stringValue == String(cluster.state.currentResourceVersion))
    }

    @Test mutating func `items of custom resources carry their kind`() {
        cluster.create(.rollout, Sample.rollout())
        #expect(cluster.list(.rollout).document["items"]?[0]?["kind"] == "Rollout")
    }

    @Test mutating func `pages follow each other until everything was seen once`() throws {
        for number in 0..<5 {
            cluster.create(.configMap, Sample.configMap("c\(number)"))
        }
        var seen: [String] = []
        var options = RequestOptions()
        options.limit = 2
        repeat {
            let page = cluster.list(.configMap, options: options).document
            seen += page["items"]?.arrayValue?.map { KubernetesObject($0).name } ?? []
            options.continueToken = page.at("metadata", "continue")?.stringValue ?? ""
        } while !options.continueToken.isEmpty
        #expect(seen == ["c0", "c1", "c2", "c3", "c4"])
    }

    @Test mutating func `the first page says how many are left`() {
        for number in 0..<5 {
            cluster.create(.configMap, Sample.configMap("c\(number)"))
        }
        var options = RequestOptions()
        options.limit = 2
        let page = cluster.list(.configMap, options: options).document
        #expect(page.at("metadata", "remainingItemCount") == 3)
    }

    @Test mutating func `a page is refused once its list is older than the log, with a token to go on nevertheless`() {
        cluster = TestCluster(eventLogCapacity: 3)
        for name in ["a", "b", "c"] { cluster.create(.configMap, Sample.configMap(name)) }
        var options = RequestOptions()
        options.limit = 1
        let first = cluster.list(.configMap, options: options).document
        options.continueToken = first.at("metadata", "continue")?.stringValue ?? ""
        #expect(cluster.list(.configMap, options: options).code == 200)
        for name in ["d", "e", "f", "g"] { cluster.create(.configMap, Sample.configMap(name)) }
        let refused = cluster.list(.configMap, options: options)
        #expect(refused.code == 410)
        #expect(refused.document["reason"] == "Expired")
        var names: [String] = []
        options.continueToken = refused.document.at("metadata", "continue")?.stringValue ?? ""
        while !options.continueToken.isEmpty {
            let page = cluster.list(.configMap, options: options)
            #expect(page.code == 200)
            names += page.document["items"]?.arrayValue?.map { KubernetesObject($0).name } ?? []
            options.continueToken = page.document.at("metadata", "continue")?.stringValue ?? ""
        }
        #expect(names == ["b", "c", "d", "e", "f", "g"])
    }

    @Test mutating func `an event is the same object in both of its groups`() {
        let event: JSONValue = [
            "metadata": ["name": "e"], "reason": "Scaled", "message": "Scaled to 3", "type": "Normal",
            "involvedObject": ["kind": "Pod", "name": "web", "namespace": "default"],
        ]
        cluster.create(.event, event)
        let modern = ResourceKind(group: "events.k8s.io", version: "v1", kind: "Event", plural: "events")
        let seen = cluster.get(modern, "e")
        #expect(seen["note"] == "Scaled to 3")
        #expect(seen.at("regarding", "name") == "web")
        #expect(seen["involvedObject"] == nil)
        #expect(seen["apiVersion"] == "events.k8s.io/v1")
    }
}
