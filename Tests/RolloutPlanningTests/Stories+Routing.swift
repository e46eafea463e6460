import JSON
import KubernetesModel
import RolloutModel
import RolloutPlanning

extension Stories {
    private static let toTheEnd: [Act] = [.until(.step(3)), .resume, .until(.settled(2), within: 300)]

    /// Two Services that take turns at being stable.
    static let pingPong: [Story] = [
        Story("ping-pong/to the end", .pingPong, [], [.image(2)] + toTheEnd),
        Story(
            "ping-pong/twice", .pingPong, [],
            [.image(2)] + toTheEnd + [.image(3), .until(.step(3)), .resume, .until(.settled(3), within: 300)]),
        Story("ping-pong/abort", .pingPong, [], [.image(2), .until(.step(3)), .abort, .until(.pods(4))]),
        Story(
            "ping-pong/abort and retry", .pingPong, [],
            [.image(2), .until(.step(3)), .abort, .until(.pods(4)), .retry] + toTheEnd),
        Story(
            "ping-pong/back to stable", .pingPong, [], [.image(2), .until(.step(3)), .image(1), .until(.settled(1))]),
        Story(
            "ping-pong/back after the promotion", .pingPong, [],
            [.image(2)] + toTheEnd + [.image(1), .until(.step(3)), .resume, .until(.settled(1), within: 300)]),
        Story(
            "ping-pong/another version", .pingPong, [],
            [.image(2), .until(.step(3)), .image(3), .wait(2), .until(.step(3)), .resume, .until(.settled(3))]),
        Story(
            "ping-pong/promoted in full", .pingPong, [],
            [.image(2), .until(.step(1)), .promoteFull, .until(.settled(2))]),
        Story("ping-pong/sticky", .pingPong, [.sticky], [.image(2)] + toTheEnd),
        Story("ping-pong/dynamic stable", .pingPong, Story.Setting.dynamic, [.image(2)] + toTheEnd),
        Story(
            "ping-pong/scale in an update", .pingPong, [],
            [.image(2), .until(.step(3)), .scale(6), .wait(20), .resume, .until(.settled(2), within: 300)]),
        Story("ping-pong/restart", .pingPong, [], [.restart, .wait(60)]),
        Story(
            "ping-pong/AWS cannot be read", .pingPong, [],
            [.image(2), .until(.step(1)), .throttled(true), .wait(40), .throttled(false)] + toTheEnd),
        Story(
            "ping-pong/killed at the promotion", .pingPong, [],
            [.image(2), .until(.step(3)), .resume, .killed(after: 3), .until(.settled(2), within: 300)]),
    ]

    private static func route(_ values: String...) -> JSONValue {
        [
            "setHeaderRoute": [
                "name": "beta",
                "match": .array(
                    values.map { ["headerName": "X-Beta", "headerValue": ["exact": .string($0)]] }),
            ]
        ]
    }

    private static let managed = Story.Setting.canary("trafficRouting", "managedRoutes", to: [["name": "beta"]])
    private static let routed: [Story.Setting] = [
        managed,
        .steps([["setCanaryScale": ["replicas": 1]], route("yes"), ["pause": [:]], ["setWeight": 50], ["pause": [:]]]),
    ]

    /// Requests with a header go to the new version.
    static let headerRoutes: [Story] = [
        Story(
            "header-routes/to the end", .canary, routed,
            [.image(2), .until(.step(2)), .resume, .until(.step(4)), .resume, .until(.settled(2), within: 300)]),
        Story(
            "header-routes/taken away by a step", .canary,
            [
                managed,
                .steps([
                    ["setWeight": 25], route("a", "b"), ["pause": ["duration": 3]], route(), ["pause": [:]],
                ]),
            ], [.image(2), .until(.step(4)), .resume, .until(.settled(2), within: 300)]),
        Story("header-routes/abort", .canary, routed, [.image(2), .until(.step(2)), .abort, .until(.pods(4))]),
        Story(
            "header-routes/another version", .canary, routed,
            [.image(2), .until(.step(2)), .image(3), .wait(2), .until(.step(2)), .promoteFull, .until(.settled(3))]),
        Story(
            "header-routes/back to stable", .canary, routed,
            [.image(2), .until(.step(2)), .image(1), .until(.settled(1))]),
        Story(
            "header-routes/promoted in full", .twoIngresses, routed,
            [.image(2), .until(.step(2)), .promoteFull, .until(.settled(2))]),
        Story(
            "header-routes/with ping-pong", .pingPong, routed,
            [.image(2), .until(.step(2)), .resume, .until(.step(4)), .resume, .until(.settled(2), within: 300)]),
        Story(
            "header-routes/with sticky sessions", .canary, routed + [.sticky],
            [.image(2), .until(.step(2)), .resume, .until(.step(4)), .resume, .until(.settled(2), within: 300)]),
    ]

    private static func live(_ text: String, _ change: @escaping @Sendable (inout JSONValue) -> Void) -> Act {
        .change(text) { cluster in
            cluster.idleServices.formUnion(["web-stable", "web-ping", "web-pong"])
            for name in ["web-ping", "web-pong"] where cluster.object(.service, name) == nil {
                cluster.apply(.service, Shop.service(name))
            }
            cluster.edit(.rollout, "web", change)
        }
    }

    private static let intoPingPong = live("into ping-pong") { Shop.enterPingPong(&$0) }
    private static let outOfPingPong = live("out of ping-pong") { rollout in
        rollout.set(nil, at: "spec", "strategy", "canary", "pingPong")
        rollout.set("web-canary", at: "spec", "strategy", "canary", "canaryService")
        rollout.set("web-stable", at: "spec", "strategy", "canary", "stableService")
    }

    /// Another way of routing for a Rollout with traffic.
    static let liveRouting: [Story] = [
        Story("live/into ping-pong", .canary, [], [intoPingPong, .wait(30), .image(2)] + toTheEnd),
        Story(
            "live/into ping-pong in an update", .canary, [],
            [.image(2), .until(.step(3)), intoPingPong, .wait(30), .resume, .until(.settled(2), within: 300)]),
        Story("live/out of ping-pong", .pingPong, [], [outOfPingPong, .wait(30), .image(2)] + toTheEnd),
        Story(
            "live/out of ping-pong in an update", .pingPong, [],
            [.image(2), .until(.step(3)), outOfPingPong, .wait(30), .resume, .until(.settled(2), within: 300)]),
        Story(
            "live/other port", .canary, [],
            [
                live("servicePort 8080") {
                    $0.set(8080, at: "spec", "strategy", "canary", "trafficRouting", "alb", "servicePort")
                }, .wait(30), .image(2),
            ] + toTheEnd),
        Story(
            "live/deleted and orphaned in an update", .canary, [],
            [.image(2), .until(.step(3)), .change("delete") { $0.deleteRollout(orphans: true) }, .wait(30)]),
        Story(
            "live/deleted while held", .canary,
            [Story.Setting(path: ["metadata", "finalizers"], value: [.string(RolloutKeys.holdFinalizer)])],
            [.change("delete") { $0.deleteRollout() }, .wait(30)]),
    ]
}
