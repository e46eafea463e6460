import ClusterState
import JSON
import KubernetesModel
import Testing

@Suite("Defaults")
struct DefaultsTests {
    private var cluster = TestCluster()

    @Test mutating func `a pod is completed as on a real server`() throws {
        var body = Sample.pod(image: "web")
        let probe: JSONValue = ["httpGet": ["port": 80]]
        body.set(
            [["name": "web", "image": "web", "ports": [["containerPort": 80]], "readinessProbe": probe]],
            at: "spec", "containers")
        let pod = cluster.create(.pod, body).document
        let spec = try #require(pod["spec"])
        #expect(spec["restartPolicy"] == "Always")
        #expect(spec["dnsPolicy"] == "ClusterFirst")
        #expect(spec["terminationGracePeriodSeconds"] == 30)
        #expect(spec["schedulerName"] == "default-scheduler")
        #expect(spec["securityContext"] == [:])
        #expect(spec["enableServiceLinks"] == true)
        #expect(spec["tolerations"]?.arrayValue?.count == 2)
        let container = try #require(spec["containers"]?[0])
        #expect(container["imagePullPolicy"] == "Always")
        #expect(container["terminationMessagePath"] == "/dev/termination-log")
        #expect(container.at("ports")?[0]?["protocol"] == "TCP")
        let expected: JSONValue = [
            "httpGet": ["port": 80, "path": "/", "scheme": "HTTP"], "timeoutSeconds": 1, "periodSeconds": 10,
            "successThreshold": 1, "failureThreshold": 3,
        ]
        #expect(container["readinessProbe"] == expected)
        #expect(pod["status"] == ["phase": "Pending", "qosClass": "BestEffort"])
    }

    @Test(arguments: [
        ("web:1", "IfNotPresent"), ("web:latest", "Always"), ("web", "Always"), ("host:5000/web", "Always"),
        ("host:5000/web:1", "IfNotPresent"), ("web@sha256:abc", "IfNotPresent"),
    ])
    mutating func `the pull policy follows the tag`(image: String, policy: String) {
        let pod = cluster.create(.pod, Sample.pod(image: image)).document
        #expect(pod.at("spec", "containers")?[0]?["imagePullPolicy"]?.stringValue == policy)
    }

    @Test mutating func `a service gets an address of its own`() throws {
        let first = cluster.create(.service, Sample.service("a")).document
        let second = cluster.create(.service, Sample.service("b")).document
        let address = try #require(first.at("spec", "clusterIP")?.stringValue)
        #expect(address.hasPrefix("10.96."))
        #expect(first.at("spec", "clusterIPs") == [.string(address)])
        #expect(second.at("spec", "clusterIP") != first.at("spec", "clusterIP"))
        #expect(first.at("spec", "type") == "ClusterIP")
        #expect(first.at("spec", "sessionAffinity") == "None")
        #expect(first.at("spec", "ipFamilies") == ["IPv4"])
        #expect(first.at("spec", "ports")?[0] == ["port": 80, "protocol": "TCP", "targetPort": 80])
        #expect(first["status"] == ["loadBalancer": [:]])
    }

    @Test mutating func `a headless service has no address`() {
        var body = Sample.service()
        body.set("None", at: "spec", "clusterIP")
        #expect(cluster.create(.service, body).document.at("spec", "clusterIPs") == ["None"])
    }

    @Test mutating func `an address can be chosen once`() {
        var body = Sample.service("a")
        body.set("10.96.0.77", at: "spec", "clusterIP")
        #expect(cluster.create(.service, body).code == 201)
        body.set("b", at: "metadata", "name")
        #expect(cluster.create(.service, body).code == 422)
        cluster.delete(.service, "a")
        #expect(cluster.create(.service, body).code == 201)
    }

    @Test mutating func `a service that is sent again without its address keeps it`() {
        let before = cluster.create(.service, Sample.service()).document
        let after = cluster.update(.service, Sample.service()).document
        #expect(after.at("spec", "clusterIP") == before.at("spec", "clusterIP"))
        #expect(after == before)
    }

    @Test mutating func `a NodePort service gets ports of the range`() throws {
        var body = Sample.service()
        body.set("NodePort", at: "spec", "type")
        let port = cluster.create(.service, body).document.at("spec", "ports")?[0]?["nodePort"]?.intValue
        #expect((30_000...32_767).contains(try #require(port)))
    }

    @Test mutating func `a deployment is completed`() {
        var body = Sample.workload("Deployment")
        body["spec"]?["replicas"] = nil
        let spec = cluster.create(.deployment, body).document["spec"]
        #expect(spec?["replicas"] == 1)
        #expect(
            spec?["strategy"]
                == ["type": "RollingUpdate", "rollingUpdate": ["maxSurge": "25%", "maxUnavailable": "25%"]])
        #expect(spec?["revisionHistoryLimit"] == 10)
        #expect(spec?["progressDeadlineSeconds"] == 600)
        #expect(spec?.at("template", "spec", "restartPolicy") == "Always")
    }

    @Test mutating func `plain text in a secret is encoded`() {
        let body: JSONValue = ["metadata": ["name": "s"], "stringData": ["a": "hello", "b": ""]]
        let secret = cluster.create(.secret, body).document
        #expect(secret["data"] == ["a": "aGVsbG8=", "b": ""])
        #expect(secret["stringData"] == nil)
        #expect(secret["type"] == "Opaque")
    }

    @Test mutating func `fields that no type has are dropped with a warning, refused when strict`() {
        var body = Sample.pod()
        body.set("x", at: "spec", "nonsense")
        let response = cluster.create(.pod, body)
        #expect(response.warnings == ["unknown field \"spec.nonsense\""])
        #expect(response.document.at("spec", "nonsense") == nil)
        body.set("other", at: "metadata", "name")
        var options = RequestOptions()
        options.fieldValidation = .strict
        let strict = cluster.create(.pod, body, options: options)
        #expect(strict.code == 400)
        #expect(
            strict.document["message"]
                == "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: unknown field \"spec.nonsense\""
        )
    }

    @Test mutating func `a value of a wrong type is a bad request that names the field`() {
        var body = Sample.workload("Deployment")
        body.set("two", at: "spec", "replicas")
        let response = cluster.create(.deployment, body)
        #expect(response.code == 400)
        #expect(response.document["message"]?.stringValue?.contains(".spec.replicas of type int32") == true)
    }
}
