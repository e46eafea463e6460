import JSON
import KubernetesModel
import Planning
import Simulation

/// A shop with one service behind a load balancer, and a canary of it.
struct CanaryWorld {
    /// What differs between tests.
    struct Shape {
        var name = "checkout"
        var isRouted = true
        var replicas = 4
        var steps: [JSONValue] = CanaryWorld.steps(weights: [10, 25, 50, 100], pause: 60)
        /// Fields of `strategy.canary` beside those every canary here has.
        var canary: JSONValue = ["scaleDownDelaySeconds": 30]
        var version = "1.0"
        var startupSeconds = "1"
        /// For how long a client stays with its version; `nil` without stickiness.
        var stickySeconds: Int?
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
        let services = ["root", "stable", "canary"].map { service($0, shape) }
        return [namespace] + services + (shape.isRouted ? [ingressDocument(shape)] : []) + [rolloutDocument(shape)]
    }

    private static func service(_ role: String, _ shape: Shape) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string("\(shape.name)-\(role)"), "namespace": "shop"],
            "spec": [
                "selector": ["app": .string(shape.name)],
                "ports": [["name": "http", "port": 80, "targetPort": "http"]],
            ],
        ]
    }

    private static func ingressDocument(_ shape: Shape) -> JSONValue {
        let prefix = "alb.ingress.kubernetes.io"
        let backend: JSONValue = [
            "service": ["name": .string("\(shape.name)-root"), "port": ["name": "use-annotation"]]
        ]
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": [
                "name": .string(shape.name), "namespace": "shop",
                "annotations": .object([
                    "kubernetes.io/ingress.class": "alb", "\(prefix)/scheme": "internet-facing",
                    "\(prefix)/target-type": "ip", "\(prefix)/healthcheck-path": "/healthz",
                    "\(prefix)/target-group-attributes": "deregistration_delay.timeout_seconds=10",
                ]),
            ],
            "spec": ["rules": [["http": ["paths": [["path": "/", "pathType": "Prefix", "backend": backend]]]]]],
        ]
    }

    private static func rolloutDocument(_ shape: Shape) -> JSONValue {
        var canary: JSONValue = [
            "canaryService": .string("\(shape.name)-canary"), "stableService": .string("\(shape.name)-stable"),
            "steps": .array(shape.steps),
        ]
        if shape.isRouted {
            var alb: JSONValue = [
                "ingress": .string(shape.name), "rootService": .string("\(shape.name)-root"), "servicePort": 80,
            ]
            if let seconds = shape.stickySeconds {
                alb["stickinessConfig"] = ["enabled": true, "durationSeconds": .int(seconds)]
            }
            canary["trafficRouting"] = ["alb": alb]
        }
        for (key, value) in shape.canary.objectValue ?? [:] { canary[key] = value }
        return [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": ["name": .string(shape.name), "namespace": "shop"],
            "spec": [
                "replicas": .int(shape.replicas), "revisionHistoryLimit": 3,
                "selector": ["matchLabels": ["app": .string(shape.name)]],
                "template": [
                    "metadata": ["labels": ["app": .string(shape.name)]],
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
