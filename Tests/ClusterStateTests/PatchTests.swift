import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Patching")
struct PatchTests {
    private var cluster = TestCluster()

    private mutating func makeDeployment() {
        var body = Sample.workload("Deployment")
        let containers: JSONValue = [
            [
                "name": "web", "image": "web:1", "env": [["name": "A", "value": "1"], ["name": "B", "value": "2"]],
                "ports": [["containerPort": 80, "name": "http"]], "args": ["a", "b"],
            ],
            ["name": "side", "image": "side:1"],
        ]
        body.set(containers, at: "spec", "template", "spec", "containers")
        cluster.create(.deployment, body)
    }

    private mutating func strategic(_ podSpec: JSONValue) -> JSONValue {
        let body: JSONValue = ["spec": ["template": ["spec": podSpec]]]
        let response = cluster.patch(.deployment, "web", .strategic, body)
        #expect(response.code == 200, "\(response.document.text)")
        return response.document.at("spec", "template", "spec") ?? nil
    }

    private func names(_ list: JSONValue?) -> [String] {
        (list?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
    }

    @Test mutating func `a patch that changes nothing asks whether the object is still the one that was read`() {
        let known = KubernetesObject(cluster.create(.deployment, Sample.workload("Deployment")).document)
        func ask() -> APIResponse {
            let question = KubernetesWrite.Patch.unchanged(.deployment, known)
            return cluster.patch(.deployment, "web", .merge, question.guardedBody)
        }
        let answer = ask()
        #expect(answer.code == 200)
        #expect(KubernetesObject(answer.document).resourceVersion == known.resourceVersion)
        cluster.patch(.deployment, "web", .merge, ["metadata": ["labels": ["a": "b"]]])
        #expect(ask().code == 409)
        cluster.delete(.deployment, "web")
        #expect(ask().code == 404)
        cluster.create(.deployment, Sample.workload("Deployment"))
        #expect(ask().code == 409)
    }

    @Test mutating func `strategic merge changes the container of that name and leaves the others`() {
        makeDeployment()
        let spec = strategic(["containers": [["name": "web", "image": "web:2"]]])
        #expect(names(spec["containers"]) == ["web", "side"])
        #expect(spec["containers"]?[0]?["image"] == "web:2")
        #expect(spec["containers"]?[0]?["args"] == ["a", "b"])
        #expect(spec["containers"]?[1]?["image"] == "side:1")
    }

    @Test mutating func `strategic merge adds a new container before those it does not name`() {
        makeDeployment()
        let spec = strategic(["containers": [["name": "new", "image": "new:1"]]])
        #expect(names(spec["containers"]) == ["new", "web", "side"])
    }

    @Test mutating func `strategic merge deletes an entry by its key`() {
        makeDeployment()
        let spec = strategic([
            "containers": [["name": "web", "env": [["name": "A", "$patch": "delete"], ["name": "C", "value": "3"]]]]
        ])
        #expect(names(spec["containers"]?[0]?["env"]) == ["C", "B"])
    }

    @Test mutating func `strategic merge replaces a list that says so, and lists without keys`() {
        makeDeployment()
        let spec = strategic([
            "containers": [
                ["name": "web", "env": [["$patch": "replace"], ["name": "Z", "value": "9"]], "args": ["c"]]
            ]
        ])
        #expect(names(spec["containers"]?[0]?["env"]) == ["Z"])
        #expect(spec["containers"]?[0]?["args"] == ["c"])
    }

    @Test mutating func `strategic merge orders a list as it is told`() {
        makeDeployment()
        let spec = strategic([
            "$setElementOrder/containers": [["name": "side"], ["name": "web"]],
            "containers": [["name": "web", "image": "web:3"]],
        ])
        #expect(names(spec["containers"]) == ["side", "web"])
    }

    @Test mutating func `a map is replaced where the patch says so`() {
        cluster.create(.configMap, Sample.configMap(labels: ["a": "b"]))
        let body: JSONValue = ["metadata": ["labels": ["$patch": "replace", "only": "this"]]]
        let response = cluster.patch(.configMap, "settings", .strategic, body)
        #expect(response.document.at("metadata", "labels") == ["only": "this"])
    }

    @Test mutating func `retained keys clear the others`() {
        makeDeployment()
        let body: JSONValue = ["spec": ["strategy": ["$retainKeys": ["type"], "type": "Recreate"]]]
        let response = cluster.patch(.deployment, "web", .strategic, body)
        #expect(response.document.at("spec", "strategy") == ["type": "Recreate"])
    }

    @Test mutating func `values of a list of scalars are taken out one by one`() {
        var body = Sample.configMap()
        body.set(["a.io/x", "a.io/y"], at: "metadata", "finalizers")
        cluster.create(.configMap, body)
        let patch: JSONValue = [
            "metadata": [
                "$deleteFromPrimitiveList/finalizers": ["a.io/x"], "$setElementOrder/finalizers": ["a.io/z", "a.io/y"],
                "finalizers": ["a.io/z"],
            ]
        ]
        let response = cluster.patch(.configMap, "settings", .strategic, patch)
        #expect(KubernetesObject(response.document).finalizers == ["a.io/z", "a.io/y"])
    }

    @Test mutating func `null removes a field in merge patches`() {
        cluster.create(.configMap, Sample.configMap(labels: ["app": "web"]))
        for format in [APIRequest.PatchFormat.merge, .strategic] {
            let patch: JSONValue = ["metadata": ["labels": ["app": nil]], "data": ["a": nil, "b": "2"]]
            let response = cluster.patch(.configMap, "settings", format, patch)
            #expect(response.document["data"] == ["b": "2"])
            #expect(KubernetesObject(response.document).labels.isEmpty)
        }
    }

    @Test mutating func `custom resources take no strategic merge`() {
        cluster.create(.rollout, Sample.rollout())
        let response = cluster.patch(.rollout, "web", .strategic, ["spec": ["replicas": 1]])
        #expect(response.code == 415)
        #expect(
            response.document["message"]
                == "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
        )
    }

    @Test mutating func `a JSON patch whose test fails changes nothing`() {
        cluster.create(.configMap, Sample.configMap())
        let patch: JSONValue = [
            ["op": "replace", "path": "/data/a", "value": "9"], ["op": "test", "path": "/data/a", "value": "1"],
        ]
        let response = cluster.patch(.configMap, "settings", .json, patch)
        #expect(response.code == 422)
        #expect(cluster.get(.configMap, "settings").at("data", "a") == "1")
    }

    @Test mutating func `a patch that names an older version is a conflict`() {
        cluster.create(.configMap, Sample.configMap())
        let patch: JSONValue = ["metadata": ["resourceVersion": "1"], "data": ["a": "2"]]
        let response = cluster.patch(.configMap, "settings", .merge, patch)
        #expect(response.code == 409)
    }

    @Test mutating func `a patch does not create`() {
        let response = cluster.patch(.configMap, "settings", .merge, ["data": ["a": "2"]])
        #expect(response.code == 404)
    }

    @Test mutating func `conditions merge by type`() {
        cluster.create(.pod, Sample.pod())
        let condition = { (type: String, status: String) -> JSONValue in
            ["type": .string(type), "status": .string(status)]
        }
        let first: JSONValue = [
            "status": ["conditions": [condition("Ready", "False"), condition("Initialized", "True")]]
        ]
        cluster.patch(.pod, "web", .strategic, first, subresource: "status")
        let second: JSONValue = ["status": ["conditions": [condition("Ready", "True")]]]
        let response = cluster.patch(.pod, "web", .strategic, second, subresource: "status")
        let conditions = response.document.at("status", "conditions")?.arrayValue ?? []
        #expect(conditions.map { $0["status"] } == ["True", "True"])
    }
}

@Suite("Server-side apply")
struct ApplyTests {
    private var cluster = TestCluster()

    private mutating func apply(
        _ kind: ResourceKind, _ body: JSONValue, as manager: String = "kubectl", force: Bool = false
    ) -> APIResponse {
        var options = RequestOptions()
        options.fieldManager = manager
        options.force = force
        return cluster.patch(kind, KubernetesObject(body).name, .apply, body, options: options)
    }

    private func configMap(_ data: JSONValue) -> JSONValue {
        ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "settings"], "data": data]
    }

    @Test mutating func `applying creates, and records what was set`() {
        let response = apply(.configMap, configMap(["a": "1"]))
        #expect(response.code == 201)
        let entry = response.document.at("metadata", "managedFields")?[0]
        #expect(entry?["manager"] == "kubectl")
        #expect(entry?["operation"] == "Apply")
        #expect(entry?["fieldsV1"] == ["f:data": ["f:a": [:]]])
    }

    @Test mutating func `applying the same again changes nothing`() {
        let first = apply(.configMap, configMap(["a": "1"]))
        cluster.now = cluster.now.advanced(by: .seconds(60))
        let second = apply(.configMap, configMap(["a": "1"]))
        #expect(second.code == 200)
        #expect(second.document == first.document)
    }

    @Test mutating func `what is no longer applied is removed, what others set stays`() {
        _ = apply(.configMap, configMap(["a": "1", "b": "1"]))
        cluster.patch(.configMap, "settings", .merge, ["data": ["c": "1"]])
        let response = apply(.configMap, configMap(["a": "1"]))
        #expect(response.document["data"] == ["a": "1", "c": "1"])
    }

    @Test mutating func `two managers that want different values conflict, and force decides`() {
        _ = apply(.configMap, configMap(["a": "1"]), as: "one")
        let refused = apply(.configMap, configMap(["a": "2"]), as: "two")
        #expect(refused.code == 409)
        #expect(refused.document["message"] == "Apply failed with 1 conflict: conflict with \"one\": .data.a")
        #expect(refused.document.at("details", "causes")?[0]?["reason"] == "FieldManagerConflict")
        let forced = apply(.configMap, configMap(["a": "2"]), as: "two", force: true)
        #expect(forced.document.at("data", "a") == "2")
        let managers = forced.document.at("metadata", "managedFields")?.arrayValue?.map { $0["manager"] }
        #expect(managers == ["two"])
    }

    @Test mutating func `two managers that agree share a field`() {
        _ = apply(.configMap, configMap(["a": "1"]), as: "one")
        #expect(apply(.configMap, configMap(["a": "1"]), as: "two").code == 200)
        let response = apply(.configMap, configMap([:]), as: "two")
        #expect(response.document.at("data", "a") == "1")
    }

    @Test mutating func `a plain update takes the fields it changes`() {
        _ = apply(.configMap, configMap(["a": "1"]))
        var options = RequestOptions()
        options.fieldManager = "editor"
        cluster.patch(.configMap, "settings", .merge, ["data": ["a": "2"]], options: options)
        let refused = apply(.configMap, configMap(["a": "3"]))
        #expect(refused.code == 409)
        #expect(refused.document["message"]?.stringValue?.contains("\"editor\" using v1") == true)
    }

    @Test mutating func `an object made without apply defends its values until forced`() {
        cluster.create(.configMap, Sample.configMap())
        #expect(apply(.configMap, configMap(["a": "2"])).code == 409)
        #expect(apply(.configMap, configMap(["a": "1"])).code == 200)
    }

    @Test mutating func `containers and their ports are owned entry by entry`() throws {
        var body = Sample.workload("Deployment")
        body.set(
            [["name": "web", "image": "web:1", "ports": [["containerPort": 80]]]], at: "spec", "template", "spec",
            "containers")
        #expect(apply(.deployment, body, as: "one").code == 201)
        let side: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
            "spec": ["template": ["spec": ["containers": [["name": "side", "image": "side:1"]]]]],
        ]
        let response = apply(.deployment, side, as: "two")
        #expect(response.code == 200, "\(response.document.text)")
        let containers = response.document.at("spec", "template", "spec", "containers")?.arrayValue ?? []
        #expect(containers.compactMap { $0["name"]?.stringValue } == ["web", "side"])
        let entries = response.document.at("metadata", "managedFields")?.arrayValue ?? []
        let one = try #require(entries.first { $0["manager"] == "one" }?["fieldsV1"])
        let ports = one.at(
            "f:spec", "f:template", "f:spec", "f:containers", "k:{\"name\":\"web\"}", "f:ports",
            "k:{\"containerPort\":80,\"protocol\":\"TCP\"}")
        #expect(ports == [".": [:], "f:containerPort": [:]])
    }

    @Test mutating func `custom resources are applied too`() {
        #expect(apply(.rollout, Sample.rollout()).code == 201)
        let response = apply(.rollout, Sample.rollout(replicas: 5))
        #expect(response.document.at("spec", "replicas") == 5)
        #expect(KubernetesObject(response.document).generation == 2)
    }

    @Test mutating func `an apply without a manager is refused`() {
        let response = apply(.configMap, configMap([:]), as: "")
        #expect(response.code == 422)
        #expect(
            response.document["message"]
                == "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch"
        )
    }
}
