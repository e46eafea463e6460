import JSON
import KubernetesModel
import RolloutPlanning

extension Stories {
    private static let toTheEnd: [Act] = [.until(.step(3)), .resume, .until(.settled(2), within: 300)]

    /// What goes wrong around a canary with an ALB.
    static let faults: [Story] = [
        Story(
            "faults/broken version", [.spec("progressDeadlineSeconds", to: 30)],
            [.broken(2, true), .image(2), .until(.degraded)]),
        Story(
            "faults/broken version, given up",
            [.spec("progressDeadlineSeconds", to: 30), .spec("progressDeadlineAbort", to: true)],
            [.broken(2, true), .image(2), .until(.degraded)]),
        Story(
            "faults/broken version, repaired", [.spec("progressDeadlineSeconds", to: 30)],
            [.broken(2, true), .image(2), .until(.degraded), .broken(2, false), .until(.step(3))]),
        Story(
            "faults/broken version, replaced", [.spec("progressDeadlineSeconds", to: 30)],
            [.broken(2, true), .image(2), .until(.degraded), .image(3), .wait(2), .until(.step(3))]),
        Story(
            "faults/broken version, taken back", [.spec("progressDeadlineSeconds", to: 30)],
            [.broken(2, true), .image(2), .until(.degraded), .image(1), .until(.settled(1))]),
        Story(
            "faults/breaks in the middle", [.steps([["setWeight": 25], ["setWeight": 50], ["setWeight": 75]])],
            [.image(2), .until(.step(1)), .broken(2, true), .wait(30), .broken(2, false), .until(.settled(2))]),
        Story(
            "faults/AWS cannot be read at the start", [],
            [.throttled(true), .image(2), .wait(40), .throttled(false)] + toTheEnd),
        Story(
            "faults/AWS cannot be read in the middle", [],
            [.image(2), .until(.step(1)), .throttled(true), .wait(60), .throttled(false)] + toTheEnd),
        Story(
            "faults/AWS cannot be read at the promotion", [],
            [
                .image(2), .until(.step(3)), .resume, .wait(2), .throttled(true), .wait(60), .throttled(false),
                .until(.settled(2)),
            ]),
        Story(
            "faults/AWS cannot be read after an abort", [],
            [.image(2), .until(.step(3)), .throttled(true), .wait(15), .abort, .wait(60), .throttled(false)]),
        Story(
            "faults/the load balancer controller stops", [],
            [.image(2), .until(.step(1)), .stopped(true), .wait(60), .stopped(false)] + toTheEnd),
        Story(
            "faults/the load balancer controller stops before an abort", [],
            [.image(2), .until(.step(3)), .stopped(true), .abort, .wait(60), .stopped(false)]),
        Story(
            "faults/slow data plane", [],
            [
                .change("3 s of lag, settle time 5 s") { cluster in
                    cluster.balancer.lag = .seconds(3)
                    cluster.controller.settings.settleTime = .seconds(5)
                }, .image(2),
            ] + toTheEnd),
        Story(
            "faults/slow health checks", [],
            [.change("20 s") { $0.balancer.checkTime = .seconds(20) }, .image(2)] + toTheEnd),
        Story(
            "faults/long deregistration", [],
            [.change("30 s") { $0.balancer.drain = .seconds(30) }, .image(2)] + toTheEnd),
        Story("faults/killed before the ReplicaSet", [], [.killed(after: 0), .image(2)] + toTheEnd),
        Story("faults/killed in the middle", [], [.image(2), .until(.step(1)), .killed(after: 2)] + toTheEnd),
        Story(
            "faults/killed at the promotion", [],
            [.image(2), .until(.step(3)), .killed(after: 5), .resume, .until(.settled(2))]),
        Story(
            "faults/action edited by hand", [],
            [
                .image(2), .until(.step(3)),
                .change("the action annotation is emptied") { cluster in
                    guard var ingress = cluster.object(.ingress, "web") else { return }
                    ingress.document.set(
                        "{}", at: "metadata", "annotations", "alb.ingress.kubernetes.io/actions.web-root")
                    cluster.store(ingress, .ingress)
                },
            ]),
        Story(
            "faults/selector edited by hand", [],
            [
                .change("the stable Service selects everything") { cluster in
                    guard var service = cluster.object(.service, "web-stable") else { return }
                    service.document.set(["app": "web"], at: "spec", "selector")
                    cluster.store(service, .service)
                }, .wait(10),
            ]),
        Story(
            "faults/a pod of the canary dies", [],
            [
                .image(2), .until(.step(3)),
                .change("one canary pod is gone") { cluster in
                    cluster.loseOnePod(of: 2)
                },
            ]),
    ]
}

extension Story {
    fileprivate init(_ name: String, _ settings: [Setting], _ acts: [Act]) {
        self.init(name, .canary, settings, acts)
    }
}

extension FakeCluster {
    /// A node loses a pod that runs an image.
    mutating func loseOnePod(of version: Int) {
        let owners = replicaSets.filter { $0.image == "web:\(version)" }.map(\.uid)
        guard let pod = pods.pods.first(where: { owners.contains($0.owner) }) else { return }
        pods.lost.insert(pod.name)
    }
}
