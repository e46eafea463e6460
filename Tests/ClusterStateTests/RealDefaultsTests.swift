import ClusterState
import JSON
import KubernetesModel
import Testing

/// What a real server adds that is easily forgotten, as observed on one.
@Suite("Fields a real server adds or drops") struct RealDefaultsTests {
    private var cluster = TestCluster()

    @Test mutating func `empty maps and lists of built-in kinds are left out`() {
        let made = cluster.create(
            .configMap, ["metadata": ["name": "a", "labels": [:], "finalizers": []], "data": [:]]
        ).document
        #expect(made["data"] == nil)
        #expect(made.at("metadata", "labels") == nil)
        #expect(made.at("metadata", "finalizers") == nil)
    }

    @Test mutating func `an event has all its times`() {
        let body: JSONValue = ["metadata": ["name": "e"], "involvedObject": ["namespace": "default"]]
        let made = cluster.create(.event, body).document
        #expect(made["eventTime"] == .null)
        #expect(made["firstTimestamp"] == .null)
        #expect(made["source"] == [:])
        #expect(made["reportingComponent"] == "")
    }

    @Test mutating func `a pod template has a creation time of nothing`() {
        let made = cluster.create(.replicaSet, Sample.workload("ReplicaSet")).document
        #expect(made.at("spec", "template", "metadata", "creationTimestamp") == .null)
    }

    @Test(arguments: [("NodePort", "ClusterIP"), ("LoadBalancer", "ClusterIP"), ("NodePort", "ExternalName")])
    mutating func `a service of another type gives back what it no longer needs`(from: String, to: String) {
        var service = Sample.service()
        service.set(.string(from), at: "spec", "type")
        #expect(cluster.create(.service, service).code == 201)
        let patch: JSONValue = ["spec": ["type": .string(to), "externalName": to == "ExternalName" ? "a.b" : nil]]
        let changed = cluster.patch(.service, "web", .merge, patch)
        #expect(changed.code == 200, "\(changed.document.text)")
        #expect(changed.document.at("spec", "externalTrafficPolicy") == nil)
        #expect(changed.document.at("spec", "ports")?.arrayValue?.first?["nodePort"] == nil)
    }

    @Test mutating func `a lease's times have microseconds`() {
        let lease: JSONValue = ["metadata": ["name": "l"], "spec": ["renewTime": "2020-01-01T00:00:00Z"]]
        let response = cluster.create(.lease, lease)
        #expect(response.code == 400)
        #expect(response.document["message"]?.stringValue?.contains("cannot parse \"Z\" as \".000000\"") == true)
    }

    @Test mutating func `a node's capacity is allocatable`() {
        let body: JSONValue = [
            "metadata": ["name": "n"], "spec": ["podCIDR": "10.0.0.0/24"], "status": ["capacity": ["cpu": "2"]],
        ]
        let made = cluster.create(.node, body).document
        #expect(made.at("status", "allocatable", "cpu") == "2")
        #expect(made.at("spec", "podCIDRs") == ["10.0.0.0/24"])
        #expect(made.at("status", "nodeInfo", "osImage") == "")
    }

    @Test mutating func `double owners are dropped with a warning`() {
        let owner: JSONValue = ["apiVersion": "v1", "kind": "ConfigMap", "name": "o", "uid": "u1"]
        let response = cluster.create(
            .configMap, ["metadata": ["name": "a", "ownerReferences": .array([owner, owner])]])
        #expect(response.document.at("metadata", "ownerReferences") == .array([owner]))
        #expect(response.warnings.count == 1)
        #expect(response.warnings.first?.contains("duplicate UID(s) observed: u1") == true)
    }

    @Test mutating func `data that is no Base64 does not decode`() {
        let response = cluster.create(.secret, ["metadata": ["name": "s"], "data": ["a": "not base64!"]])
        #expect(response.code == 400)
        let text = "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte 3"
        #expect(response.document["message"] == .string(text))
    }

    @Test(arguments: [
        ("Exact", "", "", "resourceVersionMatch is forbidden unless resourceVersion is provided"),
        ("Exact", "0", "", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""),
        ("Nearly", "1", "", "Unsupported value: \"Nearly\": supported values: \"Exact\", \"NotOlderThan\", \"\""),
    ])
    mutating func `a match of versions without sense is refused`(
        match: String, version: String, token: String, text: String
    ) {
        var options = RequestOptions()
        options.resourceVersionMatch = match
        options.resourceVersion = version
        options.continueToken = token
        let response = cluster.list(.configMap, options: options)
        #expect(response.code == 422)
        #expect(response.document["message"]?.stringValue?.contains(text) == true)
    }
}
