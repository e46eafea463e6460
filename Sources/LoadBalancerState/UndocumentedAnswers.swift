/// How calls are answered where AWS does not document it.
package struct UndocumentedAnswers: Equatable, Sendable {
    /// Whether the first failed check makes a new target unhealthy; otherwise it takes as many as for a healthy one.
    package var failsNewTargetsAtOnce = false
    /// Whether a draining target that is registered again is healthy at once if it was; otherwise it is checked first.
    package var restoresDrainingTargets = false
    /// Whether a repeated creation with other tags is refused as a duplicate.
    package var comparesTags = false
    /// Whether the code of throttled calls is `ThrottlingException`; otherwise `Throttling`.
    package var throttlesByException = false
    /// Whether a load balancer's target groups are `TargetGroupNotFound` when it has none; otherwise an empty list.
    package var missesTargetGroups = false

    /// What the API reference comes closest to.
    package init() {}

    /// An answer to every question, from `generator`.
    package static func drawn(using generator: inout some RandomNumberGenerator) -> UndocumentedAnswers {
        var answers = UndocumentedAnswers()
        for answer in all { answers[keyPath: answer.path] = Bool.random(using: &generator) }
        return answers
    }

    /// Every answer under its name.
    package static var all: [(name: String, path: WritableKeyPath<UndocumentedAnswers, Bool>)] {
        [
            ("failsNewTargetsAtOnce", \.failsNewTargetsAtOnce), ("restoresDrainingTargets", \.restoresDrainingTargets),
            ("comparesTags", \.comparesTags), ("throttlesByException", \.throttlesByException),
            ("missesTargetGroups", \.missesTargetGroups),
        ]
    }
}
