import JSON

extension Stories {
    private static func bounds(_ surge: JSONValue, _ unavailable: JSONValue) -> [Story.Setting] {
        [.canary("maxSurge", to: surge), .canary("maxUnavailable", to: unavailable)]
    }

    private static let toTheEnd: [Act] = [.image(2), .until(.step(3)), .resume, .until(.settled(2))]

    /// Canaries whose share of the traffic is their share of the pods.
    static let basic: [Story] = [
        Story("basic/to the end", .basic, [], toTheEnd),
        Story("basic/surge of one", .basic, bounds(1, 0), toTheEnd),
        Story("basic/no surge", .basic, bounds(0, 1), toTheEnd),
        Story("basic/surge of everything", .basic, bounds("100%", 0), toTheEnd),
        Story("basic/half may be missing", .basic, bounds(0, "50%"), toTheEnd),
        Story("basic/one pod with surge", .basic, bounds(1, 0) + [.replicas(1)], toTheEnd),
        Story(
            "basic/ten pods", .basic, [.replicas(10), .steps([["setWeight": 10], ["setWeight": 45]])],
            [.image(2), .until(.settled(2))]),
        Story(
            "basic/three pods at a half", .basic, [.replicas(3), .steps([["setWeight": 50], ["pause": [:]]])],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story("basic/without steps", .basic, [.steps([])], [.image(2), .until(.settled(2))]),
        Story("basic/no pods", .basic, [.replicas(0)], [.image(2), .wait(20)]),
        Story("basic/abort", .basic, [], [.image(2), .until(.step(3)), .abort]),
        Story(
            "basic/abort and retry", .basic, [],
            [.image(2), .until(.step(3)), .abort, .wait(20), .retry, .until(.step(3)), .resume, .until(.settled(2))]),
        Story(
            "basic/abort and go back", .basic, [],
            [.image(2), .until(.step(3)), .abort, .wait(10), .image(1), .until(.settled(1))]),
        Story("basic/back to stable", .basic, [], [.image(2), .until(.step(3)), .image(1), .until(.settled(1))]),
        Story(
            "basic/another version", .basic, [],
            [.image(2), .until(.step(3)), .image(3), .wait(2), .until(.step(3)), .resume, .until(.settled(3))]),
        Story("basic/promote in full", .basic, [], [.image(2), .until(.step(1)), .promoteFull, .until(.settled(2))]),
        Story(
            "basic/pause in the middle", .basic, [],
            [.image(2), .wait(1), .pause, .wait(20), .unpause, .until(.step(3))]),
        Story("basic/scale up in an update", .basic, [], [.image(2), .until(.step(3)), .scale(8), .wait(20)]),
        Story("basic/scale down in an update", .basic, [], [.image(2), .until(.step(3)), .scale(2), .wait(20)]),
        Story("basic/scale at rest", .basic, [], [.scale(6), .wait(10), .scale(2), .wait(10)]),
        Story(
            "basic/broken version", .basic, [.spec("progressDeadlineSeconds", to: 20)],
            [.broken(2, true), .image(2), .until(.degraded), .wait(10), .image(1), .until(.settled(1))]),
        Story(
            "basic/broken version without steps", .basic,
            bounds(1, 0) + [.steps([]), .spec("progressDeadlineSeconds", to: 20)],
            [.broken(2, true), .image(2), .until(.degraded), .wait(10), .image(1), .until(.settled(1))]),
        Story("basic/restart", .basic, [], [.restart, .wait(120)]),
        Story(
            "basic/without Services", .basic,
            [.canary("canaryService", to: nil), .canary("stableService", to: nil)], toTheEnd),
        Story(
            "basic/roll back within the window", .basic,
            [.spec("rollbackWindow", to: ["revisions": 2]), .steps([["setWeight": 50], ["pause": [:]]])],
            [.image(2), .until(.paused), .resume, .until(.settled(2)), .image(1), .until(.settled(1))]),
        Story(
            "basic/threshold of a share", .basic,
            [.canary("replicaProgressThreshold", to: ["type": "Percent", "value": 50]), .replicas(8)], toTheEnd),
    ]
}
