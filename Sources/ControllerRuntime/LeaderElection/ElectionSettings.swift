package import KubernetesModel

/// Who takes part in an election, for what, and how fast. The defaults are those of Kubernetes' own components.
package struct ElectionSettings: Equatable, Sendable {
    /// The Lease that is held.
    package var lease: ObjectKey
    /// This process; no other may ever have the same.
    package var identity: String
    /// How long the others wait after the last renewal that they have seen: whole seconds, at least 1.
    package var leaseDuration: Duration
    /// How long the leader may go on without a successful renewal; less than `leaseDuration`.
    package var renewDeadline: Duration
    /// The time between two tries; `renewDeadline` is more than 1.2 times as long.
    package var retryPeriod: Duration

    package init(
        lease: ObjectKey, identity: String, leaseDuration: Duration = .seconds(15),
        renewDeadline: Duration = .seconds(10), retryPeriod: Duration = .seconds(2)
    ) {
        self.lease = lease
        self.identity = identity
        self.leaseDuration = leaseDuration
        self.renewDeadline = renewDeadline
        self.retryPeriod = retryPeriod
    }

    /// How long before the lease ends the leader's last write must be over: a tenth of it, for clocks that do not run
    /// equally fast.
    package var margin: Duration { leaseDuration / 10 }

    /// How long one request about the Lease may take.
    package var requestTimeout: Duration { renewDeadline / 2 }

    /// What is wrong with the durations, with the remedy; `nil` when they fit.
    package var problem: String? {
        guard leaseDuration >= .seconds(1), leaseDuration.components.attoseconds == 0 else {
            return "the lease duration is \(leaseDuration.inSeconds) s; give whole seconds, at least 1, because a "
                + "Lease tells the others no fractions"
        }
        guard renewDeadline < leaseDuration else {
            return "the renew deadline (\(renewDeadline.inSeconds) s) must be shorter than the lease duration "
                + "(\(leaseDuration.inSeconds) s)"
        }
        guard retryPeriod > .zero else { return "the retry period is 0; give a time above 0" }
        guard renewDeadline > retryPeriod * 6 / 5 else {
            return "the renew deadline (\(renewDeadline.inSeconds) s) must be more than 1.2 times the retry period "
                + "(\(retryPeriod.inSeconds) s)"
        }
        return nil
    }

    var durationSeconds: Int { Int(leaseDuration.components.seconds) }
}
