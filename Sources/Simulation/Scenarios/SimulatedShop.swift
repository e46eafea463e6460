import JSON
import KubernetesModel
import RolloutModel

/// One application of a simulated world: Services, an Ingress and a Rollout, as manifests.
struct SimulatedShop: Sendable {
    /// How the Rollout replaces its pods.
    enum Strategy: Sendable {
        case canary
        case pingPong
        case blueGreen
        /// A canary without a load balancer.
        case basic
    }

    static let namespace = "shop"
    private static let prefix = "alb.ingress.kubernetes.io"

    var name = "checkout"
    var strategy = Strategy.canary
    /// The Service that the Ingress' action leads to until the Rollout writes it; `nil`: there is no action until then,
    /// and requests are answered with 503.
    var firstBackend: String?
    var replicas = 3
    /// The weights of the steps, percent, and the pause after each, seconds.
    var weights = [20, 60]
    var pause = 10
    /// Fields of the strategy beside those that follow from the rest.
    var extra: [String: JSONValue] = [:]
    var annotations: [String: String] = [:]
    var version = "1.0"
    /// From the start of a program until it listens.
    var startupSeconds = 1.0
    /// Whether the program ignores SIGTERM.
    var isStubborn = false
    /// For how long a client stays with its version, seconds; `nil` without stickiness.
    var stickySeconds: Int?
    /// The ports of the listeners.
    var listenPorts = [80]
    var deregistrationSeconds = 10
    var healthCheckInterval: Int?
    /// Whether a header route leads to the canary.
    var hasHeaderRoute = false

    var preStopSeconds = 5
    /// The template hash of a ReplicaSet that another controller has made for the first version; `nil` without one.
    var foreignHash: String?

    var key: ObjectKey { ObjectKey(namespace: Self.namespace, name: name) }

    /// Draws what differs between runs: sizes, steps, times.
    static func drawn(using random: inout SimulationRandom) -> SimulatedShop {
        var shop = SimulatedShop()
        shop.replicas = Int.random(in: 1...4, using: &random)
        let count = Int.random(in: 1...3, using: &random)
        shop.weights = (0..<count).map { _ in 5 * Int.random(in: 1...19, using: &random) }.sorted()
        if Bool.random(using: &random) { shop.weights.append(100) }
        shop.pause = Int.random(in: 2...25, using: &random)
        shop.startupSeconds = Double(Int.random(in: 0...30, using: &random)) / 10
        shop.deregistrationSeconds = Int.random(in: 0...15, using: &random)
        shop.preStopSeconds = Int.random(in: 0...8, using: &random)
        let delay = Int.random(in: 0...20, using: &random)
        shop.extra["scaleDownDelaySeconds"] = .int(delay)
        if Bool.random(using: &random) {
            shop.extra["abortScaleDownDelaySeconds"] = .int(Int.random(in: 1...20, using: &random))
        }
        if Int.random(in: 0..<3, using: &random) == 0 { shop.extra["dynamicStableScale"] = true }
        // Scaling stable with the weight leaves no former version to delay.
        if shop.extra["dynamicStableScale"] != nil { shop.extra["scaleDownDelaySeconds"] = nil }
        return shop
    }

    static func image(_ version: String) -> String { "example.com/shop:\(version)" }

    /// Everything, in the order in which it is applied.
    var manifests: [JSONValue] {
        let namespace: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "shop"]]
        return [namespace] + services.map(service) + (strategy == .basic ? [] : [ingress])
            + foreignReplicaSets + [rollout]
    }

    private var services: [String] {
        switch strategy {
        case .canary, .basic: ["root", "stable", "canary"]
        case .pingPong: ["root", "ping", "pong"]
        case .blueGreen: ["active", "preview"]
        }
    }

    private func service(_ role: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string("\(name)-\(role)"), "namespace": "shop"],
            "spec": [
                "selector": ["app": .string(name)],
                "ports": [["name": "http", "port": 80, "targetPort": "http"]],
            ],
        ]
    }

    /// The Ingress.
    var ingress: JSONValue {
        let backend: JSONValue =
            strategy == .blueGreen
            ? ["service": ["name": .string("\(name)-active"), "port": ["number": 80]]]
            : ["service": ["name": .string("\(name)-root"), "port": ["name": "use-annotation"]]]
        var annotations: JSONValue = .object([
            "kubernetes.io/ingress.class": "alb", "\(Self.prefix)/scheme": "internet-facing",
            "\(Self.prefix)/target-type": "ip", "\(Self.prefix)/healthcheck-path": "/healthz",
            "\(Self.prefix)/target-group-attributes":
                .string("deregistration_delay.timeout_seconds=\(deregistrationSeconds)"),
        ])
        if let firstBackend, strategy != .blueGreen {
            annotations["\(Self.prefix)/actions.\(name)-root"] = .string(
                #"{"Type":"forward","ForwardConfig":{"TargetGroups":[{"ServiceName":"\#(firstBackend)","#
                    + #""ServicePort":"80","Weight":100}]}}"#)
        }
        if let healthCheckInterval {
            annotations["\(Self.prefix)/healthcheck-interval-seconds"] = .string("\(healthCheckInterval)")
        }
        if listenPorts != [80] {
            let ports = listenPorts.map { "{\"HTTP\": \($0)}" }.joined(separator: ", ")
            annotations["\(Self.prefix)/listen-ports"] = .string("[\(ports)]")
        }
        return [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": ["name": .string(name), "namespace": "shop", "annotations": annotations],
            "spec": ["rules": [["http": ["paths": [["path": "/", "pathType": "Prefix", "backend": backend]]]]]],
        ]
    }

    /// The Rollout.
    var rollout: JSONValue {
        var metadata: JSONValue = ["name": .string(name), "namespace": "shop"]
        if !annotations.isEmpty {
            var values: JSONValue = [:]
            for key in annotations.keys.sorted() { values[key] = annotations[key].map { .string($0) } }
            metadata["annotations"] = values
        }
        return [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": metadata,
            "spec": [
                "replicas": .int(replicas), "revisionHistoryLimit": 3,
                "selector": ["matchLabels": ["app": .string(name)]],
                "template": ["metadata": ["labels": ["app": .string(name)]], "spec": podSpec],
                "strategy": strategyDocument,
            ],
        ]
    }

    /// What another controller has made.
    private var foreignReplicaSets: [JSONValue] {
        guard let foreignHash else { return [] }
        let labels: JSONValue = ["app": .string(name), RolloutKeys.podTemplateHash: .string(foreignHash)]
        return [
            [
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": ["name": .string("\(name)-\(foreignHash)"), "namespace": "shop", "labels": labels],
                "spec": [
                    "replicas": .int(replicas), "selector": ["matchLabels": labels],
                    "template": ["metadata": ["labels": labels], "spec": podSpec],
                ],
            ]
        ]
    }

    private var strategyDocument: JSONValue {
        var document: JSONValue = [:]
        switch strategy {
        case .blueGreen:
            document["activeService"] = .string("\(name)-active")
            document["previewService"] = .string("\(name)-preview")
        case .canary, .basic:
            document["canaryService"] = .string("\(name)-canary")
            document["stableService"] = .string("\(name)-stable")
        case .pingPong:
            document["pingPong"] = [
                "pingService": .string("\(name)-ping"), "pongService": .string("\(name)-pong"),
            ]
        }
        if strategy == .canary || strategy == .pingPong { document["trafficRouting"] = routing }
        if strategy != .blueGreen { document["steps"] = .array(steps) }
        for key in extra.keys.sorted() where strategy != .blueGreen || !Self.isOfCanaries(key) {
            document[key] = extra[key]
        }
        return strategy == .blueGreen ? ["blueGreen": document] : ["canary": document]
    }

    private static func isOfCanaries(_ field: String) -> Bool { field == "dynamicStableScale" }

    private var routing: JSONValue {
        var alb: JSONValue = [
            "ingress": .string(name), "rootService": .string("\(name)-root"), "servicePort": 80,
        ]
        if let stickySeconds {
            alb["stickinessConfig"] = ["enabled": true, "durationSeconds": .int(stickySeconds)]
        }
        var routing: JSONValue = ["alb": alb]
        if hasHeaderRoute { routing["managedRoutes"] = [["name": "testers"]] }
        return routing
    }

    private var steps: [JSONValue] {
        var steps: [JSONValue] = []
        if hasHeaderRoute {
            steps.append(["setCanaryScale": ["replicas": 1]])
            steps.append([
                "setHeaderRoute": [
                    "name": "testers",
                    "match": [["headerName": "x-tester", "headerValue": ["exact": "yes"]]],
                ]
            ])
            steps.append(["pause": ["duration": .int(pause)]])
        }
        for (index, weight) in weights.enumerated() {
            steps.append(["setWeight": .int(weight)])
            if hasHeaderRoute, index == 0 { steps.append(["setCanaryScale": ["matchTrafficWeight": true]]) }
            steps.append(["pause": ["duration": .int(pause)]])
        }
        return steps
    }

    private var podSpec: JSONValue {
        var environment: [JSONValue] = [["name": "WEIR_STARTUP_SECONDS", "value": .string("\(startupSeconds)")]]
        if isStubborn { environment.append(["name": "WEIR_IGNORE_SIGTERM", "value": "1"]) }
        var container: JSONValue = [
            "name": "shop", "image": .string(Self.image(version)),
            "ports": [["name": "http", "containerPort": 8080]], "env": .array(environment),
            "readinessProbe": ["httpGet": ["path": "/healthz", "port": "http"], "initialDelaySeconds": 1],
        ]
        if preStopSeconds > 0 { container["lifecycle"] = ["preStop": ["sleep": ["seconds": .int(preStopSeconds)]]] }
        return ["terminationGracePeriodSeconds": 30, "containers": [container]]
    }
}
