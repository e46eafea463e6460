import JSON
import KubernetesModel

/// Load balancers that several Rollouts share.
struct Fleet {
    var rolloutsPerBalancer = 10
    var balancerCount = 20
    var seed: UInt64 = 1
    static let replicas = 5
    static let weights = [20, 40, 60, 80, 100]

    var keys: [ObjectKey] {
        (0..<balancerCount).flatMap { balancer in
            (0..<rolloutsPerBalancer).map { ObjectKey(namespace: "team-\(balancer)", name: "app-\($0)") }
        }
    }

    /// Everything of one version; one Ingress for each load balancer.
    func manifests(version: String) -> [JSONValue] {
        (0..<balancerCount).flatMap { balancer -> [JSONValue] in
            let namespace = "team-\(balancer)"
            let names = (0..<rolloutsPerBalancer).map { "app-\($0)" }
            var documents: [JSONValue] = [
                ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(namespace)]]
            ]
            for name in names {
                documents += ["root", "stable", "canary"].map { service("\(name)-\($0)", of: name, namespace) }
            }
            documents.append(ingress(names, namespace))
            return documents + names.map { rollout($0, namespace, version: version) }
        }
    }

    private func service(_ name: String, of app: String, _ namespace: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "selector": ["app": .string(app)], "ports": [["name": "http", "port": 80, "targetPort": "http"]],
            ],
        ]
    }

    private func ingress(_ apps: [String], _ namespace: String) -> JSONValue {
        let rules = apps.map { app -> JSONValue in
            let backend: JSONValue = [
                "service": ["name": .string("\(app)-root"), "port": ["name": "use-annotation"]]
            ]
            return [
                "host": .string("\(app).example.com"),
                "http": ["paths": [["path": "/", "pathType": "Prefix", "backend": backend]]],
            ]
        }
        let prefix = "alb.ingress.kubernetes.io"
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": [
                "name": "shared", "namespace": .string(namespace),
                "annotations": .object([
                    "kubernetes.io/ingress.class": "alb", "\(prefix)/target-type": "ip",
                    "\(prefix)/target-group-attributes": "deregistration_delay.timeout_seconds=10",
                ]),
            ],
            "spec": ["rules": .array(rules)],
        ]
    }

    func rollout(_ name: String, _ namespace: String, version: String) -> JSONValue {
        let container: JSONValue = [
            "name": "app", "image": .string("example.com/app:\(version)"),
            "ports": [["name": "http", "containerPort": 8080]],
            "readinessProbe": ["httpGet": ["path": "/healthz", "port": "http"], "initialDelaySeconds": 1],
        ]
        return [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "replicas": .int(Self.replicas), "selector": ["matchLabels": ["app": .string(name)]],
                "template": [
                    "metadata": ["labels": ["app": .string(name)]], "spec": ["containers": [container]],
                ],
                "strategy": [
                    "canary": [
                        "canaryService": .string("\(name)-canary"), "stableService": .string("\(name)-stable"),
                        "steps": .array(Self.weights.map { ["setWeight": .int($0)] }),
                        "trafficRouting": [
                            "alb": [
                                "ingress": "shared", "rootService": .string("\(name)-root"), "servicePort": 80,
                            ]
                        ],
                    ]
                ],
            ],
        ]
    }
}
