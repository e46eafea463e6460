import JSON
import KubernetesModel

extension Stories {
    private static func mode(_ mode: String) -> Story.Setting { .spec("workloadRef", "scaleDown", to: .string(mode)) }

    private static func deploy(_ version: Int) -> Act {
        .change("the Deployment gets web:\(version)") { cluster in
            guard var deployment = cluster.object(.deployment, "web") else { return }
            deployment.document.set(
                [["name": "web", "image": .string("web:\(version)")]], at: "spec", "template", "spec", "containers")
            deployment.document.set(.int(deployment.generation + 1), at: "metadata", "generation")
            cluster.store(deployment, .deployment)
        }
    }

    private static let unrouted: [Story.Setting] = [
        .canary("trafficRouting", to: nil), .canary("scaleDownDelaySeconds", to: nil),
    ]

    /// Pod templates that come from a Deployment.
    static let workload: [Story] = [
        Story("workload/the Deployment stays", .workload, [mode("never")], [.wait(60)]),
        Story("workload/no word about the Deployment", .workload, [], [.wait(60)]),
        Story("workload/the Deployment goes at success", .workload, [mode("onsuccess")], [.until(.pods(4))]),
        Story("workload/the Deployment goes pod by pod", .workload, [mode("progressively")], [.until(.pods(4))]),
        Story(
            "workload/pod by pod without traffic routing", .workload, unrouted + [mode("progressively")],
            [.until(.pods(4))]),
        Story(
            "workload/at success without traffic routing", .workload, unrouted + [mode("onsuccess")],
            [.until(.pods(4))]),
        Story(
            "workload/pod by pod to a smaller size", .workload, [mode("progressively"), .replicas(2)],
            [.until(.pods(2))]),
        Story(
            "workload/broken first version", .workload,
            [mode("progressively"), .spec("progressDeadlineSeconds", to: 20)],
            [.change("new pods never become ready") { $0.pods.startup = .seconds(10_000) }, .until(.degraded)]),
        Story(
            "workload/updated by the Deployment", .workload, [mode("onsuccess")],
            [.until(.settled(1)), deploy(2), .until(.step(3)), .wait(3), .resume, .until(.settled(2))]),
        Story(
            "workload/scaled elsewhere", .workload, [mode("onsuccess")],
            [
                .until(.settled(1)),
                .change("somebody scales the Deployment up") { cluster in
                    guard var deployment = cluster.object(.deployment, "web") else { return }
                    deployment.document.set(2, at: "spec", "replicas")
                    cluster.store(deployment, .deployment)
                }, .wait(10),
            ]),
    ]

    /// Changes of the strategy itself while the Rollout lives.
    static let strategy: [Story] = [
        Story(
            "strategy/traffic routing is added at rest", .basic, [],
            [
                .strategy(canary: [
                    "trafficRouting": [
                        "alb": ["ingress": "web", "rootService": "web-root", "servicePort": 80]
                    ]
                ]), .wait(20), .image(2),
                .until(.step(3)), .resume, .until(.settled(2)),
            ]),
        Story(
            "strategy/traffic routing is taken away at rest", .canary, [],
            [.strategy(canary: ["trafficRouting": nil, "scaleDownDelaySeconds": nil]), .wait(20)]),
        Story(
            "strategy/delay changes in an update", .canary, [],
            [
                .image(2), .until(.step(3)), .strategy(canary: ["scaleDownDelaySeconds": 20]), .resume,
                .until(.settled(2)),
            ]),
        Story(
            "strategy/dynamic stable is switched on in an update", .canary, [],
            [
                .image(2), .until(.step(3)),
                .strategy(canary: ["dynamicStableScale": true, "scaleDownDelaySeconds": nil]), .wait(20), .resume,
                .until(.settled(2)),
            ]),
        Story(
            "strategy/invalid and repaired in an update", .canary, [],
            [
                .image(2), .until(.step(3)), .strategy(canary: ["stableService": "nowhere"]), .wait(10),
                .strategy(canary: ["stableService": "web-stable"]), .wait(5), .resume, .until(.settled(2)),
            ]),
        Story(
            "strategy/another controller's Rollout", .canary, [],
            [
                .image(2), .until(.step(3)),
                .patch(["metadata": ["labels": ["argo-rollouts.argoproj.io/controller-instance-id": "other"]]]),
                .image(3), .wait(20),
            ]),
    ]
}
