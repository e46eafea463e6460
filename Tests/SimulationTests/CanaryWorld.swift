import JSON
import KubernetesModel
import Planning
import Simulation

/// A shop with one service behind a load balancer, and a canary of it.
struct CanaryWorld {
    /// What differs between tests.
    struct Shape {
        var replicas = 4
        var steps: [JSONValue] = CanaryWorld.steps(weights: [10, 25, 50, 100], pause: 60)
        /// Fields of `strategy.canary` beside those every canary here has.
        var canary: JSONValue = ["scaleDownDelaySeconds": 30]
        var version = "1.0"
        var startupSeconds = "1"
    }

    /// Two pods and two weights: short, for worlds that are simulated many times.
    static var short: Shape {
        var shape = Shape()
        shape.replicas = 2
        shape.steps = steps(weights: [50, 100], pause: 15)
        shape.canary = ["scaleDownDelaySeconds": 10, "abortScaleDownDelaySeconds": 10]
        return shape
    }

    static let rollout = ObjectKey(namespace: "shop", name: "checkout")
    static let ingress = ObjectKey(namespace: "shop", name: "checkout")

    /// Weights with a pause after each.
    static func steps(weights: [Int], pause seconds: Int) -> [JSONValue] {
        weights.flatMap { weight -> [JSONValue] in
            [["setWeight": .int(weight)], ["pause": ["duration": .int(seconds)]]]
        }
    }

    static func image(_ version: String) -> String { "example.com/checkout:\(version)" }

    /// The simulation with everything applied, run until the first version is Healthy.
    static func started(_ settings: SimulationSettings, _ shape: Shape = Shape()) -> Simulation {
        var simulation = Simulation(settings)
        simulation.perform(.apply(manifests(shape)))
        simulation.run(within: .seconds(600)) { $0.isInService }
        return simulation
    }

    static func manifests(_ shape: Shape = Shape()) -> [JSONValue] {
        let namespace: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]]
        return [namespace] + ["root", "stable", "canary"].map(service) + [ingressDocument, rolloutDocument(shape)]
    }

    private static func service(_ role: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string("checkout-\(role)"), "namespace": "shop"],
            "spec": [
                "selector": ["app": "checkout"], "ports": [["name": "http", "port": 80, "targetPort": "http"]],
            ],
        ]
    }

    private static var ingressDocument: JSONValue {
        let prefix = "alb.ingress.kubernetes.io"
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": [
                "name": "checkout", "namespace": "shop",
                "annotations": .object([
                    "kubernetes.io/ingress.class": "alb", "\(prefix)/scheme": "internet-facing",
                    "\(prefix)/target-type": "ip", "\(prefix)/healthcheck-path": "/healthz",
                    "\(prefix)/target-group-attributes": "deregistration_delay.timeout_seconds=10",
                ]),
            ],
            "spec": [
                "rules": [
                    [
                        "http": [
                            "paths": [
                                [
                                    "path": "/", "pathType": "Prefix",
                                    "backend": [
                                        "service": ["name": "checkout-root", "port": ["name": "use-annotation"]]
                                    ],
                                ]
                            ]
                        ]
                    ]
                ]
            ],
        ]
    }

    private static func rolloutDocument(_ shape: Shape) -> JSONValue {
        var canary: JSONValue = [
            "canaryService": "checkout-canary", "stableService": "checkout-stable", "steps": .array(shape.steps),
            "trafficRouting": [
                "alb": ["ingress": "checkout", "rootService": "checkout-root", "servicePort": 80]
            ],
        ]
        for (key, value) in shape.canary.objectValue ?? [:] { canary[key] = value }
        return [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": ["name": "checkout", "namespace": "shop"],
            "spec": [
                "replicas": .int(shape.replicas), "revisionHistoryLimit": 3,
                "selector": ["matchLabels": ["app": "checkout"]],
                "template": [
                    "metadata": ["labels": ["app": "checkout"]],
                    "spec": podSpec(shape),
                ],
                "strategy": ["canary": canary],
            ],
        ]
    }

    private static func podSpec(_ shape: Shape) -> JSONValue {
        [
            "terminationGracePeriodSeconds": 30,
            "containers": [
                [
                    "name": "checkout", "image": .string(image(shape.version)),
                    "ports": [["name": "http", "containerPort": 8080]],
                    "env": [["name": "WEIR_STARTUP_SECONDS", "value": .string(shape.startupSeconds)]],
                    "readinessProbe": [
                        "httpGet": ["path": "/healthz", "port": "http"], "initialDelaySeconds": 1,
                    ],
                    "lifecycle": ["preStop": ["sleep": ["seconds": 5]]],
                ]
            ],
        ]
    }
}
