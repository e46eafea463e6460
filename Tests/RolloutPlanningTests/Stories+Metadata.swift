import JSON

extension Stories {
    private static let roles: [Story.Setting] = [
        .canary("canaryMetadata", to: ["labels": ["role": "canary"], "annotations": ["note": "new"]]),
        .canary("stableMetadata", to: ["labels": ["role": "stable"]]),
    ]
    private static let colours: [Story.Setting] = [
        .blueGreen("previewMetadata", to: ["labels": ["role": "preview"]]),
        .blueGreen("activeMetadata", to: ["labels": ["role": "active"]]),
        .blueGreen("autoPromotionEnabled", to: false),
    ]
    private static let apart: Story.Setting = .canary(
        "antiAffinity", to: ["requiredDuringSchedulingIgnoredDuringExecution": [:]])
    private static let oneStep: Story.Setting = .steps([["setWeight": 50], ["pause": [:]]])

    /// What pods get because of the role of their version.
    static let metadata: [Story] = [
        Story(
            "metadata/canary to stable", .canary, roles + [oneStep, .replicas(2)],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story("metadata/aborted", .canary, roles + [oneStep, .replicas(2)], [.image(2), .until(.paused), .abort]),
        Story(
            "metadata/superseded", .canary, roles + [oneStep, .replicas(2)],
            [.image(2), .until(.paused), .image(3), .wait(2), .until(.paused)]),
        Story(
            "metadata/canary only", .canary, [roles[0], oneStep, .replicas(2)],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story(
            "metadata/over the template's own label", .canary,
            roles + [oneStep, .replicas(2), .spec("template", "metadata", "labels", "role", to: "any")],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story(
            "metadata/added at rest", .canary, [oneStep, .replicas(2)],
            [.strategy(canary: ["stableMetadata": ["labels": ["role": "stable"]]]), .wait(5)]),
        Story(
            "metadata/taken away at rest", .canary, roles + [oneStep, .replicas(2)],
            [.strategy(canary: ["stableMetadata": nil, "canaryMetadata": nil]), .wait(5)]),
        Story(
            "metadata/without traffic routing", .basic, roles + [.replicas(2), oneStep],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story(
            "metadata/preview to active", .blueGreen, colours + [.replicas(2)],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story(
            "metadata/aborted preview", .blueGreen, colours + [.replicas(2)], [.image(2), .until(.paused), .abort]),
        Story(
            "metadata/apart from stable", .canary, [apart, oneStep, .replicas(2)],
            [.image(2), .until(.paused), .resume, .until(.settled(2)), .image(3), .until(.paused)]),
        Story(
            "metadata/preferably apart", .canary,
            [
                .canary(
                    "antiAffinity", to: ["preferredDuringSchedulingIgnoredDuringExecution": ["weight": 5]]), oneStep,
                .replicas(2),
            ],
            [.image(2), .until(.paused), .resume, .until(.settled(2))]),
        Story(
            "metadata/apart, back to stable", .canary, [apart, oneStep, .replicas(2)],
            [.image(2), .until(.paused), .image(1), .until(.settled(1)), .image(2), .until(.paused)]),
    ]
}
