import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning

/// The manifests of the scenarios.
enum Shop {
    /// A cluster with two services, Ingresses and a Rollout of four pods.
    static func cluster(
        steps: JSONValue = [["setWeight": 25], ["pause": ["duration": 3]], ["setWeight": 50], ["pause": [:]]],
        ingresses: [String] = ["web"], settings: RolloutSettings = RolloutSettings(settleTime: .seconds(2)),
        edit: (inout JSONValue) -> Void = { _ in }
    ) -> FakeCluster {
        var cluster = FakeCluster(settings: settings)
        for name in ["web-canary", "web-stable", "web-root"] { cluster.apply(.service, service(name)) }
        for name in ingresses { cluster.apply(.ingress, ingress(name)) }
        var rollout = rollout(steps: steps)
        if ingresses.count > 1 {
            rollout.set(nil, at: "spec", "strategy", "canary", "trafficRouting", "alb", "ingress")
            rollout.set(
                .strings(ingresses), at: "spec", "strategy", "canary", "trafficRouting", "alb", "ingresses")
        }
        edit(&rollout)
        cluster.apply(.rollout, rollout)
        return cluster
    }

    /// The same, already healthy at its first version.
    static func healthy(
        steps: JSONValue = [["setWeight": 25], ["pause": ["duration": 3]], ["setWeight": 50], ["pause": [:]]],
        ingresses: [String] = ["web"], settings: RolloutSettings = RolloutSettings(settleTime: .seconds(2)),
        edit: (inout JSONValue) -> Void = { _ in }
    ) -> FakeCluster {
        var cluster = cluster(steps: steps, ingresses: ingresses, settings: settings, edit: edit)
        cluster.run(for: .seconds(30))
        return cluster
    }

    /// A blue-green Rollout of four pods behind one Ingress, and another Ingress for its preview, both healthy.
    static func blueGreen(_ strategy: JSONValue = [:], previewIngress: Bool = true) -> FakeCluster {
        var cluster = blueGreenCluster(previewIngress: previewIngress) { rollout in
            for (key, value) in strategy.objectValue ?? [:] {
                rollout.set(value, at: "spec", "strategy", "blueGreen", key)
            }
        }
        cluster.run(for: .seconds(30))
        return cluster
    }

    /// The same, before anything happened.
    static func blueGreenCluster(previewIngress: Bool = true, edit: (inout JSONValue) -> Void) -> FakeCluster {
        var cluster = FakeCluster(settings: RolloutSettings(settleTime: .seconds(2)))
        cluster.balancer.keepsFormerTargets = true
        for name in ["web-active", "web-preview"] { cluster.apply(.service, service(name)) }
        for (name, service) in [("web", "web-active"), ("preview", "web-preview")] {
            if name == "preview", !previewIngress { continue }
            cluster.apply(.ingress, ingress(name, backend: ["name": .string(service), "port": ["number": 80]]))
        }
        var rollout = rollout(steps: [])
        let settings: JSONValue = [
            "activeService": "web-active", "previewService": "web-preview", "scaleDownDelaySeconds": 5,
            "abortScaleDownDelaySeconds": 5,
        ]
        rollout.set(["blueGreen": settings], at: "spec", "strategy")
        edit(&rollout)
        cluster.apply(.rollout, rollout)
        return cluster
    }

    /// A Deployment of four pods behind the Ingress, and a Rollout that takes its pod template from it.
    static func workload(edit: (inout JSONValue) -> Void) -> FakeCluster {
        var cluster = cluster(edit: edit)
        let template: JSONValue = [
            "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "web", "image": "web:1"]]],
        ]
        let spec: JSONValue = ["replicas": 4, "selector": ["matchLabels": ["app": "web"]], "template": template]
        cluster.apply(
            .deployment, ["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"], "spec": spec])
        let owner: JSONValue = [
            "apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "uid-deployments-web",
            "controller": true,
        ]
        cluster.apply(
            .replicaSet,
            [
                "apiVersion": "apps/v1", "kind": "ReplicaSet",
                "metadata": ["name": "web-deployment", "labels": ["app": "web"], "ownerReferences": [owner]],
                "spec": spec,
            ])
        guard var ingress = cluster.object(.ingress, "web") else { return cluster }
        guard cluster.object(.rollout, "web")?.spec.at("strategy", "canary", "trafficRouting") != nil else {
            cluster.world.objects.remove(.ingress, ingress.key)
            return cluster
        }
        let all = ForwardActionText(
            destinations: [.init(serviceName: "web-stable", servicePort: 80, weight: 100)], stickinessSeconds: nil)
        ingress.document.set(
            .string(all.text), at: "metadata", "annotations", "alb.ingress.kubernetes.io/actions.web-root")
        cluster.store(ingress, .ingress)
        return cluster
    }

    static func service(_ name: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": .string(name)],
            "spec": ["selector": ["app": "web"], "ports": [["port": 80, "targetPort": 8080]]],
        ]
    }

    static func ingress(
        _ name: String, backend: JSONValue = ["name": "web-root", "port": ["name": "use-annotation"]]
    ) -> JSONValue {
        [
            "apiVersion": "networking.k8s.io/v1", "kind": "Ingress",
            "metadata": ["name": .string(name), "annotations": ["kubernetes.io/ingress.class": "alb"]],
            "spec": [
                "rules": [
                    [
                        "http": [
                            "paths": [
                                [
                                    "path": "/", "pathType": "Prefix",
                                    "backend": ["service": backend],
                                ]
                            ]
                        ]
                    ]
                ]
            ],
        ]
    }

    static func rollout(steps: JSONValue) -> JSONValue {
        [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "metadata": ["name": "web"],
            "spec": [
                "replicas": 4, "selector": ["matchLabels": ["app": "web"]],
                "template": [
                    "metadata": ["labels": ["app": "web"]],
                    "spec": ["containers": [["name": "web", "image": "web:1"]]],
                ],
                "strategy": [
                    "canary": [
                        "canaryService": "web-canary", "stableService": "web-stable",
                        "scaleDownDelaySeconds": 5,
                        "trafficRouting": [
                            "alb": ["ingress": "web", "rootService": "web-root", "servicePort": 80]
                        ],
                        "steps": steps,
                    ]
                ],
            ],
        ]
    }
}
