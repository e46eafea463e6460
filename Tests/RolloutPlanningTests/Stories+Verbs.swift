import JSON

extension Stories {
    private static let oneStep: Story.Setting = .steps([["setWeight": 50], ["pause": [:]]])

    /// What people do to a canary with an ALB while it goes on.
    static let canaryVerbs: [Story] = [
        Story("verbs/abort at the first weight", [.image(2), .until(.step(1)), .abort]),
        Story("verbs/abort before the first pod", [.image(2), .wait(1), .abort]),
        Story(
            "verbs/abort in the last step", .canary, [.steps([["setWeight": 100], ["pause": [:]]])],
            [.image(2), .until(.paused), .abort]),
        Story(
            "verbs/abort and keep the canary", .canary, [.canary("abortScaleDownDelaySeconds", to: 0)],
            [.image(2), .until(.step(3)), .abort]),
        Story(
            "verbs/abort with a short delay", .canary, [.canary("abortScaleDownDelaySeconds", to: 3)],
            [.image(2), .until(.step(3)), .abort]),
        Story(
            "verbs/abort and retry at once",
            [.image(2), .until(.step(3)), .abort, .wait(1), .retry, .until(.step(3))]),
        Story(
            "verbs/abort, rest and retry", .canary, [.canary("abortScaleDownDelaySeconds", to: 3)],
            [.image(2), .until(.step(3)), .abort, .wait(40), .retry, .until(.step(3)), .resume, .until(.settled(2))]),
        Story(
            "verbs/abort and go back", [.image(2), .until(.step(3)), .abort, .wait(10), .image(1), .until(.settled(1))]),
        Story(
            "verbs/abort and go on to another version",
            [
                .image(2), .until(.step(3)), .abort, .wait(10), .image(3), .wait(2), .until(.step(3)), .resume,
                .until(.settled(3)),
            ]),
        Story("verbs/abort without an update", [.abort, .wait(5)]),
        Story("verbs/retry without an abort", [.image(2), .until(.step(3)), .retry, .wait(5)]),
        Story(
            "verbs/promote in full at the first pause",
            [.image(2), .until(.step(1)), .promoteFull, .until(.settled(2))]),
        Story("verbs/promote in full at once", [.image(2), .wait(1), .promoteFull, .until(.settled(2))]),
        Story("verbs/promote in full without an update", [.promoteFull, .wait(5)]),
        Story(
            "verbs/promote in full after an abort",
            [.image(2), .until(.step(3)), .abort, .wait(10), .promoteFull, .until(.settled(2))]),
        Story(
            "verbs/skip a step", [.image(2), .until(.step(1)), .skip(to: 3), .wait(10), .resume, .until(.settled(2))]),
        Story("verbs/skip all steps", [.image(2), .until(.step(1)), .skip(to: 4), .until(.settled(2))]),
        Story(
            "verbs/resume a pause of seconds early", .canary,
            [.steps([["setWeight": 50], ["pause": ["duration": "1h"]]])],
            [.image(2), .until(.paused), .wait(5), .resume, .until(.settled(2))]),
        Story("verbs/pause in the middle", [.image(2), .wait(3), .pause, .wait(30), .unpause, .until(.step(3))]),
        Story("verbs/pause before the update", [.pause, .image(2), .wait(20), .unpause, .until(.step(3))]),
        Story(
            "verbs/pause during a pause",
            [
                .image(2), .until(.step(3)), .pause, .wait(10), .resume, .wait(10), .unpause,
                .until(.settled(2)),
            ]),
        Story(
            "verbs/pause after an abort", [.image(2), .until(.step(3)), .abort, .wait(2), .pause, .wait(10), .unpause]),
        Story("verbs/scale up at rest", [.scale(7), .wait(10)]),
        Story("verbs/scale down at rest", [.scale(2), .wait(10)]),
        Story(
            "verbs/scale up in an update",
            [.image(2), .until(.step(3)), .scale(8), .wait(20), .resume, .until(.settled(2))]),
        Story(
            "verbs/scale down in an update",
            [.image(2), .until(.step(3)), .scale(2), .wait(30), .resume, .until(.settled(2))]),
        Story("verbs/scale after an abort", [.image(2), .until(.step(3)), .abort, .wait(5), .scale(6)]),
        Story("verbs/scale to nothing and back", [.scale(0), .wait(20), .scale(3), .wait(20)]),
        Story(
            "verbs/another version at the first step",
            [.image(2), .until(.step(1)), .image(3), .wait(2), .until(.step(3)), .resume, .until(.settled(3))]),
        Story(
            "verbs/another version twice",
            [
                .image(2), .until(.step(3)), .image(3), .wait(4), .image(4),
                .until(.step(3)), .resume, .until(.settled(4)),
            ]),
        Story("verbs/back to stable at the first step", [.image(2), .until(.step(1)), .image(1), .until(.settled(1))]),
        Story("verbs/back and forth", [.image(2), .until(.step(3)), .image(1), .wait(3), .image(2), .until(.step(3))]),
        Story(
            "verbs/roll back after the promotion", .canary, [oneStep],
            [
                .image(2), .until(.paused), .resume, .until(.settled(2)), .image(1), .until(.paused), .resume,
                .until(.settled(1)),
            ]),
        Story(
            "verbs/roll back within the window", .canary, [oneStep, .spec("rollbackWindow", to: ["revisions": 2])],
            [.image(2), .until(.paused), .resume, .until(.settled(2)), .image(1), .until(.settled(1))]),
        Story(
            "verbs/roll back within the window while the old pods live", .canary,
            [oneStep, .spec("rollbackWindow", to: ["revisions": 2]), .canary("scaleDownDelaySeconds", to: 60)],
            [
                .image(2), .until(.paused), .resume, .until(.stable(2)), .wait(10), .image(1),
                .until(.settled(1), within: 200),
            ]),
        Story(
            "verbs/roll back beyond the window", .canary,
            [oneStep, .spec("rollbackWindow", to: ["revisions": 1])],
            [
                .image(2), .until(.paused), .resume, .until(.settled(2)), .image(3), .until(.paused), .resume,
                .until(.settled(3)), .image(1), .until(.paused),
            ]),
        Story(
            "verbs/steps change in an update",
            [
                .image(2), .until(.step(3)), .strategy(canary: ["steps": [["setWeight": 75], ["pause": [:]]]]),
                .until(.step(1)), .resume, .until(.settled(2)),
            ]),
        Story("verbs/steps change at rest", [.strategy(canary: ["steps": [["setWeight": 75]]]), .wait(5)]),
        Story(
            "verbs/steps are taken away in an update",
            [.image(2), .until(.step(3)), .strategy(canary: ["steps": nil]), .until(.settled(2))]),
        Story("verbs/annotation of the Rollout", [.patch(["metadata": ["annotations": ["team": "shop"]]]), .wait(5)]),
        Story("verbs/minReadySeconds changes", [.patch(["spec": ["minReadySeconds": 3]]), .wait(5)]),
        Story("verbs/restart at rest", [.restart, .wait(120)]),
        Story(
            "verbs/restart in an update",
            [.image(2), .until(.step(3)), .restart, .wait(120), .resume, .until(.settled(2))]),
        Story("verbs/restart in the future", [.patch(["spec": ["restartAt": "2026-01-01T00:01:10Z"]]), .wait(150)]),
    ]
}

extension Story {
    fileprivate init(_ name: String, _ acts: [Act]) { self.init(name, .canary, [], acts) }
}
