@testable import ClusterState
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

@Suite("Canonical values")
struct CanonicalValueTests {
    @Test(arguments: [
        ("1", "1"), ("1000m", "1"), ("0.5", "500m"), ("100m", "100m"), ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"),
        ("512Ki", "512Ki"), ("1500M", "1500M"), ("1e3", "1e3"), ("1000", "1k"), ("128974848", "128974848"), ("0", "0"),
        ("0Mi", "0"), ("1000Ki", "1000Ki"), ("0.1", "100m"), (".5", "500m"), ("-1000m", "-1"), ("1.1", "1100m"),
    ])
    func `a quantity has one text`(text: String, canonical: String) {
        #expect(Quantity.canonical(text) == canonical)
    }

    @Test(arguments: ["", "x", "1x", "1.2.3", "Mi", "--1", "1 Gi"])
    func `what is no quantity is refused`(text: String) {
        #expect(Quantity.canonical(text) == nil)
    }

    @Test func `times are stored in whole seconds, lease times in microseconds`() {
        var cluster = TestCluster()
        cluster.create(.pod, Sample.pod())
        let status: JSONValue = ["status": ["startTime": "2026-01-01T00:00:00.123Z"]]
        let pod = cluster.patch(.pod, "web", .merge, status, subresource: "status").document
        #expect(pod.at("status", "startTime") == "2026-01-01T00:00:00Z")
        let lease: JSONValue = ["metadata": ["name": "l"], "spec": ["renewTime": "2026-01-01T01:00:00.500000+01:00"]]
        #expect(
            cluster.create(.lease, lease).document.at("spec", "renewTime") == "2026-01-01T00:00:00.500000Z")
    }

    @Test func `an Ingress without a class gets the only default one`() {
        var cluster = TestCluster()
        let marked: JSONValue = ["ingressclass.kubernetes.io/is-default-class": "true"]
        cluster.create(
            .ingressClass,
            ["metadata": ["name": "alb", "annotations": marked], "spec": ["controller": "ingress.k8s.aws/alb"]])
        let backend: JSONValue = ["service": ["name": "web", "port": ["number": 80]]]
        let ingress: JSONValue = ["metadata": ["name": "web"], "spec": ["defaultBackend": backend]]
        #expect(cluster.create(.ingress, ingress).document.at("spec", "ingressClassName") == "alb")
    }

    @Test func `the system's namespaces are not deleted`() {
        var cluster = TestCluster()
        let response = cluster.delete(.namespace, "default")
        #expect(response.code == 403)
        #expect(
            response.document["message"] == "namespaces \"default\" is forbidden: this namespace may not be deleted")
    }
}
