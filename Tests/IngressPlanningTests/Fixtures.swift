import IngressPlanning
import JSON
import KubernetesModel
import Planning

/// The beginning of time in these tests: 2026-01-01T00:00:00Z.
let start = Timestamp(seconds: 1_767_225_600)

let prefix = "alb.ingress.kubernetes.io"

var testSettings: IngressSettings {
    var settings = IngressSettings(clusterName: "test", vpcID: "vpc-1")
    settings.defaultSubnets = ["subnet-a", "subnet-b"]
    return settings
}

/// A path of an Ingress rule.
struct PathFixture {
    var path = "/"
    var pathType: String? = "Prefix"
    var service: String
    var port: JSONValue

    init(_ path: String = "/", _ pathType: String? = "Prefix", service: String, port: JSONValue = ["number": 80]) {
        self.path = path
        self.pathType = pathType
        self.service = service
        self.port = port
    }

    var document: JSONValue {
        var document: JSONValue = [
            "path": .string(path), "backend": ["service": ["name": .string(service), "port": port]],
        ]
        document["pathType"] = pathType.map { .string($0) }
        return document
    }
}

let useAnnotation: JSONValue = ["name": "use-annotation"]

/// An Ingress `shop/web` of class `alb`.
func ingress(
    _ name: String = "web", annotations: [String: String] = [:], host: String? = nil, paths: [PathFixture],
    classAnnotation: String? = "alb"
) -> KubernetesObject {
    var rule: JSONValue = ["http": ["paths": .array(paths.map(\.document))]]
    rule["host"] = host.map { .string($0) }
    var document: JSONValue = [
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
        "metadata": [
            "name": .string(name), "namespace": "shop", "uid": .string("uid-\(name)"), "resourceVersion": "1",
        ],
        "spec": ["rules": [rule]],
    ]
    document.set(classAnnotation.map { .string($0) }, at: "metadata", "annotations", "kubernetes.io/ingress.class")
    for key in annotations.keys.sorted() {
        document.set(.string(annotations[key] ?? ""), at: "metadata", "annotations", "\(prefix)/\(key)")
    }
    return KubernetesObject(document)
}

/// A Service of namespace `shop` with one port, 80 to 8080.
func service(
    _ name: String, selector: [String: String]? = nil, port: Int = 80, targetPort: JSONValue = 8080,
    uid: String? = nil, annotations: [String: String] = [:]
) -> KubernetesObject {
    var document: JSONValue = [
        "apiVersion": "v1", "kind": "Service",
        "metadata": [
            "name": .string(name), "namespace": "shop", "uid": .string(uid ?? "uid-svc-\(name)"),
            "resourceVersion": "1",
        ],
        "spec": [
            "ports": [["name": "http", "port": .number(JSONNumber(port)), "targetPort": targetPort]], "selector": [:],
        ],
    ]
    for (key, value) in (selector ?? ["app": name]).sorted(by: { $0.key < $1.key }) {
        document.set(.string(value), at: "spec", "selector", key)
    }
    for (key, value) in annotations.sorted(by: { $0.key < $1.key }) {
        document.set(.string(value), at: "metadata", "annotations", "\(prefix)/\(key)")
    }
    return KubernetesObject(document)
}

/// A slice of a service's endpoints on port 8080.
func slice(_ service: String, ready: [String], notReady: [String] = [], terminating: [String] = []) -> KubernetesObject
{
    func endpoint(_ ip: String, _ conditions: JSONValue) -> JSONValue {
        [
            "addresses": [.string(ip)], "conditions": conditions,
            "targetRef": ["kind": "Pod", "name": .string("pod-\(ip)")],
        ]
    }
    let endpoints =
        ready.map { endpoint($0, ["ready": true, "serving": true, "terminating": false]) }
        + notReady.map { endpoint($0, ["ready": false, "serving": false, "terminating": false]) }
        + terminating.map { endpoint($0, ["ready": false, "serving": true, "terminating": true]) }
    return KubernetesObject([
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": [
            "name": .string("\(service)-1"), "namespace": "shop",
            "labels": ["kubernetes.io/service-name": .string(service)],
        ],
        "endpoints": .array(endpoints), "ports": [["name": "http", "port": 8080, "protocol": "TCP"]],
    ])
}

/// A pod of namespace `shop`, named `pod-<ip>`.
func pod(
    _ ip: String, labels: [String: String], isReady: Bool = true, isDeleting: Bool = false, gated: Bool = false
) -> KubernetesObject {
    var document: JSONValue = [
        "apiVersion": "v1", "kind": "Pod",
        "metadata": ["name": .string("pod-\(ip)"), "namespace": "shop", "uid": .string("uid-pod-\(ip)")],
        "spec": [:],
        "status": [
            "phase": "Running", "podIP": .string(ip),
            "conditions": [
                ["type": "Ready", "status": .string(isReady ? "True" : "False")],
                ["type": "ContainersReady", "status": .string(isReady || gated ? "True" : "False")],
            ],
        ],
    ]
    for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
        document.set(.string(value), at: "metadata", "labels", key)
    }
    if isDeleting { document.set(.string(start.rfc3339), at: "metadata", "deletionTimestamp") }
    if gated { document.set([["conditionType": "target-health.elbv2.k8s.aws/x"]], at: "spec", "readinessGates") }
    return KubernetesObject(document)
}

/// The action annotation as Argo Rollouts writes it.
func weights(canary: Int, extra: String = "") -> String {
    """
    {"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"canary","ServicePort":"80","Weight":\(canary)},\
    {"ServiceName":"stable","ServicePort":"80","Weight":\(100 - canary)}]\(extra)}}
    """
}
