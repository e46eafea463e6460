/// What happens to requests where AWS does not document it; the defaults are the worse case for whoever moves traffic.
package struct UndocumentedChoices: Equatable, Sendable {
    /// Whether a sticky client keeps its target group when that group's weight is 0.
    package var stickinessOutlivesWeight = true
    /// Whether a sticky client keeps its target group when that group has no target to answer it.
    package var stickinessOutlivesTargets = true
    /// Whether a sticky client keeps an unhealthy target while its group has too few healthy ones.
    package var stickinessHoldsInFailOpen = true
    /// Whether targets without a finished health check are used when there are no others; otherwise 503.
    package var usesInitialTargets = false
    /// Whether groups share requests evenly when every weight is 0; otherwise 503.
    package var usesWeightZeroAlone = false
    /// Whether a node deals requests out in turn, as the weights say; otherwise it draws for each one.
    package var sharesInTurn = false

    /// The worse case.
    package init() {}

    /// A choice for every question, from `generator`.
    package static func drawn(using generator: inout some RandomNumberGenerator) -> UndocumentedChoices {
        var choices = UndocumentedChoices()
        for choice in all { choices[keyPath: choice.path] = Bool.random(using: &generator) }
        return choices
    }

    /// Every choice under its name.
    package static var all: [(name: String, path: WritableKeyPath<UndocumentedChoices, Bool>)] {
        [
            ("stickinessOutlivesWeight", \.stickinessOutlivesWeight),
            ("stickinessOutlivesTargets", \.stickinessOutlivesTargets),
            ("stickinessHoldsInFailOpen", \.stickinessHoldsInFailOpen), ("usesInitialTargets", \.usesInitialTargets),
            ("usesWeightZeroAlone", \.usesWeightZeroAlone), ("sharesInTurn", \.sharesInTurn),
        ]
    }
}
