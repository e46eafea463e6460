import JSON

extension Stories {
    /// Steps, weights and numbers of pods with an ALB.
    static let canary: [Story] = [
        Story(
            "canary/pause of seconds only", .canary, [.steps([["setWeight": 50], ["pause": ["duration": "4s"]]])],
            [.image(2), .until(.settled(2))]),
        Story(
            "canary/pause first", .canary, [.steps([["pause": [:]], ["setWeight": 50]])],
            [.image(2), .until(.paused), .wait(10), .resume, .until(.settled(2))]),
        Story(
            "canary/pause of nothing", .canary, [.steps([["setWeight": 20], ["pause": ["duration": 0]]])],
            [.image(2), .until(.settled(2))]),
        Story(
            "canary/weights only", .canary, [.steps([["setWeight": 20], ["setWeight": 40], ["setWeight": 80]])],
            [.image(2), .until(.settled(2))]),
        Story(
            "canary/weight falls again", .canary,
            [.steps([["setWeight": 60], ["setWeight": 20], ["pause": ["duration": 2]]])],
            [.image(2), .until(.settled(2))]),
        Story(
            "canary/weight of nothing", .canary, [.steps([["setWeight": 0], ["pause": ["duration": 2]]])],
            [.image(2), .until(.settled(2))]),
        Story(
            "canary/weight of everything", .canary, [.steps([["setWeight": 100], ["pause": [:]]])],
            [.image(2), .until(.paused), .wait(10), .resume, .until(.settled(2))]),
        Story("canary/without steps", .canary, [.steps([])], [.image(2), .until(.settled(2))]),
        Story(
            "canary/one pod", .canary, [.replicas(1)],
            [.image(2), .until(.step(3)), .wait(5), .resume, .until(.settled(2))]),
        Story(
            "canary/ten pods", .canary, [.replicas(10), .steps([["setWeight": 10], ["setWeight": 33]])],
            [.image(2), .until(.settled(2))]),
        Story("canary/no pods", .canary, [.replicas(0)], [.image(2), .wait(20)]),
        Story(
            "canary/scale by number", .canary,
            [.steps([["setCanaryScale": ["replicas": 3]], ["setWeight": 25], ["pause": [:]]])],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story(
            "canary/scale by share", .canary,
            [.steps([["setCanaryScale": ["weight": 50]], ["setWeight": 10], ["pause": [:]]])],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story(
            "canary/scale follows the weight again", .canary,
            [
                .steps([
                    ["setCanaryScale": ["replicas": 4]], ["setWeight": 25],
                    ["setCanaryScale": ["matchTrafficWeight": true]], ["pause": [:]],
                ])
            ],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story(
            "canary/scale and abort", .canary,
            [.steps([["setCanaryScale": ["replicas": 4]], ["setWeight": 25], ["pause": [:]]])],
            [.image(2), .until(.paused), .abort, .until(.degraded)]),
        Story(
            "canary/at least two pods", .canary, [.canary("minPodsPerReplicaSet", to: 2)],
            [.image(2), .until(.step(3)), .resume, .until(.settled(2))]),
        Story(
            "canary/dynamic stable", .canary, Story.Setting.dynamic,
            [.image(2), .until(.step(3)), .wait(15), .resume, .until(.settled(2))]),
        Story(
            "canary/dynamic stable with at least two", .canary,
            Story.Setting.dynamic + [.canary("minPodsPerReplicaSet", to: 2)],
            [.image(2), .until(.step(3)), .wait(15), .resume, .until(.settled(2))]),
        Story(
            "canary/dynamic stable, aborted", .canary, Story.Setting.dynamic,
            [.image(2), .until(.step(3)), .wait(15), .abort, .until(.degraded)]),
        Story(
            "canary/dynamic stable, aborted with a delay", .canary,
            Story.Setting.dynamic + [.canary("abortScaleDownDelaySeconds", to: 10)],
            [.image(2), .until(.step(3)), .wait(15), .abort, .until(.degraded)]),
        Story(
            "canary/dynamic stable, taken back", .canary, Story.Setting.dynamic,
            [.image(2), .until(.step(3)), .wait(15), .image(1), .until(.settled(1))]),
        Story(
            "canary/dynamic stable, promoted in full", .canary, Story.Setting.dynamic,
            [.image(2), .until(.step(1)), .promoteFull, .until(.settled(2))]),
        Story(
            "canary/threshold of a share", .canary,
            [.canary("replicaProgressThreshold", to: ["type": "Percent", "value": 50]), .replicas(6)],
            [.image(2), .until(.step(3)), .resume, .until(.settled(2))]),
        Story(
            "canary/threshold of pods", .canary,
            [.canary("replicaProgressThreshold", to: ["type": "Pods", "value": 1]), .replicas(6)],
            [.image(2), .until(.step(3)), .resume, .until(.settled(2))]),
        Story(
            "canary/long delay before the old pods go", .canary, [.canary("scaleDownDelaySeconds", to: 40)],
            [.image(2), .until(.step(3)), .resume, .until(.settled(2))]),
        Story(
            "canary/no delay before the old pods go", .canary, [.canary("scaleDownDelaySeconds", to: 0)],
            [.image(2), .until(.step(3)), .resume, .until(.settled(2))]),
        Story(
            "canary/one old version may wait", .canary,
            [
                .canary("scaleDownDelaySeconds", to: 100), .canary("scaleDownDelayRevisionLimit", to: 1),
                .steps([["setWeight": 50]]),
            ],
            [.image(2), .until(.stable(2)), .wait(20), .image(3), .until(.stable(3)), .wait(20)]),
        Story(
            "canary/no old version may wait", .canary,
            [
                .canary("scaleDownDelaySeconds", to: 100), .canary("scaleDownDelayRevisionLimit", to: 0),
                .steps([["setWeight": 50]]),
            ],
            [.image(2), .until(.settled(2))]),
        Story(
            "canary/two Ingresses", .twoIngresses, [],
            [.image(2), .until(.step(3)), .resume, .until(.settled(2))]),
        Story("canary/two Ingresses, aborted", .twoIngresses, [], [.image(2), .until(.step(3)), .abort]),
        Story("canary/sticky", .canary, [.sticky], [.image(2), .until(.step(3)), .resume, .until(.settled(2))]),
        Story("canary/sticky, aborted", .canary, [.sticky], [.image(2), .until(.step(3)), .wait(8), .abort]),
        Story(
            "canary/other prefix", .canary, [.alb("annotationPrefix", to: "example.com")],
            [.image(2), .until(.step(3)), .resume, .until(.stable(2))]),
        Story(
            "canary/history of one", .canary, [.spec("revisionHistoryLimit", to: 1), .steps([["setWeight": 50]])],
            [.image(2), .until(.settled(2)), .image(3), .until(.settled(3)), .image(4), .until(.settled(4))]),
        Story(
            "canary/history of none", .canary, [.spec("revisionHistoryLimit", to: 0), .steps([["setWeight": 50]])],
            [.image(2), .until(.settled(2)), .image(3), .until(.settled(3))]),
        Story(
            "canary/pods must stay ready for a while", .canary, [.spec("minReadySeconds", to: 5)],
            [.image(2), .until(.step(3)), .resume, .until(.settled(2))]),
    ]
}
