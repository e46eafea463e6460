import JSON

extension Stories {
    private static let waits: Story.Setting = .blueGreen("autoPromotionEnabled", to: false)

    /// Two full versions and one switch.
    static let blueGreen: [Story] = [
        Story("blue-green/to the end", [], [.image(2), .until(.settled(2))]),
        Story(
            "blue-green/promoted by a person", [waits],
            [.image(2), .until(.paused), .wait(5), .resume, .until(.settled(2))]),
        Story(
            "blue-green/promoted by time", [.blueGreen("autoPromotionSeconds", to: 10)],
            [.image(2), .until(.settled(2))]),
        Story(
            "blue-green/promoted before the time", [.blueGreen("autoPromotionSeconds", to: 1000)],
            [.image(2), .until(.paused), .wait(5), .resume, .until(.settled(2))]),
        Story("blue-green/promoted in full", [waits], [.image(2), .until(.paused), .promoteFull, .until(.settled(2))]),
        Story(
            "blue-green/promoted in full at once", [waits], [.image(2), .wait(1), .promoteFull, .until(.settled(2))]),
        Story("blue-green/without preview", [.blueGreen("previewService", to: nil)], [.image(2), .until(.settled(2))]),
        Story(
            "blue-green/small preview", [waits, .blueGreen("previewReplicaCount", to: 1)],
            [.image(2), .until(.paused), .wait(5), .resume, .until(.settled(2))]),
        Story(
            "blue-green/small preview, promoted in full", [waits, .blueGreen("previewReplicaCount", to: 1)],
            [.image(2), .until(.paused), .promoteFull, .until(.settled(2))]),
        Story(
            "blue-green/small preview, promoted by itself", [.blueGreen("previewReplicaCount", to: 2)],
            [.image(2), .until(.settled(2))]),
        Story("blue-green/abort before the switch", [waits], [.image(2), .until(.paused), .abort]),
        Story(
            "blue-green/abort and keep the preview", [waits, .blueGreen("abortScaleDownDelaySeconds", to: 0)],
            [.image(2), .until(.paused), .abort]),
        Story(
            "blue-green/abort and retry", [waits],
            [.image(2), .until(.paused), .abort, .wait(20), .retry, .until(.paused), .resume, .until(.settled(2))]),
        Story(
            "blue-green/abort and go back", [waits],
            [.image(2), .until(.paused), .abort, .wait(5), .image(1), .until(.settled(1))]),
        Story(
            "blue-green/back before the switch", [waits], [.image(2), .until(.paused), .image(1), .until(.settled(1))]),
        Story(
            "blue-green/back within the delay", [.blueGreen("scaleDownDelaySeconds", to: 60)],
            [.image(2), .until(.stable(2)), .wait(10), .image(1), .until(.settled(1), within: 200)]),
        Story(
            "blue-green/back right after the switch", [waits],
            [.image(2), .until(.paused), .resume, .until(.stable(2)), .image(1), .until(.settled(1))]),
        Story(
            "blue-green/back after the delay", [waits],
            [
                .image(2), .until(.paused), .resume, .until(.settled(2)), .image(1), .until(.paused), .resume,
                .until(.settled(1)),
            ]),
        Story(
            "blue-green/another version before the switch", [waits],
            [.image(2), .until(.paused), .image(3), .wait(15), .resume, .until(.settled(3))]),
        Story(
            "blue-green/two old versions wait", [.blueGreen("scaleDownDelaySeconds", to: 100)],
            [.image(2), .until(.stable(2)), .wait(10), .image(3), .until(.stable(3)), .wait(20)]),
        Story(
            "blue-green/one old version may wait",
            [.blueGreen("scaleDownDelaySeconds", to: 100), .blueGreen("scaleDownDelayRevisionLimit", to: 1)],
            [.image(2), .until(.stable(2)), .wait(10), .image(3), .until(.stable(3)), .wait(20)]),
        Story("blue-green/scale up before the switch", [waits], [.image(2), .until(.paused), .scale(6), .wait(10)]),
        Story("blue-green/scale down before the switch", [waits], [.image(2), .until(.paused), .scale(2), .wait(10)]),
        Story("blue-green/scale at rest", [], [.scale(6), .wait(10), .scale(3), .wait(10)]),
        Story(
            "blue-green/pause before the switch", [],
            [.image(2), .wait(1), .pause, .wait(30), .unpause, .until(.settled(2))]),
        Story(
            "blue-green/broken version", [.spec("progressDeadlineSeconds", to: 20)],
            [.broken(2, true), .image(2), .until(.degraded), .wait(10), .image(1), .until(.settled(1))]),
        Story(
            "blue-green/broken version, given up",
            [.spec("progressDeadlineSeconds", to: 20), .spec("progressDeadlineAbort", to: true)],
            [.broken(2, true), .image(2), .until(.degraded)]),
        Story("blue-green/restart", [], [.restart, .wait(150)]),
        Story(
            "blue-green/history of one", [.spec("revisionHistoryLimit", to: 1)],
            [.image(2), .until(.settled(2)), .image(3), .until(.settled(3)), .image(4), .until(.settled(4))]),
        Story(
            "blue-green/AWS cannot be read", [],
            [.image(2), .wait(4), .throttled(true), .wait(60), .throttled(false), .until(.settled(2))]),
        Story(
            "blue-green/abort after the switch", [],
            [
                .change("slow health checks") { $0.balancer.checkTime = .seconds(15) }, .image(2),
                .until(.message("waiting for post-promotion verification to complete")), .abort,
            ]),
    ]
}

extension Story {
    fileprivate init(_ name: String, _ settings: [Setting], _ acts: [Act]) {
        self.init(name, .blueGreen, settings, acts)
    }
}
