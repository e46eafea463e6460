import KubernetesModel

/// What to do about an effect that failed; the one place where retrying is decided.
package enum FailurePolicy: Equatable, Sendable {
    /// The object has changed under the plan: look again shortly.
    case replan
    /// Try again after a growing wait.
    case backoff
    /// Try again after the wait the server asked for, and not sooner than after a growing one.
    case after(Duration)

    /// The longest wait that a server is granted.
    package static let waitMax = Duration.seconds(300)

    /// Classifies an error of `KubernetesAPI.perform` or `ELBAPI.call`.
    package init(_ error: any Error) {
        if let failure = error as? KubernetesFailure {
            if let wait = failure.retryAfter {
                self = .after(min(wait, Self.waitMax))
            } else if failure.isConflict || failure.isNotFound || failure.isAlreadyExists {
                self = .replan
            } else {
                self = .backoff
            }
        } else {
            self = .backoff
        }
    }

    /// The wait before the next try.
    package func delay(failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        switch self {
        case .replan: Backoff.effects.delay(failures: failures + 2, using: &generator)
        case .backoff: Backoff.effects.delay(failures: failures + 5, using: &generator)
        case .after(let wait): wait + Backoff.effects.delay(failures: failures, using: &generator)
        }
    }
}
