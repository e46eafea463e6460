import JSON
import KubernetesModel
import RolloutView

/// Objects as an API server would send them.
enum Fixtures {
    static let now = Timestamp(seconds: 1_767_225_600)

    static func ago(_ seconds: Int) -> JSONValue {
        .string(now.advanced(by: .seconds(-seconds)).rfc3339)
    }

    /// A Rollout `shop/checkout` made ten minutes ago.
    static func rollout(strategy: JSONValue, status: JSONValue, replicas: Int = 4) -> KubernetesObject {
        KubernetesObject([
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout",
            "metadata": [
                "name": "checkout", "namespace": "shop", "uid": "ro", "generation": 3, "creationTimestamp": ago(605),
                "managedFields": [[:]],
            ],
            "spec": [
                "replicas": .int(replicas), "strategy": strategy,
                "template": ["spec": ["containers": [["name": "web", "image": "web:2"]]]],
            ],
            "status": status,
        ])
    }

    /// A ReplicaSet that has all the pods it asks for.
    static func replicaSet(
        _ hash: String, revision: Int, image: String, replicas: Int, age: Int = 600, deadline: Int? = nil
    ) -> KubernetesObject {
        var document: JSONValue = [
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": .string("checkout-\(hash)"), "namespace": "shop", "uid": .string("rs-\(hash)"),
                "generation": 1, "creationTimestamp": ago(age),
                "labels": ["app": "checkout", "rollouts-pod-template-hash": .string(hash)],
                "annotations": ["rollout.argoproj.io/revision": .string("\(revision)")],
                "ownerReferences": [
                    [
                        "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "checkout", "uid": "ro",
                        "controller": true,
                    ]
                ],
            ],
            "spec": [
                "replicas": .int(replicas),
                "template": ["spec": ["containers": [["name": "web", "image": .string(image)]]]],
            ],
            "status": [
                "observedGeneration": 1, "replicas": .int(replicas), "readyReplicas": .int(replicas),
                "availableReplicas": .int(replicas),
            ],
        ]
        if let deadline {
            document.set(
                .string(now.advanced(by: .seconds(deadline)).rfc3339), at: "metadata", "annotations",
                "scale-down-deadline")
        }
        return KubernetesObject(document)
    }

    /// A pod; running and ready unless `status` says otherwise.
    static func pod(_ hash: String, _ suffix: String, age: Int = 600, status: JSONValue? = nil) -> KubernetesObject {
        KubernetesObject([
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string("checkout-\(hash)-\(suffix)"), "namespace": "shop", "creationTimestamp": ago(age),
                "ownerReferences": [
                    [
                        "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": .string("checkout-\(hash)"),
                        "uid": .string("rs-\(hash)"), "controller": true,
                    ]
                ],
            ],
            "spec": ["nodeName": "node-1", "containers": [["name": "web"]]],
            "status": status ?? [
                "phase": "Running", "podIP": "10.244.1.7",
                "containerStatuses": [["name": "web", "ready": true, "state": ["running": [:]]]],
            ],
        ])
    }

    static let crashed: JSONValue = [
        "phase": "Running", "podIP": "10.244.1.8",
        "containerStatuses": [
            [
                "name": "web", "ready": false, "restartCount": 3,
                "state": ["waiting": ["reason": "CrashLoopBackOff"]],
            ]
        ],
    ]

    static let canarySteps: JSONValue = [
        ["setWeight": 20], ["pause": [:]], ["setWeight": 50], ["pause": ["duration": 10]],
    ]

    static let routedCanary: JSONValue = [
        "canary": ["steps": canarySteps, "trafficRouting": ["alb": ["ingress": "web", "servicePort": 80]]]
    ]

    /// A canary that waits for a person at a fifth of the traffic.
    static var pausedCanary: RolloutFamily {
        let status: JSONValue = [
            "phase": "Paused", "message": "CanaryPauseStep", "observedGeneration": "3", "currentStepIndex": 1,
            "stableRS": "5f7c", "currentPodHash": "6b9d", "replicas": 5, "updatedReplicas": 1, "readyReplicas": 4,
            "availableReplicas": 4, "controllerPause": true,
            "pauseConditions": [["reason": "CanaryPauseStep", "startTime": ago(45)]],
            "canary": ["weights": ["canary": ["weight": 20], "stable": ["weight": 80], "verified": true]],
        ]
        return RolloutFamily(
            rollout(strategy: routedCanary, status: status),
            replicaSets: [
                replicaSet("5f7c", revision: 1, image: "web:1", replicas: 4),
                replicaSet("6b9d", revision: 2, image: "web:2", replicas: 1, age: 90),
                replicaSet("4a4a", revision: 0, image: "web:0", replicas: 0, age: 500, deadline: -5),
            ],
            pods: [
                pod("6b9d", "x7x7x", age: 88, status: crashed), pod("5f7c", "bbbbb"), pod("5f7c", "aaaaa", age: 598),
                pod("other", "zzzzz"),
            ])
    }

    /// A blue-green update that was just promoted.
    static var promotedBlueGreen: RolloutFamily {
        let status: JSONValue = [
            "phase": "Healthy", "observedGeneration": "3", "stableRS": "6b9d", "currentPodHash": "6b9d", "replicas": 4,
            "updatedReplicas": 2, "readyReplicas": 4, "availableReplicas": 4,
            "blueGreen": ["activeSelector": "6b9d", "previewSelector": "6b9d"],
        ]
        return RolloutFamily(
            rollout(strategy: ["blueGreen": ["activeService": "web"]], status: status, replicas: 2),
            replicaSets: [
                replicaSet("6b9d", revision: 7, image: "web:2", replicas: 2, age: 90),
                replicaSet("5f7c", revision: 6, image: "web:1", replicas: 2, age: 86_400 * 3, deadline: 27),
            ],
            pods: [pod("6b9d", "aaaaa", age: 88), pod("5f7c", "bbbbb", age: 86_400 * 3 - 50)])
    }

    /// An update of one Rollout.
    static var forecast: UpdateForecast {
        var forecast = UpdateForecast(basis: "the cluster's Rollout shop/checkout")
        forecast.assumptions = ["pods become ready at once", "nobody changes anything"]
        forecast.entries = [
            .init(at: .milliseconds(7), text: "create ReplicaSet shop/checkout-6b9d"),
            .init(at: .milliseconds(12_345), text: "weigh Ingress shop/web canary=20 stable=80"),
            .init(at: .seconds(1_234), text: "Rollout shop/checkout Healthy"),
        ]
        forecast.pods.before = 4
        forecast.pods.most = 6
        forecast.pods.after = 4
        forecast.changes = [.init("ModifyRule", 2), .init("RegisterTargets", 1)]
        forecast.reads = 41
        forecast.consents = 1
        forecast.untilHealthy = .seconds(1_234)
        forecast.untilRest = .seconds(1_270)
        forecast.end = "Rollout shop/checkout Healthy"
        forecast.violations = ["a routed target group was empty"]
        return forecast
    }

    /// Half of the requests go over to 2.0, and for three seconds a tenth of them finds nobody.
    static var timeline: RolloutTimeline {
        var timeline = RolloutTimeline(
            title: "Rollout shop/<checkout>", versions: ["checkout:1.0", "checkout:2.0"], length: .seconds(90))
        timeline.moments = [
            .init(at: .zero, shares: [1, 0], failing: 0, pods: [4, 0], ready: [4, 0]),
            .init(at: .seconds(20), shares: [0.4, 0.5], failing: 0.1, pods: [4, 2], ready: [4, 2]),
            .init(at: .seconds(23), shares: [0.5, 0.5], failing: 0, pods: [2, 2], ready: [2, 2]),
        ]
        timeline.marks = [
            .init(at: .seconds(1), text: "Progressing step 0/2"),
            .init(at: .seconds(20), text: "a routed target group was empty", isBad: true),
        ]
        return timeline
    }
}
